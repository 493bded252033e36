/**
 * Cuts work into waves that are done one after another, each of them on several agents. A pipeline has as many waves as
 * its YAML says, and agents of one wave share nothing while it runs: what needs each other is in different waves, or in
 * one job.
 */
import { evenOut, waveMs } from './even-waves.ts';
import { packJobs, type MatrixJob, type Work } from './pack-jobs.ts';
import type { ComponentKey } from './plan.ts';

export interface WaveOptions {
  /** At most so many waves. */
  readonly waves: number;
  /** At most so many jobs in each. */
  readonly agents: number;
}

/** More levels than this are drawn together first, for the search looks at every pair of them. */
const MOST_LEVELS = 32;

/**
 * The waves that are over soonest. By depth alone there would be as many as the longest chain has links, and each would
 * last as long as its slowest job; in a single wave, a library that many things need would bring them all into one job.
 * So every way to cut the levels of the graph into runs of neighbours is weighed by what it would take, once with each
 * piece of work as early as its needs allow, and once as late as what needs it allows; then work is moved to where agents
 * have nothing to do.
 *
 * @param works in an order in which each comes after what it needs; every need is among them
 */
export function cutIntoWaves(works: readonly Work[], options: WaveOptions): readonly (readonly MatrixJob[])[] {
  if (works.length === 0) return [];
  const { agents } = options;
  const position = new Map(works.map((work, index) => [work, index]));
  const [early = [], late = []] = [earliestLevels(works), latestLevels(works)].map((levels) =>
    evenOut(bestCut(drawnTogether(grouped(works, levels)), options).waves, agents),
  );
  const best = totalMs(late, agents) < totalMs(early, agents) ? late : early;
  return best.map((wave) =>
    packJobs(
      wave.toSorted((a, b) => (position.get(a) ?? 0) - (position.get(b) ?? 0)),
      agents,
    ),
  );
}

type WaveOfWork = readonly Work[];

interface Cut {
  readonly waves: readonly WaveOfWork[];
  readonly ms: number;
}

function totalMs(waves: readonly WaveOfWork[], agents: number): number {
  return waves.reduce((total, wave) => total + waveMs(wave, agents), 0);
}

/** The cheapest way to cut levels into runs; among equals the one with the fewest runs. */
function bestCut(levels: readonly WaveOfWork[], { waves, agents }: WaveOptions): Cut {
  const runs = new Map<string, Cut>();
  const runOf = (from: number, to: number): Cut => {
    const known = runs.get(`${from},${to}`);
    if (known !== undefined) return known;
    const wave = levels.slice(from, to).flat();
    const cut = { waves: [wave], ms: waveMs(wave, agents) };
    runs.set(`${from},${to}`, cut);
    return cut;
  };
  // Of each number of levels from the first one on, the cheapest cut into as many runs as were allowed so far.
  let best = levels.map((_, index) => runOf(0, index + 1));
  for (let count = 2; count <= Math.min(waves, levels.length); count += 1) {
    const fewer = best;
    best = fewer.map((cut, index) => {
      const cuts = fewer.slice(0, index).map((first, at): Cut => {
        const last = runOf(at + 1, index + 1);
        return { waves: [...first.waves, ...last.waves], ms: first.ms + last.ms };
      });
      return cuts.reduce((least, each) => (each.ms < least.ms ? each : least), cut);
    });
  }
  const [whole] = best.slice(-1);
  if (whole === undefined) throw new Error('there is no level to cut');
  return whole;
}

function earliestLevels(works: readonly Work[]): ReadonlyMap<ComponentKey, number> {
  const levels = new Map<ComponentKey, number>();
  for (const { key, needs } of works) {
    levels.set(
      key,
      needs.reduce((most, need) => Math.max(most, (levels.get(need) ?? 0) + 1), 0),
    );
  }
  return levels;
}

/** Negative, 0 for what nothing needs. */
function latestLevels(works: readonly Work[]): ReadonlyMap<ComponentKey, number> {
  const levels = new Map<ComponentKey, number>();
  for (const { key, needs } of works.toReversed()) {
    const own = levels.get(key) ?? 0;
    levels.set(key, own);
    for (const need of needs) levels.set(need, Math.min(levels.get(need) ?? 0, own - 1));
  }
  return levels;
}

function grouped(works: readonly Work[], levels: ReadonlyMap<ComponentKey, number>): readonly WaveOfWork[] {
  const byLevel = Map.groupBy(works, ({ key }) => levels.get(key) ?? 0);
  return [...byLevel].toSorted(([a], [b]) => a - b).map(([, level]) => level);
}

/** At most {@link MOST_LEVELS}, by putting neighbours together. */
function drawnTogether(levels: readonly WaveOfWork[]): readonly WaveOfWork[] {
  const size = Math.ceil(levels.length / MOST_LEVELS);
  return Array.from({ length: Math.ceil(levels.length / size) }, (_, index) =>
    levels.slice(index * size, (index + 1) * size).flat(),
  );
}
