/** Versions of Debian's packages as databases and bills spell them; the order itself is in model/debian-version.ts. */
import { compareDebian, parseDebianVersion } from '../model/debian-version.ts';

/** dpkg's order: negative, 0 or positive; undefined if one of them is no version of Debian's. */
export function compareDebianVersions(left: string, right: string): number | undefined {
  const [a, b] = [parseDebianVersion(left), parseDebianVersion(right)];
  return a === undefined || b === undefined ? undefined : compareDebian(a, b);
}

/** Negative or 0 if the package is made from no newer release of upstream's than the other; undefined as above. */
export function compareReleases(left: string, right: string): number | undefined {
  return compareDebianVersions(firstRevision(left), firstRevision(right));
}

/** The version that Debian gives the first upload of the same upstream release: what upstream itself released. */
export function firstRevision(version: string): string {
  const { epoch = 0, upstream = version } = parseDebianVersion(version) ?? {};
  return `${epoch === 0 ? '' : `${epoch}:`}${upstream}-1`;
}

/** Without `+b1` and the like, by which Debian marks a binary package that was built again from the same source. */
export function sourceVersion(binaryVersion: string): string {
  return binaryVersion.replace(/\+b\d+$/, '');
}
