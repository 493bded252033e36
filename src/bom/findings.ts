/** What a bill has by a database, from match to match: one line for a vulnerability and a component, however often told. */
import { holdIgnores, type HeldIgnores } from '../model/ignore.ts';
import { byCodePoint } from '../model/order.ts';
import type { CveIgnore } from '../recipe/cve-ignores.ts';
import type { Advisory } from './advisory.ts';
import { isReleasedAs, type Match } from './match-advisory.ts';
import { compareSeverities, type Rating, type Severity } from './severity.ts';

export interface Finding extends Rating, HeldIgnores<CveIgnore> {
  /** Label of the component. */
  readonly component: string;
  readonly version: string | undefined;
  /** The CVE if there is one, else the id of the database. */
  readonly id: string;
  /** Every other id of it, sorted. */
  readonly aliases: readonly string[];
  readonly summary: string;
  /** Versions without it, sorted, as the databases write them. */
  readonly fixed: readonly string[];
  /** Why it matched, one sentence for each match. */
  readonly why: readonly string[];
}

/** What no version decides: it has to be looked at. */
export interface Undecided {
  readonly component: string;
  readonly id: string;
  readonly why: string;
}

export interface Findings {
  /** By component, then the worst first. */
  readonly findings: readonly Finding[];
  readonly undecided: readonly Undecided[];
}

/** Takes matches in and makes findings of them in the end. */
export class FindingCollector {
  readonly #matches: Match[] = [];

  add(matches: readonly Match[]): void {
    this.#matches.push(...matches);
  }

  /** @param today `2026-11-23`: what expires on that day still holds */
  collect(ignores: readonly CveIgnore[], today: string): Findings {
    const groups = Map.groupBy(
      rightSource(this.#matches),
      (match) => `${match.subject.component.label}\0${identity(match.advisory)}`,
    );
    const findings: Finding[] = [];
    const undecided: Undecided[] = [];
    for (const matches of groups.values()) {
      const affected = relevant(matches);
      const [first] = affected.length > 0 ? affected : matches;
      if (first === undefined) continue;
      if (affected.length > 0) findings.push(findingOf(affected, ignores, today));
      else if (!matches.some(isCleared)) {
        const open = matches.find(({ verdict }) => verdict.kind === 'undecided');
        const component = first.subject.component.label;
        if (open !== undefined) undecided.push({ component, id: identity(open.advisory), why: open.why });
      }
    }
    return { findings: findings.toSorted(compareFindings), undecided: undecided.toSorted(compareUndecided) };
  }
}

/** The id under which entries of several databases are one: the CVE, if they name just one. */
export function identity({ id, aliases }: Pick<Advisory, 'id' | 'aliases'>): string {
  const cves = new Set([id, ...aliases].filter((each) => /^CVE-\d/.test(each)));
  const [only, ...others] = cves;
  return only !== undefined && others.length === 0 ? only : id;
}

/** A binary package may have matched several source packages: kept is the likeliest of those that there are. */
function rightSource(matches: readonly Match[]): Match[] {
  const best = new Map<Match['subject'], { readonly name: string; readonly rank: number }>();
  const rankOf = (match: Match): number => {
    if (match.subject.kind !== 'debian') return 0;
    const place = match.subject.names.indexOf(match.affected.name);
    return isReleasedAs(match) ? place - match.subject.names.length : place;
  };
  for (const match of matches) {
    const rank = rankOf(match);
    if (rank < (best.get(match.subject)?.rank ?? Infinity))
      best.set(match.subject, { name: match.affected.name, rank });
  }
  return matches.filter(
    ({ subject, affected }) => subject.kind !== 'debian' || affected.name === best.get(subject)?.name,
  );
}

/** Debian knows of the patches in its packages, which a version number of upstream's cannot tell. */
function relevant(matches: readonly Match[]): Match[] {
  const affected = matches.filter(({ verdict }) => verdict.kind === 'affected');
  return matches.some(isCleared) ? affected.filter(({ subject }) => subject.kind === 'debian') : affected;
}

function isCleared({ subject, verdict }: Match): boolean {
  return subject.kind === 'debian' && !subject.isUpstream && verdict.kind === 'unaffected';
}

function findingOf(matches: readonly Match[], ignores: readonly CveIgnore[], today: string): Finding {
  const [first] = matches;
  if (first === undefined) throw new Error('a finding has a match');
  const { component } = first.subject;
  const id = identity(first.advisory);
  const names = new Set(matches.flatMap(({ advisory }) => [advisory.id, ...advisory.aliases]));
  const ignore = ignores.filter((each) => (each.id === id || names.has(each.id)) && appliesTo(each, component));
  return {
    component: component.label,
    version: component.version,
    id,
    aliases: sortedUnique(names).filter((name) => name !== id),
    ...worstRating(matches),
    summary: matches.find(({ advisory }) => advisory.summary !== '')?.advisory.summary ?? '',
    fixed: sortedUnique(matches.flatMap(({ verdict }) => (verdict.kind === 'affected' ? (verdict.fixed ?? []) : []))),
    why: sortedUnique(matches.map(({ why }) => why)),
    ...holdIgnores(ignore, today),
  };
}

/** Of a component in all variants, if the entry names none of them. */
function appliesTo(
  { component: wanted }: CveIgnore,
  { label, name }: { readonly label: string; readonly name: string },
): boolean {
  return wanted === undefined || wanted === label || wanted === name;
}

function worstRating(matches: readonly Match[]): Rating {
  const ratings = matches.map(({ advisory, affected }): Rating => affected.rating ?? advisory);
  const worst = ratings.toSorted(
    (a, b) => compareSeverities(b.severity, a.severity) || (b.score ?? 0) - (a.score ?? 0),
  )[0];
  return { severity: worst?.severity ?? 'unknown', score: worst?.score };
}

function sortedUnique(texts: Iterable<string>): string[] {
  return [...new Set(texts)].toSorted(byCodePoint);
}

function compareFindings(left: Finding, right: Finding): number {
  const order =
    byCodePoint(left.component, right.component) ||
    compareSeverities(right.severity, left.severity) ||
    (right.score ?? 0) - (left.score ?? 0);
  return order || byCodePoint(left.id, right.id);
}

function compareUndecided(left: Undecided, right: Undecided): number {
  return byCodePoint(left.component, right.component) || byCodePoint(left.id, right.id);
}

/** Whether a gate at that level stops it. What nobody has rated counts at `low` alone, where everything does. */
export function countsFor(level: Severity, { severity, ignored }: Finding): boolean {
  if (ignored !== undefined) return false;
  if (level === 'low' && severity === 'unknown') return true;
  return compareSeverities(severity, level) >= 0;
}
