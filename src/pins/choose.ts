/** Which of the versions upstream a pin should be at. Pure. */
import { compareDebianUpstream } from '../model/debian-version.ts';
import type { VersionRange } from '../model/version-range.ts';
import { satisfies } from '../model/version-range.ts';
import { compareVersions, parseVersion, rankVersions, type Version } from '../model/version-scheme.ts';
import { urlFileName } from '../model/url.ts';
import type { GitRefs } from '../host/git-refs.ts';
import type { Candidate } from './driver.ts';
import type { PinnedItem } from './pinned-item.ts';

export interface Wish {
  /** undefined: every version will do. */
  readonly range: VersionRange | undefined;
  readonly prereleases: boolean;
}

/** The newest that is wished for; undefined: there is none. */
export function newestOf(candidates: readonly Candidate[], { range, prereleases }: Wish): Candidate | undefined {
  const usable = candidates.filter(
    ({ version, isPrerelease }) => (prereleases || !isPrerelease) && (range === undefined || satisfies(version, range)),
  );
  return usable.toSorted((a, b) => compareVersions(a.version, b.version)).at(-1);
}

/**
 * The version that is pinned; undefined: nothing says which one it is.
 *
 * @param refs of the repository, if it was asked: then a branch called `release/1.13` is not taken for a version
 */
export function pinnedVersion({ pin, isMain, description, rule }: PinnedItem, refs?: GitRefs): Version | undefined {
  const described = isMain
    ? parseVersion(description?.version ?? '', rule?.kind === 'npm' ? 'semver' : 'generic')
    : undefined;
  switch (pin.kind) {
    case 'deb':
    case 'deb_source':
      return parseVersion(pin.version, 'debian');
    case 'git': {
      const prefix = rule?.kind === 'git' || rule?.kind === 'github' ? (rule.tag_prefix ?? '') : '';
      const tag = pin.refOrigin.startsWith(prefix) ? pin.refOrigin.slice(prefix.length) : pin.refOrigin;
      const isTag = refs === undefined || refs.tags.has(pin.refOrigin);
      return (isTag ? parseVersion(tag) : undefined) ?? described;
    }
    case 'url':
    case 'url_extract':
      return described ?? parseVersion(versionInUrl(pin.url));
    case 'git_local':
      return described;
    default:
      return pin satisfies never;
  }
}

/**
 * Whether a pin is behind a version. What comes out of a Debian source package is upstream's tarball, which a new
 * revision of Debian's does not change.
 */
export function isBehind({ pin }: PinnedItem, pinned: Version, candidate: Version): boolean {
  if (pin.kind === 'deb_source' && pinned.debian !== undefined && candidate.debian !== undefined) {
    return compareDebianUpstream(pinned.debian, candidate.debian) < 0;
  }
  return rankVersions(pinned, candidate) < 0;
}

/** Early versions count if component.json says so, or if one is pinned already. */
export function asksForEarly(item: PinnedItem): boolean {
  const { rule } = item;
  const isAsked = rule !== undefined && 'prereleases' in rule && rule.prereleases === true;
  return (
    isAsked || (item.pin.kind !== 'deb' && item.pin.kind !== 'deb_source' && pinnedVersion(item)?.isPrerelease === true)
  );
}

/** `1.53.0` of `https://…/boost_1_53_0.tar.gz`; empty if the file's name holds no numbers with dots. */
function versionInUrl(url: string): string {
  return /\d+(?:[._]\d+)+(?:[a-z]\d*)?(?![a-z0-9])/i.exec(urlFileName(url))?.[0] ?? '';
}
