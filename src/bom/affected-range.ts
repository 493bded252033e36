/** Whether a version lies in what an advisory calls affected, by the rules of https://ossf.github.io/osv-schema/. */
import type { Affected, Range, RangeEvent } from './advisory.ts';

export type Verdict = AffectedVerdict | { readonly kind: 'unaffected' } | UndecidedVerdict;

interface AffectedVerdict {
  readonly kind: 'affected';
  /** The next version without it; undefined: there is none, or it is not known. */
  readonly fixed: string | undefined;
  /** For a person: `below 2.3.2`. */
  readonly how: string;
}

interface UndecidedVerdict {
  readonly kind: 'undecided';
  /** For a person: what would have to be known. */
  readonly how: string;
}

/** The order of versions of one ecosystem; undefined for two that it does not know. */
export type VersionOrder = (left: string, right: string) => number | undefined;

const UNAFFECTED: Verdict = { kind: 'unaffected' };

/** By the list of versions and by every range that is not of commits. */
export function judgeVersion(affected: Affected, version: string, order: VersionOrder): Verdict {
  if (affected.isUndetermined) return { kind: 'undecided', how: 'the database has not decided it' };
  const ranges = affected.ranges.filter(({ kind }) => kind !== 'git');
  const verdicts = ranges.map((range) => judgeRange(range, version, order));
  const found = verdicts.find(({ kind }) => kind === 'affected');
  if (found !== undefined) return found;
  if (affected.versions.some((listed) => isSame(listed, version, order))) {
    return { kind: 'affected', fixed: undefined, how: 'listed' };
  }
  // A range in an order that is not known says nothing, but the list of versions, where there is one, is complete.
  if (affected.versions.length > 0) return UNAFFECTED;
  return worst(verdicts) ?? { kind: 'undecided', how: 'only commits are named' };
}

/** By the commits that the ranges name. Which commits lie between them only the repository's history tells. */
export function judgeCommit(affected: Affected, repository: string, commit: string): Verdict {
  const ranges = affected.ranges.filter(
    (range) => range.kind === 'git' && repositoryKey(range.repository) === repository,
  );
  return worst(ranges.map(({ events }) => judgeCommits(events, commit))) ?? UNAFFECTED;
}

/** Host and path of a repository's address, however it is written: `github.com/curl/curl`. */
export function repositoryKey(address: string | undefined): string | undefined {
  const [, host, path] =
    /^(?:[a-z+]+:\/\/)?(?:[^@/]*@)?([^:/]+)(?::\d+(?=\/))?[:/]+(.+?)(?:\.git)?\/*$/i.exec(address ?? '') ?? [];
  return host === undefined ? undefined : `${host}/${path ?? ''}`.toLowerCase();
}

function judgeCommits(events: readonly RangeEvent[], commit: string): Verdict {
  const named = events.filter(({ version }) => version === commit);
  if (named.some(({ kind }) => kind === 'fixed')) return UNAFFECTED;
  const fixed = events.find(({ kind }) => kind === 'fixed')?.version;
  if (named.length > 0) return { kind: 'affected', fixed, how: 'this very commit is named' };
  const startsAtFirst = events.some(({ kind, version }) => kind === 'introduced' && version === '0');
  if (startsAtFirst && events.every(({ kind }) => kind === 'introduced')) {
    return { kind: 'affected', fixed: undefined, how: 'every commit is affected' };
  }
  return {
    kind: 'undecided',
    how: `the history of the repository tells${fixed === undefined ? '' : `: is ${fixed} in it?`}`,
  };
}

function judgeRange({ events }: Range, version: string, order: VersionOrder): Verdict {
  const compared = events.map((event) => ({
    ...event,
    order: event.version === '0' ? 1 : order(version, event.version),
  }));
  const known = compared.flatMap((event) => (event.order === undefined ? [] : [{ ...event, order: event.order }]));
  if (known.length < events.length) return { kind: 'undecided', how: `${version} is in no order with its bounds` };
  const sorted = known.toSorted((a, b) => compareEvents(a, b, order));
  let isAffected = false;
  let since = '0';
  for (const { kind, version: bound, order: after } of sorted) {
    if (kind === 'introduced' && after >= 0) [isAffected, since] = [true, bound];
    else if (kind === 'fixed' && after >= 0) isAffected = false;
    else if (kind === 'last_affected' && after > 0) isAffected = false;
  }
  if (!isAffected) return UNAFFECTED;
  const end = sorted.find(
    ({ kind, order: after }) => (kind === 'fixed' && after < 0) || (kind === 'last_affected' && after <= 0),
  );
  return { kind: 'affected', fixed: end?.kind === 'fixed' ? end.version : undefined, how: describe(since, end) };
}

/** By version; of one and the same, what introduces comes first. */
function compareEvents(left: RangeEvent, right: RangeEvent, order: VersionOrder): number {
  const zeros = Number(right.version === '0') - Number(left.version === '0');
  const kinds = Number(right.kind === 'introduced') - Number(left.kind === 'introduced');
  return zeros || (left.version === '0' ? 0 : (order(left.version, right.version) ?? 0)) || kinds;
}

function describe(since: string, end: RangeEvent | undefined): string {
  const from = since === '0' ? '' : `from ${since} `;
  if (end === undefined) return since === '0' ? 'every version' : `${from}on`;
  return `${from}${end.kind === 'fixed' ? 'below' : 'up to'} ${end.version}`;
}

function isSame(listed: string, version: string, order: VersionOrder): boolean {
  return listed === version || order(listed, version) === 0;
}

/** Affected before undecided before unaffected; undefined for none. */
function worst(verdicts: readonly Verdict[]): Verdict | undefined {
  const find = (kind: Verdict['kind']): Verdict | undefined => verdicts.find((verdict) => verdict.kind === kind);
  return find('affected') ?? find('undecided') ?? find('unaffected');
}
