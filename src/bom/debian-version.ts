/**
 * The order of Debian's version numbers, `[epoch:]upstream[-revision]`, as dpkg has it.
 *
 * @see Debian Policy 5.6.12, https://www.debian.org/doc/debian-policy/ch-controlfields.html#version
 */

interface DebianVersion {
  readonly epoch: string;
  readonly upstream: string;
  /** Empty if there is none, which counts as `0`. */
  readonly revision: string;
}

/** Negative if `left` is older, 0 if they are the same version (as 1.0 and 1.0-0 are), positive if it is newer. */
export function compareDebianVersions(left: string, right: string): number {
  const [a, b] = [split(left), split(right)];
  return (
    compareDigits(a.epoch, b.epoch) || compareParts(a.upstream, b.upstream) || compareParts(a.revision, b.revision)
  );
}

/** What upstream calls the version: without epoch and Debian revision. */
export function upstreamPart(version: string): string {
  return split(version).upstream;
}

/** The version that Debian gives the first upload of the same upstream release: what upstream itself released. */
export function firstRevision(version: string): string {
  const { epoch, upstream } = split(version);
  return `${epoch === '0' ? '' : `${epoch}:`}${upstream}-1`;
}

/** Without `+b1` and the like, by which Debian marks a binary package that was built again from the same source. */
export function sourceVersion(binaryVersion: string): string {
  return binaryVersion.replace(/\+b\d+$/, '');
}

function split(version: string): DebianVersion {
  const colon = version.indexOf(':');
  const rest = version.slice(colon + 1);
  const hyphen = rest.lastIndexOf('-');
  return {
    epoch: colon < 0 ? '0' : version.slice(0, colon),
    upstream: hyphen < 0 ? rest : rest.slice(0, hyphen),
    revision: hyphen < 0 ? '' : rest.slice(hyphen + 1),
  };
}

/** Runs of anything but digits and runs of digits by turns, from left to right; the first difference decides. */
function compareParts(left: string, right: string): number {
  const [a, b] = [runs(left), runs(right)];
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference =
      compareLetters(a[at]?.letters ?? '', b[at]?.letters ?? '') ||
      compareDigits(a[at]?.digits ?? '', b[at]?.digits ?? '');
    if (difference !== 0) return difference;
  }
  return 0;
}

function runs(text: string): { readonly letters: string; readonly digits: string }[] {
  return [...text.matchAll(/(\D*)(\d*)/g)].map(([, letters = '', digits = '']) => ({ letters, digits }));
}

/** `~` comes before the end, the end before letters, and letters before all else. */
function compareLetters(left: string, right: string): number {
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const difference = rank(left[at]) - rank(right[at]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function rank(character: string | undefined): number {
  if (character === undefined) return 0;
  if (character === '~') return -1;
  return /[A-Za-z]/.test(character) ? character.charCodeAt(0) : character.charCodeAt(0) + 256;
}

/** Whole numbers of any length; none counts as 0. */
function compareDigits(left: string, right: string): number {
  const [a, b] = [left.replace(/^0+/, ''), right.replace(/^0+/, '')];
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
