/** Moves work between waves, as far as needs let it, to where agents would have nothing to do. */
import { packJobs, type Work } from './pack-jobs.ts';
import type { ComponentKey } from './plan.ts';

/** What it costs to begin a wave: agents start, check out, install, and fetch what earlier ones have built. */
const WAVE_START_MS = 120_000;

/** Each try packs two waves anew; large trees are left as they were cut. */
const MOST_TRIES = 1000;

/** How good waves are: how long they take, and where that is equal, how even the jobs are. */
interface Cost {
  readonly ms: number;
  /** Sum of the squares of the jobs' durations. */
  readonly unevenness: number;
}

/** How long a wave takes on so many agents. None for one without work: it is left out. */
export function waveMs(works: readonly Work[], agents: number): number {
  return costOf(works, agents).ms;
}

/**
 * Tries for each piece of work, the longest first, whether another wave suits it better, until none does.
 *
 * @param waves all works, each in the wave of what it needs or in a later one
 * @returns the same, without waves that have become empty
 */
export function evenOut(waves: readonly (readonly Work[])[], agents: number): readonly (readonly Work[])[] {
  const moves = new Moves(waves, agents);
  const longestFirst = waves.flat().toSorted((a, b) => b.durationMs - a.durationMs);
  let hasMoved = true;
  while (hasMoved) hasMoved = longestFirst.map((work) => moves.tryToMove(work)).includes(true);
  return moves.waves.filter((wave) => wave.length > 0);
}

interface Wave {
  readonly works: readonly Work[];
  readonly cost: Cost;
}

class Moves {
  readonly #agents: number;
  readonly #waves: Wave[];
  readonly #waveOf: Map<ComponentKey, number>;
  readonly #position: ReadonlyMap<Work, number>;
  readonly #neededBy: ReadonlyMap<ComponentKey, readonly ComponentKey[]>;
  #tries = MOST_TRIES;

  constructor(waves: readonly (readonly Work[])[], agents: number) {
    const works = waves.flat();
    this.#agents = agents;
    this.#waves = waves.map((wave) => this.#wave(wave));
    this.#waveOf = new Map(waves.flatMap((wave, index) => wave.map(({ key }) => [key, index] as const)));
    this.#position = new Map(works.map((work, index) => [work, index]));
    this.#neededBy = dependantsOf(works);
  }

  get waves(): readonly (readonly Work[])[] {
    return this.#waves.map(({ works }) => works);
  }

  /** Moves it to the first wave in which it costs less. @returns whether there is one */
  tryToMove(work: Work): boolean {
    const at = this.#waveOf.get(work.key) ?? 0;
    const wavesOf = (keys: readonly ComponentKey[]): readonly number[] => keys.map((key) => this.#waveOf.get(key) ?? 0);
    const first = Math.max(0, ...wavesOf(work.needs));
    const last = Math.min(this.#waves.length - 1, ...wavesOf(this.#neededBy.get(work.key) ?? []));
    for (let to = first; to <= last; to += 1) {
      const [source, target] = [this.#waves[at], this.#waves[to]];
      if (to === at || source === undefined || target === undefined || this.#tries === 0) continue;
      this.#tries -= 1;
      const without = this.#wave(source.works.filter((each) => each !== work));
      const joined = this.#wave(this.#inOrder([...target.works, work]));
      if (!isBetter([without, joined], [source, target])) continue;
      this.#waves[at] = without;
      this.#waves[to] = joined;
      this.#waveOf.set(work.key, to);
      return true;
    }
    return false;
  }

  #wave(works: readonly Work[]): Wave {
    return { works, cost: costOf(works, this.#agents) };
  }

  #inOrder(works: readonly Work[]): readonly Work[] {
    return works.toSorted((a, b) => (this.#position.get(a) ?? 0) - (this.#position.get(b) ?? 0));
  }
}

function costOf(works: readonly Work[], agents: number): Cost {
  const jobs = packJobs(works, agents);
  const [longest] = jobs;
  return {
    ms: longest === undefined ? 0 : WAVE_START_MS + longest.durationMs,
    unevenness: jobs.reduce((total, { durationMs }) => total + durationMs ** 2, 0),
  };
}

function isBetter(now: readonly Wave[], before: readonly Wave[]): boolean {
  const total = (waves: readonly Wave[], part: keyof Cost): number =>
    waves.reduce((sum, { cost }) => sum + cost[part], 0);
  const gained = total(before, 'ms') - total(now, 'ms');
  return gained > 0 || (gained === 0 && total(now, 'unevenness') < total(before, 'unevenness'));
}

function dependantsOf(works: readonly Work[]): ReadonlyMap<ComponentKey, readonly ComponentKey[]> {
  const found = new Map<ComponentKey, ComponentKey[]>();
  for (const { key, needs } of works) {
    for (const need of needs) {
      const list = found.get(need);
      if (list === undefined) found.set(need, [key]);
      else list.push(key);
    }
  }
  return found;
}
