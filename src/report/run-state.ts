/** Where a run stands after the events so far: the one reading of them that all views share. */
import type { BuildEvent, Outcome, Phase, Task } from '../model/event.ts';
import { unreachable } from '../model/unreachable.ts';
import { cleanLine } from './text.ts';

export type EventOf<Type extends BuildEvent['type']> = Extract<BuildEvent, { readonly type: Type }>;

export interface RunningTask {
  readonly startedAt: number;
  readonly phase: Phase | undefined;
  readonly phaseStartedAt: number;
  /** What was reported last in this phase: a line of output, as the build wrote it, or bytes moved. */
  readonly latest: EventOf<'output' | 'progress'> | undefined;
}

/** How a task ended. A task that never started has no `startedAt`. */
export type EndedTask =
  | { readonly kind: Outcome; readonly startedAt: number | undefined; readonly endedAt: number }
  | {
      readonly kind: 'failed';
      readonly startedAt: number | undefined;
      readonly endedAt: number;
      readonly failure: EventOf<'task-failed'>;
    }
  | {
      readonly kind: 'skipped';
      readonly startedAt: undefined;
      readonly endedAt: number;
      readonly because: string | undefined;
    };

/** Holds for any sequence of events: what fits nothing planned is taken for what it says, never refused. */
export class RunState {
  #start: EventOf<'run-started'> | undefined;
  #end: EventOf<'run-finished'> | undefined;
  #firstAt: number | undefined;
  readonly #tasks = new Map<string, Task>();
  readonly #running = new Map<string, RunningTask>();
  readonly #ended = new Map<string, EndedTask>();

  get start(): EventOf<'run-started'> | undefined {
    return this.#start;
  }

  get end(): EventOf<'run-finished'> | undefined {
    return this.#end;
  }

  /** By key, in the order of the plan. */
  get tasks(): ReadonlyMap<string, Task> {
    return this.#tasks;
  }

  /** By key, in the order in which they started; none of them is in `ended`. */
  get running(): ReadonlyMap<string, RunningTask> {
    return this.#running;
  }

  /** By key, in the order in which they ended. */
  get ended(): ReadonlyMap<string, EndedTask> {
    return this.#ended;
  }

  /** What a person calls the task, safe to print. */
  label(key: string): string {
    return cleanLine(this.#tasks.get(key)?.label ?? key);
  }

  /** Milliseconds from the first event to a time, never negative. */
  elapsedMs(at: number): number {
    return Math.max(0, at - (this.#firstAt ?? at));
  }

  apply(event: BuildEvent): void {
    this.#firstAt ??= event.at;
    switch (event.type) {
      case 'run-started':
        this.#start = event;
        for (const task of event.tasks) this.#tasks.set(task.key, task);
        break;
      case 'task-started':
        this.#ended.delete(event.task);
        this.#running.set(event.task, begun(event.at));
        break;
      case 'phase-started':
        this.#enter(event);
        break;
      case 'progress':
      case 'output':
        this.#show(event);
        break;
      case 'task-finished':
        this.#finish(event.task, { kind: event.outcome, ...this.#span(event) });
        break;
      case 'task-failed':
        this.#finish(event.task, { kind: 'failed', failure: event, ...this.#span(event) });
        break;
      case 'task-skipped':
        this.#finish(event.task, {
          kind: 'skipped',
          startedAt: undefined,
          endedAt: event.at,
          because: event.because,
        });
        break;
      case 'run-finished':
        this.#end = event;
        break;
      case 'phase-finished':
      case 'notice':
        break;
      default:
        unreachable(event);
    }
  }

  #enter({ task, phase, at }: EventOf<'phase-started'>): void {
    if (this.#ended.has(task)) return;
    const { startedAt } = this.#running.get(task) ?? begun(at);
    this.#running.set(task, { startedAt, phase, phaseStartedAt: at, latest: undefined });
  }

  #show(latest: EventOf<'output' | 'progress'>): void {
    const running = this.#running.get(latest.task);
    if (running !== undefined) this.#running.set(latest.task, { ...running, latest });
  }

  #span({ task, at }: EventOf<'task-finished' | 'task-failed'>): {
    readonly startedAt: number | undefined;
    readonly endedAt: number;
  } {
    const startedAt = this.#running.get(task)?.startedAt;
    return { startedAt, endedAt: Math.max(at, startedAt ?? at) };
  }

  #finish(key: string, ended: EndedTask): void {
    this.#running.delete(key);
    this.#ended.delete(key);
    this.#ended.set(key, ended);
  }
}

function begun(at: number): RunningTask {
  return { startedAt: at, phase: undefined, phaseStartedAt: at, latest: undefined };
}
