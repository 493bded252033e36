/**
 * Ranges of versions in the language of npm's semver, for versions of every scheme. semver reads the range; what it
 * allows is held against our own order. Odd versions may stand in it behind an operator: `>=1.0.2d <1.0.2h`.
 *
 * @see https://github.com/npm/node-semver#ranges
 */
import { Range, SemVer } from 'semver';
import { compareVersions, parseVersion, type Version, type VersionScheme } from './version-scheme.ts';
import { compareKeys, genericKey, LOWEST_TAIL, semverKey, type VersionKey } from './version.ts';

interface Bound {
  readonly operator: '<' | '<=' | '>' | '>=' | '=';
  readonly key: VersionKey;
}

export interface VersionRange {
  readonly text: string;
  /** One of these must hold: each a list of bounds that must all hold. */
  readonly alternatives: readonly (readonly Bound[])[];
  /** Whether it names an early version, and so asks for such. */
  readonly namesPrerelease: boolean;
}

/** undefined: the text is no range. */
export function parseRange(text: string, scheme: VersionScheme = 'generic'): VersionRange | undefined {
  const alternatives = text.split('||').map((part) => boundsOf(part.trim(), scheme));
  if (!alternatives.every((bounds) => bounds !== undefined)) return undefined;
  const namesPrerelease = words(text).some((word) => parseVersion(word.replace(OPERATOR, ''))?.isPrerelease === true);
  return { text, alternatives, namesPrerelease };
}

export function satisfies({ key }: Version, { alternatives }: VersionRange): boolean {
  return alternatives.some((bounds) => bounds.every((bound) => holds(key, bound)));
}

/** The versions that miss a range by the least: the newest that is too old, the oldest that is too new. */
export function nearestTo(
  range: VersionRange,
  versions: readonly Version[],
): { readonly below: Version | undefined; readonly above: Version | undefined } {
  const ordered = versions.filter((version) => !satisfies(version, range)).toSorted(compareVersions);
  const isTooNew = ({ key }: Version): boolean =>
    range.alternatives.every((bounds) => bounds.some((bound) => !holds(key, bound) && isAbove(key, bound)));
  return { below: ordered.findLast((version) => !isTooNew(version)), above: ordered.find(isTooNew) };
}

const OPERATOR = /^(?:<=?|>=?|=|~>?|\^)/;

function words(text: string): string[] {
  return text
    .replaceAll(/([<>=~^])\s+/g, '$1')
    .split(/[\s|]+/)
    .filter((word) => word !== '' && word !== '-');
}

/** The bounds of one alternative: odd words are ours to read, the rest is semver's. */
function boundsOf(part: string, scheme: VersionScheme): Bound[] | undefined {
  const whole = semverBounds(part, scheme);
  if (whole !== undefined) return whole;
  const bounds = words(part).map((word) => semverBounds(word, scheme) ?? oddBounds(word));
  return bounds.every((some) => some !== undefined) ? bounds.flat() : undefined;
}

function semverBounds(text: string, scheme: VersionScheme): Bound[] | undefined {
  try {
    const [comparators = []] = new Range(text).set;
    return comparators.flatMap(({ operator, semver }) =>
      // The comparator of `*` has a symbol in place of a version.
      semver instanceof SemVer ? [{ operator: operator === '' ? '=' : operator, key: keyOf(semver, scheme) }] : [],
    );
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** semver ends `<2.0.0` of a range such as ^1.2 with `-0`, so that no early version of 2.0.0 is below it. */
function keyOf({ major, minor, patch, prerelease, version }: SemVer, scheme: VersionScheme): VersionKey {
  const release = [major, minor, patch];
  if (scheme === 'semver') return semverKey(release, prerelease);
  if (prerelease.length === 1 && prerelease[0] === 0) return { epoch: 0, release, tail: LOWEST_TAIL };
  return genericKey(version) ?? { epoch: 0, release, tail: [] };
}

/** An operator and a version that semver does not know. `~` and `^` end where they would for its numbers alone. */
function oddBounds(word: string): Bound[] | undefined {
  const operator = OPERATOR.exec(word)?.[0] ?? '=';
  const key = genericKey(word.replace(OPERATOR, ''));
  if (key === undefined) return undefined;
  if (isPlain(operator)) return [{ operator, key }];
  const [major = 0, minor = 0, patch = 0] = key.release;
  const upper = semverBounds(`${operator}${major}.${minor}.${patch}`, 'generic') ?? [];
  return [{ operator: '>=', key }, ...upper.filter((bound) => bound.operator === '<')];
}

function isPlain(operator: string): operator is Bound['operator'] {
  return ['<', '<=', '>', '>=', '='].includes(operator);
}

function holds(key: VersionKey, { operator, key: bound }: Bound): boolean {
  const difference = compareKeys(key, bound);
  switch (operator) {
    case '<':
      return difference < 0;
    case '<=':
      return difference <= 0;
    case '>':
      return difference > 0;
    case '>=':
      return difference >= 0;
    case '=':
      return difference === 0;
    default:
      return operator satisfies never;
  }
}

function isAbove(key: VersionKey, { operator, key: bound }: Bound): boolean {
  return operator.startsWith('<') || (operator === '=' && compareKeys(key, bound) > 0);
}
