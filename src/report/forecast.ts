/** How much of a run is done and how long the rest will take, from recorded durations. */
import type { Action, Task } from '../model/event.ts';
import type { RunState } from './run-state.ts';
import { isProduct } from './wording.ts';

export class Forecast {
  readonly #run: RunState;
  /** The tasks that are work, each after those that it needs. */
  readonly #order: readonly Task[];
  readonly #products: readonly Task[];
  /** Medians of the recorded durations, which stand for those that are not known. */
  readonly #medianMs: Readonly<Record<Action | 'any', number | undefined>>;

  constructor(run: RunState) {
    this.#run = run;
    this.#order = inOrder(run.tasks).filter(({ action }) => action !== 'reuse');
    this.#products = this.#order.filter(isProduct);
    this.#medianMs = {
      any: medianMs(this.#order),
      build: medianMs(this.#order.filter(({ action }) => action === 'build')),
      download: medianMs(this.#order.filter(({ action }) => action === 'download')),
      reuse: undefined,
    };
  }

  /** How many tasks there are to build or download. */
  get total(): number {
    return this.#products.length;
  }

  /** How many of them have ended, in whatever way. */
  get done(): number {
    return this.#products.filter(({ key }) => this.#run.ended.has(key)).length;
  }

  /** From 0 to 1; never falls while a run goes on. By recorded time, or by number of tasks if none is recorded. */
  fractionDone(now: number): number {
    let all = 0;
    let rest = 0;
    for (const task of this.#order) {
      all += this.#expectedMs(task);
      rest += this.#restMs(task, now);
    }
    return all === 0 ? 1 : (all - rest) / all;
  }

  /**
   * Milliseconds until the end: the longest chain of what is left, or all of it spread over the jobs, whichever is more.
   * Builds and downloads do not take each other's slots. undefined if no duration is recorded to tell from.
   */
  leftMs(now: number): number | undefined {
    if (this.#medianMs.any === undefined) return undefined;
    const ends = new Map<string, number>();
    let chain = 0;
    const work = { build: 0, download: 0, reuse: 0 };
    for (const task of this.#order) {
      const rest = this.#restMs(task, now);
      const end = task.needs.reduce((latest, need) => Math.max(latest, ends.get(need) ?? 0), 0) + rest;
      ends.set(task.key, end);
      chain = Math.max(chain, end);
      work[task.action] += rest;
    }
    return Math.max(chain, Math.max(work.build, work.download) / Math.max(1, this.#run.start?.jobs ?? 1));
  }

  #expectedMs({ estimateMs, action }: Task): number {
    return Math.max(0, estimateMs ?? this.#medianMs[action] ?? this.#medianMs.any ?? 1);
  }

  #restMs(task: Task, now: number): number {
    if (this.#run.ended.has(task.key)) return 0;
    const expected = this.#expectedMs(task);
    const running = this.#run.running.get(task.key);
    if (running === undefined || this.#medianMs.any === undefined) return expected;
    return Math.min(expected, Math.max(0, expected - (now - running.startedAt)));
  }
}

function medianMs(tasks: readonly Task[]): number | undefined {
  const known = tasks.flatMap(({ estimateMs }) => estimateMs ?? []).sort((a, b) => a - b);
  return known[Math.floor(known.length / 2)];
}

/** Depth first, without recursion: a tree may be thousands of tasks deep. */
function inOrder(tasks: ReadonlyMap<string, Task>): readonly Task[] {
  const order: Task[] = [];
  const seen = new Set<string>();
  for (const first of tasks.values()) {
    const stack = [{ task: first, isReady: false }];
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const { task, isReady } = top;
      if (isReady) order.push(task);
      if (isReady || seen.has(task.key)) continue;
      seen.add(task.key);
      stack.push({ task, isReady: true });
      for (const need of task.needs) {
        const needed = tasks.get(need);
        if (needed !== undefined && !seen.has(need)) stack.push({ task: needed, isReady: false });
      }
    }
  }
  return order;
}
