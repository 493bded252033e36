/** Which failures a reader still has before them: those that little was told after. */
import type { BuildEvent } from '../model/event.ts';

/** The lines of a small terminal. */
const LINES_IN_SIGHT = 24;

export class Sight {
  #lines = 0;
  /** By the key of the task, how many lines had been told when its failure was. */
  readonly #toldAt = new Map<string, number>();

  /** Takes note of an event that was told in so many lines. */
  add(event: BuildEvent, lines: number): void {
    this.#lines += lines;
    if (event.type === 'task-failed') this.#toldAt.set(event.task, this.#lines);
  }

  /** Somebody else had the screen: what was there may be gone. */
  lose(): void {
    this.#toldAt.clear();
  }

  has(task: string): boolean {
    const toldAt = this.#toldAt.get(task);
    return toldAt !== undefined && this.#lines - toldAt <= LINES_IN_SIGHT;
  }
}
