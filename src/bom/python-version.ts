/**
 * The order of Python's version numbers.
 *
 * @see https://packaging.python.org/en/latest/specifications/version-specifiers/ (PEP 440)
 */

const VERSION =
  /^\s*v?(?:(?<epoch>\d+)!)?(?<release>\d+(?:\.\d+)*)(?:[-_.]?(?<preWord>a|alpha|b|beta|c|rc|pre|preview)[-_.]?(?<preNumber>\d*))?(?<post>-(?<postAlone>\d+)|[-_.]?(?:post|rev|r)[-_.]?(?<postNumber>\d*))?(?<dev>[-_.]?dev[-_.]?(?<devNumber>\d*))?(?:\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?\s*$/i;

const PRE_RANKS: Readonly<Record<string, number>> = { a: 0, alpha: 0, b: 1, beta: 1, c: 2, rc: 2, pre: 2, preview: 2 };

/** Numbers and lists of them that compare item by item; a shorter list comes first. */
type Key = readonly (number | readonly (number | string)[])[];

/** Negative, 0 or positive; undefined if one of them is no version of Python's. */
export function comparePythonVersions(left: string, right: string): number | undefined {
  const [a, b] = [keyOf(left), keyOf(right)];
  if (a === undefined || b === undefined) return undefined;
  for (const [at, part] of a.entries()) {
    const difference = compareItems([part].flat(), [b[at] ?? 0].flat());
    if (difference !== 0) return difference;
  }
  return 0;
}

function keyOf(version: string): Key | undefined {
  const found = VERSION.exec(version)?.groups;
  if (found === undefined) return undefined;
  const { epoch, release = '', preWord, preNumber, post, postAlone, postNumber, dev, devNumber, local } = found;
  const isDevOnly = dev !== undefined && preWord === undefined && post === undefined;
  return [
    Number(epoch ?? 0),
    release
      .replace(/(?:\.0+)+$/, '')
      .split('.')
      .map(Number),
    // A development version of a release comes before its alphas, the release itself after its candidates.
    preWord === undefined ? [isDevOnly ? -1 : 3] : [PRE_RANKS[preWord.toLowerCase()] ?? 2, Number(preNumber ?? 0)],
    post === undefined ? -1 : Number(postAlone ?? postNumber ?? 0),
    dev === undefined ? Infinity : Number(devNumber ?? 0),
    local === undefined ? [] : local.toLowerCase().split(/[-_.]/).flatMap(localSegment),
  ];
}

/** A number ranks above a word: both become a pair that says which it is. */
function localSegment(segment: string): (number | string)[] {
  return /^\d+$/.test(segment) ? [1, Number(segment)] : [0, segment];
}

function compareItems(left: readonly (number | string)[], right: readonly (number | string)[]): number {
  for (const [at, a] of left.entries()) {
    const b = right[at];
    if (b === undefined) return 1;
    if (a !== b) return a < b ? -1 : 1;
  }
  return left.length - right.length;
}
