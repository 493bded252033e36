/**
 * Versions as upstreams spell them, and their order. The generic scheme reads what is written for people: numbers, then
 * a tail of words and numbers. docs/pins.md documents it.
 */
import { byCodePoint } from './order.ts';

/** What a version is compared by. */
export interface VersionKey {
  readonly epoch: number;
  /** The numbers in front; one that is missing counts as 0. */
  readonly release: readonly number[];
  readonly tail: readonly VersionToken[];
}

/** One word or number behind the release, or `~`. */
export interface VersionToken {
  readonly rank: number;
  readonly number: number;
  readonly word: string;
}

/** Ranks of tokens: the end of a version stands between what comes before a release and what comes after it. */
const LOWEST = -1;
const TILDE = 0;
const BEFORE = 1;
const END: VersionToken = { rank: 2, number: 0, word: '' };
const WORD = 3;
const NUMBER = 4;

/** Words for what comes before a release, in this order; Maven has snapshots last. */
const STAGES: ReadonlyMap<string, number> = new Map([
  ['dev', 0],
  ['nightly', 0],
  ['alpha', 1],
  ['beta', 2],
  ['milestone', 3],
  ['pre', 4],
  ['preview', 4],
  ['rc', 4],
  ['cr', 4],
  ['candidate', 4],
  ['snapshot', 5],
]);
/** Letters that mean the same before a number (1.0b2), and a release of their own without one (1.0.2b). */
const LETTERS: ReadonlyMap<string, string> = new Map([
  ['a', 'alpha'],
  ['b', 'beta'],
  ['c', 'rc'],
  ['m', 'milestone'],
]);
/** Words that add nothing to a release. */
const NEUTRAL = /^(?:stable|final|ga|release|lts)$/;

/** Sorts below every version of its release, early ones included: the upper ends of ranges. */
export const LOWEST_TAIL: readonly VersionToken[] = [{ rank: LOWEST, number: 0, word: '' }];

const DIGITS = String.raw`\d{1,15}`;
const PREFIX = /^(?:[a-z]+[-_/])*v?(?=\d|R\d)/i;
/** `nightly-1.2` is no release 1.2. */
const EARLY_PREFIX = /^(?:[a-z]+[-_/])*(?:dev|nightly|snapshot|alpha|beta|rc|pre|test)[-_/]/i;
const RELEASE = new RegExp(`^(?:(${DIGITS})!)?(${DIGITS}(?:\\.${DIGITS})*)(?!\\d)([-+.~:_A-Za-z0-9]*)$`);

/** The version without `v`, `release-`, `OTP-` and the like in front. */
export function withoutPrefix(text: string): string {
  return text.replace(PREFIX, '');
}

/** The key by the generic scheme; undefined: the text is no version. */
export function genericKey(text: string): VersionKey | undefined {
  const [, epoch, release = '', rest = ''] = RELEASE.exec(dotted(withoutPrefix(text))) ?? [];
  if (release === '' || EARLY_PREFIX.test(text) || /^[-._]x\b/i.test(rest)) return undefined;
  return { epoch: Number(epoch ?? 0), release: release.split('.').map(Number), tail: tailOf(rest) };
}

/** Whether it is announced as early: an alpha, a candidate, a snapshot. */
export function isPrerelease({ tail }: VersionKey): boolean {
  return tail.some(({ rank }) => rank <= BEFORE);
}

/** A total preorder: 1.0 and 1.0.0 are one version. */
export function compareKeys(a: VersionKey, b: VersionKey): number {
  if (a.epoch !== b.epoch) return a.epoch - b.epoch;
  for (let at = 0; at < Math.max(a.release.length, b.release.length); at += 1) {
    const difference = (a.release[at] ?? 0) - (b.release[at] ?? 0);
    if (difference !== 0) return difference;
  }
  for (let at = 0; at < Math.max(a.tail.length, b.tail.length); at += 1) {
    const difference = compareTokens(a.tail[at] ?? END, b.tail[at] ?? END);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * A key by semver's own rules, in which all that stands behind a hyphen comes before the release.
 *
 * @param prerelease the identifiers behind the hyphen
 * @see https://semver.org/#spec-item-11
 */
export function semverKey(release: readonly number[], prerelease: readonly (string | number)[]): VersionKey {
  const identifiers = prerelease.map((one): VersionToken =>
    typeof one === 'number' ? { rank: WORD, number: one, word: '' } : { rank: NUMBER, number: 0, word: one },
  );
  return { epoch: 0, release, tail: prerelease.length === 0 ? [] : [...LOWEST_TAIL, ...identifiers] };
}

function compareTokens(a: VersionToken, b: VersionToken): number {
  return a.rank - b.rank || a.number - b.number || byCodePoint(a.word, b.word);
}

/** Other ways to write dots: `1_81_0`, `2016-01-15`, and Erlang's `R16B03`, which is 16.1.3 here. */
function dotted(text: string): string {
  const [, major, letter = '', rest = ''] = /^R(\d+)([A-C])(\d*.*)$/.exec(text) ?? [];
  if (major !== undefined) {
    if (letter === 'A') return `${major}.0-alpha${rest}`;
    return `${major}.${'ABC'.indexOf(letter)}${rest.replace(/^0*(?=\d)/, '.')}`;
  }
  if (/^\d{4}-\d{2}-\d{2}/.test(text)) return text.replace('-', '.').replace('-', '.');
  return text.replace(/^\d+(?:_\d+)+/, (numbers) => numbers.replaceAll('_', '.'));
}

function tailOf(rest: string): VersionToken[] {
  return [...rest.matchAll(/~|[a-z]+|\d{1,15}/gi)].flatMap(({ 0: text, index }) => {
    if (text === '~') return [{ rank: TILDE, number: 0, word: '' }];
    if (/^\d/.test(text)) return [{ rank: NUMBER, number: Number(text), word: '' }];
    const word = text.toLowerCase();
    if (NEUTRAL.test(word)) return [];
    const isNumbered = /\d/.test(rest[index + word.length] ?? '');
    const stage = STAGES.get(isNumbered ? (LETTERS.get(word) ?? word) : word);
    return [stage === undefined ? { rank: WORD, number: 0, word } : { rank: BEFORE, number: stage, word: '' }];
  });
}
