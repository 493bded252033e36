/**
 * Processes that share a store, run in turns: one goes on by so many operations while all others stand still. By that a
 * test puts what several do in any order, the same each time; one that gets no further turn is one that was killed.
 */
import { setImmediate } from 'node:timers/promises';
import type { Operation, Watch } from './watched-store.ts';

export class Turns {
  readonly #processes: readonly Process[];

  /** @param works what each does, with all of its operations watched by what it is given */
  constructor(works: readonly ((watch: Watch) => Promise<unknown>)[]) {
    this.#processes = works.map((work) => new Process(work));
  }

  /** Lets one do its next operations. @returns whether it can go on */
  async take(index: number, operations: number): Promise<boolean> {
    const process = this.#processes[index];
    let goesOn = process !== undefined;
    for (let left = operations; left > 0 && goesOn; left -= 1) goesOn = (await process?.step()) === true;
    return goesOn;
  }

  /** Lets one go on until it is about to do that, such as `write channels/x.json`. @returns whether it came to that */
  async until(index: number, operation: string): Promise<boolean> {
    while (await this.take(index, 1)) if (this.states[index]?.startsWith(operation) === true) return true;
    return false;
  }

  /** Lets one run to its end. @returns what it threw; undefined: nothing */
  async finish(index: number): Promise<unknown> {
    while (await this.take(index, 1));
    return this.#processes[index]?.error;
  }

  /** What each was about to do last. */
  get states(): readonly string[] {
    return this.#processes.map((process) => process.state);
  }
}

class Process {
  error: unknown;
  state = 'not begun';
  readonly #work: (watch: Watch) => Promise<unknown>;
  #isEnded = false;
  #begun = false;
  /** Each lets an operation happen that it waits for. */
  readonly #waiting: (() => void)[] = [];
  #changed = Promise.withResolvers<void>();

  constructor(work: (watch: Watch) => Promise<unknown>) {
    this.#work = work;
  }

  /** @returns whether it waits for another turn */
  async step(): Promise<boolean> {
    if (this.#isEnded) return false;
    this.#changed = Promise.withResolvers();
    if (this.#begun) this.#waiting.shift()?.();
    else void this.#run();
    // It may do several things at once: then it has a moment to come to the next, and the others wait on.
    await (this.#waiting.length === 0 ? this.#changed.promise : setImmediate());
    return !this.#isEnded;
  }

  async #run(): Promise<void> {
    this.#begun = true;
    try {
      await this.#work({ before: (operation) => this.#wait(operation) });
      this.state = 'ended';
    } catch (error) {
      this.error = error;
      this.state = `failed: ${String(error)}`;
    }
    this.#isEnded = true;
    this.#changed.resolve();
  }

  async #wait({ kind, name }: Operation): Promise<void> {
    await new Promise<void>((go) => {
      this.#waiting.push(go);
      this.state = `${kind} ${name}`;
      this.#changed.resolve();
    });
  }
}
