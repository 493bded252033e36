/** One task of a run while it runs: its phases, its log, its end. */
import type { LogFile } from '../host/log-file.ts';
import { errorData, UserError, UserErrors } from '../model/errors.ts';
import type { Outcome, Phase, Unstamped } from '../model/event.ts';

/** How many of the last lines of a log are told with a failure. */
const TAIL_LINES = 20;

export type Emit = (event: Unstamped) => void;

export class TaskRun {
  readonly key: string;
  readonly #emit: Emit;
  readonly #startedAt = performance.now();
  readonly #phasesMs: Partial<Record<Phase, number>> = {};
  #phase: Phase | undefined;
  #log: LogFile | undefined;
  #outcome: Outcome | undefined;

  /** Tells that the task has started. */
  constructor(key: string, emit: Emit) {
    this.key = key;
    this.#emit = emit;
    emit({ type: 'task-started', task: key });
  }

  get durationMs(): number {
    return performance.now() - this.#startedAt;
  }

  /** undefined: it has not finished, or has failed. */
  get outcome(): Outcome | undefined {
    return this.#outcome;
  }

  get phasesMs(): Readonly<Partial<Record<Phase, number>>> {
    return this.#phasesMs;
  }

  get logPath(): string | undefined {
    return this.#log?.path;
  }

  /** The log whose last lines tell why the task failed, if it does. */
  useLog(log: LogFile): void {
    this.#log = log;
  }

  async phase<Result>(phase: Phase, work: () => Promise<Result>): Promise<Result> {
    const startedAt = performance.now();
    this.#phase = phase;
    this.#emit({ type: 'phase-started', task: this.key, phase });
    const result = await work();
    const durationMs = performance.now() - startedAt;
    this.#phasesMs[phase] = durationMs;
    this.#phase = undefined;
    this.#emit({ type: 'phase-finished', task: this.key, phase, durationMs });
    return result;
  }

  progress(item: string, bytes: number, totalBytes: number | undefined): void {
    this.#emit({ type: 'progress', task: this.key, item, bytes, totalBytes });
  }

  output(line: string): void {
    this.#emit({ type: 'output', task: this.key, line });
  }

  note(message: string): void {
    this.#emit({ type: 'notice', level: 'info', message, task: this.key });
  }

  warn(message: string): void {
    this.#emit({ type: 'notice', level: 'warning', message, task: this.key });
  }

  finish(outcome: Outcome, bytes: number | undefined): void {
    this.#outcome = outcome;
    this.#emit({ type: 'task-finished', task: this.key, outcome, durationMs: this.durationMs, bytes });
  }

  fail(error: unknown): void {
    this.#emit({
      type: 'task-failed',
      task: this.key,
      phase: this.#phase,
      ...explain(error),
      durationMs: this.durationMs,
      logPath: this.#log?.path,
      logTail: this.#log?.tail(TAIL_LINES) ?? [],
    });
  }
}

/** A failure that nobody foresaw is told as one of ours; its stack goes where the run ends. */
function explain(error: unknown): Pick<Extract<Unstamped, { type: 'task-failed' }>, 'message' | 'hint' | 'errors'> {
  if (error instanceof UserError || error instanceof UserErrors) {
    const errors = errorData(error);
    return { message: error.message, hint: [...new Set(errors.map(({ hint }) => hint))].join('\n'), errors };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { message, hint: 'This looks like a bug in dcos-build; please report it.', errors: [] };
}
