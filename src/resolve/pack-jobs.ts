/** Spreads the work of one wave over agents: what needs each other stays together, and all agents end at about one time. */
import { byCodePoint } from '../model/order.ts';
import type { ComponentKey } from './plan.ts';

/** One component that is to be built. */
export interface Work {
  readonly key: ComponentKey;
  /** What of the other work must be done before it. */
  readonly needs: readonly ComponentKey[];
  /** How long it is expected to take. */
  readonly durationMs: number;
}

/** What one agent builds. */
export interface MatrixJob {
  /** In an order in which each comes after what it requires. */
  readonly components: readonly ComponentKey[];
  /** All of them, one after another. */
  readonly durationMs: number;
}

/**
 * Packs work into at most so many jobs, the longest job first. Greedy: the longest group that is left goes to the agent
 * that has least to do, so that no job is longer than an equal share and the longest group together; the best there is
 * can be shorter by a quarter at most.
 *
 * @param works in an order in which each comes after what it needs; needs that are not among them are met already
 * @see R. L. Graham, Bounds on multiprocessing timing anomalies (1969)
 */
export function packJobs(works: readonly Work[], agents: number): readonly MatrixJob[] {
  const groups = connectedGroups(works).toSorted(longestFirst);
  const jobs = Array.from({ length: Math.min(agents, groups.length) }, () => ({ groups: new Array<Group>(), ms: 0 }));
  for (const group of groups) {
    const job = jobs.reduce((least, each) => (each.ms < least.ms ? each : least));
    job.groups.push(group);
    job.ms += group.ms;
  }
  const position = new Map(works.map(({ key }, index) => [key, index]));
  const positionOf = (key: ComponentKey): number => position.get(key) ?? 0;
  return jobs
    .map(({ groups: own, ms }) => ({
      components: own.flatMap(({ keys }) => keys).toSorted((a, b) => positionOf(a) - positionOf(b)),
      durationMs: ms,
    }))
    .toSorted((a, b) => b.durationMs - a.durationMs || byCodePoint(a.components[0] ?? '', b.components[0] ?? ''));
}

interface Group {
  readonly keys: ComponentKey[];
  ms: number;
}

function longestFirst(a: Group, b: Group): number {
  return b.ms - a.ms || byCodePoint(a.keys[0] ?? '', b.keys[0] ?? '');
}

/** Work that hangs together by needs, whichever way they point. */
function connectedGroups(works: readonly Work[]): readonly Group[] {
  const groupOf = new Map<ComponentKey, Group>();
  for (const { key, needs, durationMs } of works) {
    const own: Group = { keys: [key], ms: durationMs };
    groupOf.set(key, own);
    for (const need of needs) {
      const other = groupOf.get(need);
      const mine = groupOf.get(key);
      if (other === undefined || mine === undefined || other === mine) continue;
      // The smaller into the larger, so that a long chain costs no square.
      const [into, from] = other.keys.length >= mine.keys.length ? [other, mine] : [mine, other];
      for (const moved of from.keys) groupOf.set(moved, into);
      into.keys.push(...from.keys);
      into.ms += from.ms;
    }
  }
  return [...new Set(groupOf.values())];
}
