/**
 * Which builds are about to start. One thread does the work of all tasks, so what can wait gives way: a component that
 * others wait for should not wait for the packing of one that nobody needs any more.
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** Packing is put off for so long at most, in ms: a run in which there is always a build about to start packs too. */
const LONGEST_WAIT_MS = 100;

export class Starts {
  #count = 0;
  #calm = Promise.withResolvers<void>();

  /** Says that a build is about to start, until it is disposed of: once it runs, or cannot. */
  begin(): Disposable {
    let pending = true;
    this.#count += 1;
    return {
      [Symbol.dispose]: () => {
        if (!pending) return;
        pending = false;
        this.#count -= 1;
        if (this.#count > 0) return;
        this.#calm.resolve();
        this.#calm = Promise.withResolvers();
      },
    };
  }

  /** Waits until no build is about to start, but not for long. */
  async giveWay(): Promise<void> {
    if (this.#count === 0) return;
    await Promise.race([this.#calm.promise, sleep(LONGEST_WAIT_MS, undefined, { ref: false })]);
  }
}
