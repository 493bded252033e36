/** The schemes of versions, and one way to read and compare versions of any. */
import { parse as parseSemver } from 'semver';
import { compareDebian, type DebianVersion, parseDebianVersion, upstreamVersion } from './debian-version.ts';
import { byCodePoint } from './order.ts';
import { compareKeys, genericKey, isPrerelease, semverKey, type VersionKey, withoutPrefix } from './version.ts';

/** `generic`: what people write; `semver`: npm's rules to the letter; `debian`: dpkg's order, ranges on upstream's part. */
export type VersionScheme = 'generic' | 'semver' | 'debian';

export interface Version {
  /** As it is spelled where it was found: a tag, a version in an index. */
  readonly text: string;
  /** As upstream speaks of it: without prefix, epoch, revision and Debian's additions. */
  readonly upstream: string;
  /** What ranges are held against. */
  readonly key: VersionKey;
  readonly isPrerelease: boolean;
  readonly debian?: DebianVersion;
}

/** undefined: the text is no version of that scheme. */
export function parseVersion(text: string, scheme: VersionScheme = 'generic'): Version | undefined {
  switch (scheme) {
    case 'generic':
      return withKey(text, withoutPrefix(text), genericKey(text));
    case 'semver': {
      const parsed = parseSemver(text, { loose: true });
      if (parsed === null) return undefined;
      const { major, minor, patch, prerelease } = parsed;
      return withKey(text, parsed.version, semverKey([major, minor, patch], prerelease));
    }
    case 'debian': {
      const debian = parseDebianVersion(text);
      if (debian === undefined) return undefined;
      const upstream = upstreamVersion(debian);
      const version = withKey(text, upstream, genericKey(upstream));
      return version === undefined ? undefined : { ...version, debian };
    }
    default:
      return scheme satisfies never;
  }
}

/** A total order of the versions of one scheme; equal only for equal texts. */
export function compareVersions(a: Version, b: Version): number {
  return rankVersions(a, b) || byCodePoint(a.text, b.text);
}

/** The same, but equal for two spellings of one version, such as 1.0 and v1.0.0. */
export function rankVersions(a: Version, b: Version): number {
  if (a.debian !== undefined && b.debian !== undefined) return compareDebian(a.debian, b.debian);
  return compareKeys(a.key, b.key);
}

function withKey(text: string, upstream: string, key: VersionKey | undefined): Version | undefined {
  return key === undefined ? undefined : { text, upstream, key, isPrerelease: isPrerelease(key) };
}
