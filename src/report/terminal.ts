/** For people at a terminal: what has ended scrolls by, what runs stands below it with a bar for the whole. */
import type { BuildEvent } from '../model/event.ts';
import { unreachable } from '../model/unreachable.ts';
import { Forecast } from './forecast.ts';
import { liveFrame } from './live-frame.ts';
import { LiveRegion } from './live-region.ts';
import type { Paint } from './paint.ts';
import type { RunView } from './reporter.ts';
import { type EventOf, RunState } from './run-state.ts';
import { Sight } from './sight.ts';
import { summarize } from './summary.ts';
import { cleanLine, cleanLines } from './text.ts';
import { describeEnd, describeFailure, headline } from './wording.ts';

export interface TerminalOptions {
  readonly write: (text: string) => void;
  /** The terminal's size at this moment. */
  readonly size: () => { readonly columns: number; readonly rows: number };
  /** Milliseconds since the epoch, by the clock that stamps the events. */
  readonly now: () => number;
  readonly setTimer: (callback: () => void, delayMs: number) => Disposable;
  readonly paint: Paint;
  /** Whether the output of builds scrolls by too, each line with its component. */
  readonly isVerbose: boolean;
}

/** Nothing is drawn more often than this, whatever happens. */
const FRAME_MS = 100;
/** The seconds go on when nothing happens. */
const TICK_MS = 1000;

export class TerminalReporter implements RunView {
  readonly #options: TerminalOptions;
  readonly #region: LiveRegion;
  readonly #run = new RunState();
  readonly #sight = new Sight();
  #forecast: Forecast | undefined;
  #permanent: string[] = [];
  #drawnAt: number;
  #next: { readonly at: number; readonly timer: Disposable } | undefined;
  #suspensions = 0;
  #isOver = false;

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.#region = new LiveRegion(options.write);
    // The first frame comes a moment after the start: a run with nothing to do ends before it and never flashes.
    this.#drawnAt = options.now();
  }

  report(event: BuildEvent): void {
    if (this.#isOver) return;
    this.#run.apply(event);
    if (event.type === 'run-started') this.#forecast = undefined;
    const lines = this.#linesThatStay(event);
    this.#sight.add(event, lines.length);
    this.#permanent.push(...lines);
    if (event.type === 'task-failed' || event.type === 'run-finished') this.#draw();
    else this.#drawAt(this.#drawnAt + FRAME_MS);
  }

  suspend(): Disposable {
    this.#suspensions += 1;
    this.#sight.lose();
    this.#region.draw(this.#permanent, []);
    this.#permanent = [];
    return {
      [Symbol.dispose]: () => {
        this.#suspensions -= 1;
        this.#draw();
      },
    };
  }

  [Symbol.dispose](): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#next?.timer[Symbol.dispose]();
    this.#region.draw(this.#permanent, []);
  }

  #drawAt(at: number): void {
    if (this.#next !== undefined && this.#next.at <= at) return;
    this.#next?.timer[Symbol.dispose]();
    const timer = this.#options.setTimer(() => this.#draw(), Math.max(0, at - this.#options.now()));
    this.#next = { at, timer };
  }

  #draw(): void {
    this.#next?.timer[Symbol.dispose]();
    this.#next = undefined;
    if (this.#suspensions > 0 || this.#isOver) return;
    const now = this.#options.now();
    const frame = this.#frame(now);
    this.#region.draw(this.#permanent, frame);
    this.#permanent = [];
    this.#drawnAt = now;
    if (frame.length > 0) this.#drawAt(now + TICK_MS);
  }

  #frame(now: number): readonly string[] {
    const { tasks, running, end } = this.#run;
    const hasWork = running.size > 0 || tasks.values().some(({ action }) => action !== 'reuse');
    if (end !== undefined || !hasWork) return [];
    this.#forecast ??= new Forecast(this.#run);
    return liveFrame(this.#run, this.#forecast, { ...this.#options.size(), now, paint: this.#options.paint });
  }

  #linesThatStay(event: BuildEvent): readonly string[] {
    switch (event.type) {
      case 'run-started':
        return [headline(event) ?? []].flat();
      case 'task-finished':
        return this.#wasPlannedSo(event) ? [] : [this.#line('green', '✓', event.task, describeEnd(event))];
      case 'task-failed':
        return this.#failure(event);
      case 'notice':
        return this.#notice(event);
      case 'output':
        return this.#options.isVerbose ? [this.#output(event)] : [];
      case 'run-finished':
        return summarize(this.#run, this.#options.paint, this.#sight);
      case 'task-started':
      case 'phase-started':
      case 'phase-finished':
      case 'progress':
      // One failure may skip dozens, which would scroll it out of sight; the summary names them.
      case 'task-skipped':
        return [];
      default:
        return unreachable(event);
    }
  }

  #wasPlannedSo({ task, outcome }: EventOf<'task-finished'>): boolean {
    return outcome === 'reused' && this.#run.tasks.get(task)?.action === 'reuse' && !this.#options.isVerbose;
  }

  #failure(event: EventOf<'task-failed'>): readonly string[] {
    const { title, details } = describeFailure(event);
    return [this.#line('red', '✗', event.task, title), ...details.map((line) => `    ${line}`)];
  }

  #notice({ task, level, message }: EventOf<'notice'>): readonly string[] {
    const about = task === undefined ? '' : `${this.#run.label(task)}: `;
    const style = level === 'warning' ? 'yellow' : 'plain';
    return cleanLines(message).map((line, index) => {
      const mark = index > 0 ? ' ' : level === 'warning' ? '!' : '-';
      return `${this.#options.paint(style, mark)} ${index === 0 ? about : ''}${line}`;
    });
  }

  #output({ task, line }: EventOf<'output'>): string {
    return `${this.#options.paint('cyan', this.#run.label(task))} | ${cleanLine(line)}`;
  }

  #line(style: 'green' | 'red', mark: string, task: string, text: string): string {
    const { paint } = this.#options;
    return `${paint(style, mark)} ${paint('bold', this.#run.label(task))}: ${text}`;
  }
}
