/**
 * Runs jobs that need each other, the one with the longest remaining path first, within pools of slots. Of itself it
 * touches nothing: what a job does and how long it took last time come from the caller.
 */
import { byCodePoint } from '../model/order.ts';
import { dependantsOf, remainingPaths, type Job, type Pool } from './jobs.ts';

/** What a running job holds. */
export interface Grant {
  /** Cores that the job may use, at least 1: its share of those that are free when it starts. */
  readonly cores: number;
  /** Lets the jobs that need this one start, before this one has ended. */
  ready(): void;
  /** Gives the slot back before the job has ended, for a rest that costs little. */
  freeSlot(): void;
  /** Runs the job once more, with other needs or in another pool, when this run of it has ended: it is not ready yet. */
  again(job: Job): void;
}

export interface ScheduleOptions {
  readonly slots: Readonly<Record<Pool, number>>;
  readonly cores: number;
  /** Whether jobs that do not need a failed one still start. */
  readonly keepGoing: boolean;
  readonly signal: AbortSignal;
  readonly run: (job: Job, grant: Grant) => Promise<void>;
  /** Called for each job that never starts, with the failed job that is the cause; undefined after a cancellation. */
  readonly onSkip: (key: string, because: string | undefined) => void;
}

/**
 * Runs all jobs and waits for every one that was started. Rejects only for a mistake in the graph (a missing or circular
 * need), never for a job's failure.
 *
 * @returns the errors by the key of the job that threw them, in the order in which they came
 */
export async function schedule(jobs: readonly Job[], options: ScheduleOptions): Promise<ReadonlyMap<string, unknown>> {
  return new Schedule(jobs, options).run();
}

class Schedule {
  readonly #options: ScheduleOptions;
  readonly #jobs: Map<string, Job>;
  readonly #dependants: ReadonlyMap<string, string[]>;
  readonly #priority: ReadonlyMap<string, number>;
  /** How many needs of each job are not ready yet. */
  readonly #missing = new Map<string, number>();
  /** Jobs that may start, by pool, the most urgent last. */
  readonly #waiting: Record<Pool, string[]> = { build: [], network: [] };
  readonly #free: Record<Pool, number>;
  #freeCores: number;
  #running = 0;
  readonly #started = new Set<string>();
  readonly #ready = new Set<string>();
  readonly #failed = new Map<string, unknown>();
  /** With the failed job that is the cause. */
  readonly #skipped = new Map<string, string | undefined>();
  readonly #finished = Promise.withResolvers<void>();

  constructor(jobs: readonly Job[], options: ScheduleOptions) {
    this.#options = options;
    this.#jobs = new Map(jobs.map((job) => [job.key, job]));
    this.#dependants = dependantsOf(jobs);
    this.#priority = remainingPaths(jobs);
    this.#free = { ...options.slots };
    this.#freeCores = options.cores;
    for (const job of jobs) {
      this.#missing.set(job.key, job.needs.length);
      if (job.needs.length === 0) this.#enqueue(job);
    }
  }

  async run(): Promise<ReadonlyMap<string, unknown>> {
    const onAbort = (): void => this.#startWhatCan();
    this.#options.signal.addEventListener('abort', onAbort, { once: true });
    this.#startWhatCan();
    await this.#finished.promise;
    this.#options.signal.removeEventListener('abort', onAbort);
    return this.#failed;
  }

  #enqueue(job: Job): void {
    const queue = this.#waiting[job.pool];
    let low = 0;
    let high = queue.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#byUrgency(queue[middle] ?? '', job.key) < 0) low = middle + 1;
      else high = middle;
    }
    queue.splice(low, 0, job.key);
  }

  /** The less urgent first; among equals the later name first, so that the end of the queue goes by name. */
  #byUrgency(left: string, right: string): number {
    return (this.#priority.get(left) ?? 0) - (this.#priority.get(right) ?? 0) || byCodePoint(right, left);
  }

  #startWhatCan(): void {
    const { signal, keepGoing } = this.#options;
    const stopped = signal.aborted || (this.#failed.size > 0 && !keepGoing);
    if (stopped) this.#skipTheRest();
    for (const pool of ['build', 'network'] as const) {
      while (this.#free[pool] > 0) {
        const key = this.#waiting[pool].pop();
        const job = key === undefined ? undefined : this.#jobs.get(key);
        if (job === undefined) break;
        void this.#start(job);
      }
    }
    if (this.#running === 0) this.#finished.resolve();
  }

  async #start(job: Job): Promise<void> {
    const { pool, key } = job;
    const cores = pool === 'build' ? this.#shareOfCores() : 0;
    this.#free[pool] -= 1;
    this.#freeCores -= cores;
    this.#running += 1;
    this.#started.add(key);
    let next: Job | undefined;
    let holdsSlot = true;
    const freeSlot = (): void => {
      if (!holdsSlot) return;
      holdsSlot = false;
      this.#free[pool] += 1;
      this.#freeCores += cores;
    };
    const startMore = (): void => this.#startWhatCan();
    try {
      await this.#options.run(job, {
        cores: Math.max(1, cores),
        ready: () => (this.#release(key), startMore()),
        freeSlot: () => (freeSlot(), startMore()),
        again: (changed) => (next = changed),
      });
      if (next === undefined) this.#release(key);
      else this.#readmit(next);
    } catch (error) {
      this.#failed.set(key, error);
      this.#skipDependants(key);
    }
    freeSlot();
    this.#running -= 1;
    this.#startWhatCan();
  }

  /** An equal part of the free cores for each job that could start now, this one among them. */
  #shareOfCores(): number {
    const starters = Math.min(this.#waiting.build.length + 1, this.#free.build);
    return Math.max(1, Math.floor(this.#freeCores / Math.max(1, starters)));
  }

  /** Puts a job back that has run already, as it is to be run now. */
  #readmit(job: Job): void {
    const { key, needs } = job;
    this.#jobs.set(key, job);
    this.#started.delete(key);
    const lost = needs.find((need) => this.#failed.has(need) || this.#skipped.has(need));
    if (lost !== undefined) {
      const cause = this.#failed.has(lost) ? lost : this.#skipped.get(lost);
      this.#skip(key, cause);
      if (cause !== undefined) this.#skipDependants(cause, key);
      return;
    }
    const missing = needs.filter((need) => !this.#ready.has(need));
    for (const need of missing) {
      const list = this.#dependants.get(need);
      if (list === undefined) throw new Error(`job ${key} needs ${need}, which is not in the run`);
      list.push(key);
    }
    this.#missing.set(key, missing.length);
    if (missing.length === 0) this.#enqueue(job);
  }

  #release(key: string): void {
    if (this.#ready.has(key)) return;
    this.#ready.add(key);
    for (const dependant of this.#dependants.get(key) ?? []) {
      const missing = (this.#missing.get(dependant) ?? 0) - 1;
      this.#missing.set(dependant, missing);
      const job = this.#jobs.get(dependant);
      if (missing === 0 && job !== undefined && !this.#skipped.has(dependant)) this.#enqueue(job);
    }
  }

  #skipDependants(cause: string, of = cause): void {
    const pending = [...(this.#dependants.get(of) ?? [])];
    for (let key = pending.shift(); key !== undefined; key = pending.shift()) {
      if (this.#started.has(key) || this.#skipped.has(key)) continue;
      this.#skip(key, cause);
      pending.push(...(this.#dependants.get(key) ?? []));
    }
  }

  #skipTheRest(): void {
    const [cause] = this.#options.signal.aborted ? [] : this.#failed.keys();
    for (const key of this.#jobs.keys()) {
      if (!this.#started.has(key) && !this.#skipped.has(key)) this.#skip(key, cause);
    }
    this.#waiting.build.length = 0;
    this.#waiting.network.length = 0;
  }

  #skip(key: string, because: string | undefined): void {
    this.#skipped.set(key, because);
    this.#options.onSkip(key, because);
  }
}
