/**
 * For programs: one JSON object a line, each one BuildEvent (model/event.ts) as it stands there. `type` says which one,
 * `at` is in milliseconds since the epoch, durations are in milliseconds, sizes in bytes; what is unknown is left out.
 * The labels of tasks are in the first line, `run-started`; the last line, `run-finished`, has the critical path too.
 * Fields and types may be added, but are not renamed or taken away.
 */
import type { BuildEvent } from '../model/event.ts';
import { criticalPath } from './critical-path.ts';
import type { Reporter } from './reporter.ts';
import { RunState } from './run-state.ts';

export class JsonLinesReporter implements Reporter {
  readonly #write: (text: string) => void;
  readonly #run = new RunState();

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  report(event: BuildEvent): void {
    this.#run.apply(event);
    const { type, at, ...rest } = event;
    const path = type === 'run-finished' ? { criticalPath: this.#criticalPath() } : {};
    this.#write(`${JSON.stringify({ type, at, ...rest, ...path })}\n`);
  }

  [Symbol.dispose](): void {
    // Every line was written when it came.
  }

  #criticalPath(): readonly { readonly label: string; readonly durationMs: number }[] {
    return criticalPath(this.#run).map(({ key, durationMs }) => ({ label: this.#run.label(key), durationMs }));
  }
}
