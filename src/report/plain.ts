/** For pipes and CI: a line for each event that matters, logs of failures only, nothing but text. */
import type { BuildEvent } from '../model/event.ts';
import { unreachable } from '../model/unreachable.ts';
import { formatDuration, formatSeconds } from './format.ts';
import { unpainted } from './paint.ts';
import type { Reporter } from './reporter.ts';
import { type EventOf, RunState } from './run-state.ts';
import { Sight } from './sight.ts';
import { summarize } from './summary.ts';
import { cleanLine, cleanLines } from './text.ts';
import { describeEnd, describeFailure, describeSkip, headline } from './wording.ts';

export interface PlainOptions {
  /** `quiet`: warnings and failures only; `verbose`: the output of builds too, each line with its component. */
  readonly detail: 'quiet' | 'normal' | 'verbose';
  readonly write: (text: string) => void;
}

const SILENCE_MS = 60_000;
const INDENT = ' '.repeat(11);

export class PlainReporter implements Reporter {
  readonly #options: PlainOptions;
  readonly #run = new RunState();
  readonly #sight = new Sight();
  #spokeAt: number | undefined;

  constructor(options: PlainOptions) {
    this.#options = options;
  }

  report(event: BuildEvent): void {
    this.#run.apply(event);
    this.#spokeAt ??= event.at;
    const news = this.#lines(event);
    const lines = news.length > 0 ? news : this.#stillRunning(event.at);
    this.#sight.add(event, lines.length);
    if (lines.length === 0) return;
    this.#spokeAt = event.at;
    // In one piece, so that no other process's line comes between those of one failure.
    this.#options.write(`${lines.join('\n')}\n`);
  }

  [Symbol.dispose](): void {
    // Everything has been written.
  }

  #lines(event: BuildEvent): readonly string[] {
    const { detail } = this.#options;
    switch (event.type) {
      case 'task-failed':
        return this.#failure(event);
      case 'notice':
        return detail === 'quiet' && event.level === 'info' ? [] : this.#notice(event);
      case 'run-finished':
        return detail === 'quiet' && event.outcome === 'succeeded' ? [] : summarize(this.#run, unpainted, this.#sight);
      case 'output':
        return detail === 'verbose' ? [`${this.#run.label(event.task)} | ${cleanLine(event.line)}`.trimEnd()] : [];
      case 'run-started':
      case 'task-started':
      case 'task-finished':
      case 'task-skipped':
        return detail === 'quiet' ? [] : this.#step(event);
      case 'phase-started':
      case 'phase-finished':
      case 'progress':
        return [];
      default:
        return unreachable(event);
    }
  }

  #step(event: EventOf<'run-started' | 'task-started' | 'task-finished' | 'task-skipped'>): readonly string[] {
    switch (event.type) {
      case 'run-started':
        return this.#line(event, headline(event));
      case 'task-started':
        return this.#line(event, this.#describeStart(event));
      case 'task-finished': {
        const wasPlanned = this.#run.tasks.get(event.task)?.action === 'reuse' && event.outcome === 'reused';
        return wasPlanned && this.#options.detail !== 'verbose' ? [] : this.#line(event, describeEnd(event));
      }
      case 'task-skipped':
        return this.#line(event, describeSkip(this.#run, event));
      default:
        return unreachable(event);
    }
  }

  #describeStart({ task }: EventOf<'task-started'>): string | undefined {
    const { action, estimateMs } = this.#run.tasks.get(task) ?? {};
    if (action !== 'build') return undefined;
    return estimateMs === undefined ? 'started' : `started, took ${formatDuration(estimateMs)} last time`;
  }

  #failure(event: EventOf<'task-failed'>): readonly string[] {
    const { title, details } = describeFailure(event);
    return [...this.#line(event, title), ...details.map((line) => INDENT + line)];
  }

  #notice(event: EventOf<'notice'>): readonly string[] {
    const [first = '', ...more] = cleanLines(event.message);
    const text = event.level === 'warning' ? `warning: ${first}` : first;
    return [...this.#line(event, text), ...more.map((line) => INDENT + line)];
  }

  /** `[ 1m12s] openssl: built in 12s`: since the start of the run, what, and what about it. */
  #line(event: { readonly at: number; readonly task?: string }, text: string | undefined): readonly string[] {
    if (text === undefined) return [];
    const elapsed = formatSeconds(this.#run.elapsedMs(event.at)).padStart(6);
    return [`[${elapsed}] ${event.task === undefined ? '' : `${this.#run.label(event.task)}: `}${text}`];
  }

  /** Names what runs if nothing has been said for long: a log that stands still looks as if it hung. */
  #stillRunning(at: number): readonly string[] {
    const { running } = this.#run;
    const isSilent = at - (this.#spokeAt ?? at) >= SILENCE_MS;
    if (!isSilent || running.size === 0 || this.#options.detail === 'quiet') return [];
    const names = [...running].map(([key, { startedAt, phase }]) => {
      const since = formatSeconds(at - startedAt);
      return `${this.#run.label(key)} (${phase === undefined ? '' : `${phase}, `}${since})`;
    });
    return this.#line({ at }, `still running: ${names.join(', ')}`);
  }
}
