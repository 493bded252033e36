/**
 * The order of version numbers as projects spell them, whatever their scheme: 7.88.1, 1.0.2g, 2016a, R16B03, 8u51,
 * 7.0.0~rc1, 2.1.12-stable. Semantic versions come in the order of https://semver.org/spec/v2.0.0.html.
 */
import { byCodePoint } from '../model/order.ts';

const SEMANTIC = /^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;
/** At least seven hex digits, letters among them: no number of a version, and in no order. */
const COMMIT = /^(?=.*[a-f])[0-9a-f]{7,64}$/;
/** Words that come before the version they stand behind, in their order. */
const BEFORE = ['dev', 'snapshot', 'nightly', 'm', 'milestone', 'alpha', 'beta', 'pre', 'preview', 'cr', 'rc'];
/** Words behind a hyphen that make no pre-release of a semantic version. */
const AFTER = /^(?:stable|final|release|ga|post|patch|p|u|r|dfsg|ds|deb)(?:\d|\.|$)/i;

/**
 * Negative if `left` is older, 0 if they count as the same, positive if it is newer; undefined if they are in no order,
 * as commits are.
 */
export function compareVersions(left: string, right: string): number | undefined {
  if (left === right) return 0;
  if (COMMIT.test(left) || COMMIT.test(right)) return undefined;
  const semantic = compareSemanticVersions(left, right);
  if (semantic !== undefined && !isMarkedAfter(left) && !isMarkedAfter(right)) return semantic;
  const [a, b] = [partsOf(left), partsOf(right)];
  if (a === undefined || b === undefined) return undefined;
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = compareParts(a[at] ?? END, b[at] ?? END);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The order of semantic versions; undefined if one of them is none. */
export function compareSemanticVersions(left: string, right: string): number | undefined {
  const [a, b] = [SEMANTIC.exec(left), SEMANTIC.exec(right)];
  if (a === null || b === null) return undefined;
  for (const at of [1, 2, 3]) {
    const difference = compareNumbers(a[at] ?? '', b[at] ?? '');
    if (difference !== 0) return difference;
  }
  return comparePreReleases(a[4], b[4]);
}

function comparePreReleases(left: string | undefined, right: string | undefined): number {
  if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
  const [a, b] = [left.split('.'), right.split('.')];
  for (const [at, mine] of a.entries()) {
    const theirs = b[at];
    if (theirs === undefined) return 1;
    const [isNumber, isOtherNumber] = [/^\d+$/.test(mine), /^\d+$/.test(theirs)];
    const difference =
      isNumber && isOtherNumber
        ? compareNumbers(mine, theirs)
        : Number(isOtherNumber) - Number(isNumber) || byCodePoint(mine, theirs);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** `rank` decides; `text` only between two of the same rank. */
interface Part {
  /** 0: a tilde, 1 and up: a word before the version, 100: the end, 101: any other word, 102: a number. */
  readonly rank: number;
  readonly text: string;
}

const END: Part = { rank: 100, text: '' };
const WORD = 101;
const NUMBER = 102;

/** Numbers and words from left to right; undefined if there is no number. */
function partsOf(version: string): readonly Part[] | undefined {
  const start = /^[a-z_-]*?(?=\d)/i.exec(version)?.[0];
  if (start === undefined) return undefined;
  // Erlang's releases before 17, R16B03: a letter with a number is an update there, not a beta.
  const countsLetters = start !== 'R';
  const tokens = [...version.slice(start.length).matchAll(/\d+|[a-z]+|~/gi)].map(([token]) => token);
  return tokens.map((token, at) => partOf(token, countsLetters && /^\d/.test(tokens[at + 1] ?? '')));
}

function partOf(token: string, isNumbered: boolean): Part {
  if (token === '~') return { rank: 0, text: '' };
  if (/^\d/.test(token)) return { rank: NUMBER, text: token };
  const word = token.toLowerCase();
  const long = isNumbered ? ({ a: 'alpha', b: 'beta', c: 'rc' }[word] ?? word) : word;
  // A lone m is a letter like any other, m1 a milestone.
  const before = long === 'm' && !isNumbered ? -1 : BEFORE.indexOf(long);
  return before < 0 ? { rank: WORD, text: word } : { rank: before + 1, text: '' };
}

function compareParts(left: Part, right: Part): number {
  if (left.rank !== right.rank) return left.rank - right.rank;
  return left.rank === NUMBER ? compareNumbers(left.text, right.text) : byCodePoint(left.text, right.text);
}

function compareNumbers(left: string, right: string): number {
  const [a, b] = [left.replace(/^0+(?=\d)/, ''), right.replace(/^0+(?=\d)/, '')];
  return a.length - b.length || byCodePoint(a, b);
}

function isMarkedAfter(version: string): boolean {
  return AFTER.test(/^[^-]*-(.*)$/.exec(version)?.[1] ?? '');
}
