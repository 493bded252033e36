/** The jobs of a run as a graph: who waits for whom, and how long it is from each to the end. Pure. */

/** Builds share the cores; downloads wait for the network and get slots of their own. */
export type Pool = 'build' | 'network';

export interface Job {
  readonly key: string;
  /** Keys of the jobs that must be ready before this one starts. */
  readonly needs: readonly string[];
  readonly pool: Pool;
  /** Duration of an earlier run; unknown ones count as the median of the known. */
  readonly estimateMs?: number;
}

const DEFAULT_ESTIMATE_MS = 1000;

/** Milliseconds from the start of each job to the end of the run, if slots were no limit. */
export function remainingPaths(jobs: readonly Job[]): ReadonlyMap<string, number> {
  const byKey = new Map(jobs.map((job) => [job.key, job]));
  const dependants = dependantsOf(jobs);
  const fallback = medianEstimate(jobs);
  const remaining = new Map<string, number>();
  const visiting = new Set<string>();
  const visit = (key: string): number => {
    const known = remaining.get(key);
    if (known !== undefined) return known;
    if (visiting.has(key)) throw new Error(`job ${key} needs itself`);
    visiting.add(key);
    const after = (dependants.get(key) ?? []).reduce((most, next) => Math.max(most, visit(next)), 0);
    visiting.delete(key);
    const own = (byKey.get(key)?.estimateMs ?? fallback) + after;
    remaining.set(key, own);
    return own;
  };
  for (const job of jobs) visit(job.key);
  return remaining;
}

function medianEstimate(jobs: readonly Job[]): number {
  const known = jobs.flatMap(({ estimateMs }) => (estimateMs === undefined ? [] : [estimateMs])).sort((a, b) => a - b);
  return known[Math.floor(known.length / 2)] ?? DEFAULT_ESTIMATE_MS;
}

/** Keys of the jobs that need each job. @throws Error for a need that is no job */
export function dependantsOf(jobs: readonly Job[]): ReadonlyMap<string, string[]> {
  const dependants = new Map<string, string[]>(jobs.map(({ key }) => [key, []]));
  for (const { key, needs } of jobs) {
    for (const need of needs) {
      const list = dependants.get(need);
      if (list === undefined) throw new Error(`job ${key} needs ${need}, which is not in the run`);
      list.push(key);
    }
  }
  return dependants;
}
