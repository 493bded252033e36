/** What of a plan several machines build, and in which order: waves of jobs, for pipelines. */
import { cutIntoWaves, type WaveOptions } from './waves.ts';
import type { MatrixJob, Work } from './pack-jobs.ts';
import type { ComponentKey, Plan } from './plan.ts';

export interface BuildMatrix {
  /** Components to build. */
  readonly count: number;
  /** One after another; the jobs of a wave at the same time. None: there is nothing to build. */
  readonly waves: readonly (readonly MatrixJob[])[];
  /** Of what is to be built, that of which no duration is known. */
  readonly unknown: readonly ComponentKey[];
}

/** How long a component counts if no duration of any is known. */
const DEFAULT_MS = 60_000;

/**
 * @param durations what is to be built, with how long it took last time; unknown ones count as the median of the known
 */
export function buildMatrix(
  plan: Plan,
  durations: ReadonlyMap<ComponentKey, number | undefined>,
  options: WaveOptions,
): BuildMatrix {
  const known = [...durations.values()].filter((ms) => ms !== undefined).toSorted((a, b) => a - b);
  const median = known[Math.floor(known.length / 2)] ?? DEFAULT_MS;
  const needs = nearestNeeds(plan, durations);
  const works = plan.buildOrder
    .filter((key) => durations.has(key))
    .map((key): Work => ({ key, needs: needs.get(key) ?? [], durationMs: durations.get(key) ?? median }));
  return {
    count: works.length,
    waves: cutIntoWaves(works, options),
    unknown: works.map(({ key }) => key).filter((key) => durations.get(key) === undefined),
  };
}

/** What each component needs of what is to be built. A package that is there may itself require one that is gone. */
function nearestNeeds(
  plan: Plan,
  toBuild: ReadonlyMap<ComponentKey, unknown>,
): ReadonlyMap<ComponentKey, readonly ComponentKey[]> {
  const nearest = new Map<ComponentKey, readonly ComponentKey[]>();
  for (const key of plan.buildOrder) {
    const requires = plan.components.get(key)?.requires ?? [];
    const found = requires.flatMap((need) => (toBuild.has(need) ? [need] : (nearest.get(need) ?? [])));
    nearest.set(key, [...new Set(found)]);
  }
  return nearest;
}
