/**
 * The run as a Chrome trace, for chrome://tracing, Perfetto and speedscope: a lane for each thing that went on at once,
 * and in it the phases of the components.
 *
 * @see https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU (Trace Event Format)
 */
import type { BuildEvent, Phase } from '../model/event.ts';
import { unreachable } from '../model/unreachable.ts';
import { cleanLine } from './text.ts';
import type { Reporter } from './reporter.ts';
import { type EventOf, RunState } from './run-state.ts';

/** A complete event: times in microseconds, `tid` names the lane. */
interface Slice {
  readonly ph: 'X';
  readonly pid: 1;
  readonly tid: number;
  readonly name: string;
  readonly cat: Phase;
  readonly ts: number;
  readonly dur: number;
  readonly args: { readonly task: string; readonly failed?: string };
}

interface OpenPhase {
  readonly phase: Phase;
  readonly lane: number;
  readonly startedAt: number;
}

export class TraceReporter implements Reporter {
  readonly #write: (json: string) => void;
  readonly #run = new RunState();
  readonly #open = new Map<string, OpenPhase>();
  /** The lane that a task had last: its next phase goes there too if it is free. */
  readonly #lastLane = new Map<string, number>();
  readonly #busy = new Set<number>();
  readonly #slices: Slice[] = [];
  /** The latest time seen: a clock that is set back must not make slices overlap. */
  #now = -Infinity;
  #isWritten = false;

  /** @param write called once, with the whole file, when the run has finished or the reporter is disposed */
  constructor(write: (json: string) => void) {
    this.#write = write;
  }

  report(event: BuildEvent): void {
    this.#run.apply(event);
    this.#now = Math.max(this.#now, event.at);
    switch (event.type) {
      case 'phase-started':
        this.#close(event.task);
        this.#begin(event);
        break;
      case 'phase-finished':
        if (this.#open.get(event.task)?.phase === event.phase) this.#close(event.task);
        break;
      case 'task-finished':
        this.#close(event.task);
        break;
      case 'task-failed':
        this.#close(event.task, cleanLine(event.message));
        break;
      case 'run-finished':
        this.#finish();
        break;
      case 'run-started':
      case 'task-started':
      case 'task-skipped':
      case 'progress':
      case 'output':
      case 'notice':
        break;
      default:
        unreachable(event);
    }
  }

  [Symbol.dispose](): void {
    this.#finish();
  }

  #begin({ task, phase }: EventOf<'phase-started'>): void {
    const last = this.#lastLane.get(task);
    const lane = last === undefined || this.#busy.has(last) ? this.#freeLane() : last;
    this.#busy.add(lane);
    this.#lastLane.set(task, lane);
    this.#open.set(task, { phase, lane, startedAt: this.#now });
  }

  #freeLane(): number {
    let lane = 1;
    while (this.#busy.has(lane)) lane += 1;
    return lane;
  }

  #close(task: string, failed?: string): void {
    const open = this.#open.get(task);
    if (open === undefined) return;
    this.#open.delete(task);
    this.#busy.delete(open.lane);
    const ts = this.#microseconds(open.startedAt);
    this.#slices.push({
      ph: 'X',
      pid: 1,
      tid: open.lane,
      name: `${this.#run.label(task)}: ${open.phase}`,
      cat: open.phase,
      ts,
      dur: this.#microseconds(this.#now) - ts,
      args: { task, ...(failed === undefined ? {} : { failed }) },
    });
  }

  /** Whole ones since the start of the run, so that the end of a slice is exactly the start of the next. */
  #microseconds(at: number): number {
    return Math.round(this.#run.elapsedMs(at) * 1000);
  }

  #finish(): void {
    if (this.#isWritten) return;
    this.#isWritten = true;
    for (const task of this.#open.keys()) this.#close(task);
    this.#write(`${JSON.stringify({ traceEvents: [...this.#names(), ...this.#inOrder()], displayTimeUnit: 'ms' })}\n`);
  }

  #names(): readonly object[] {
    const { tree = 'dcos-build', variant } = this.#run.start ?? {};
    const process = variant === undefined ? cleanLine(tree) : `${variant} of ${cleanLine(tree)}`;
    const lanes = [...new Set(this.#slices.map(({ tid }) => tid))].sort((a, b) => a - b);
    return [
      { ph: 'M', pid: 1, tid: 0, name: 'process_name', args: { name: process } },
      ...lanes.map((tid) => ({ ph: 'M', pid: 1, tid, name: 'thread_name', args: { name: `slot ${tid}` } })),
    ];
  }

  #inOrder(): readonly Slice[] {
    return this.#slices.toSorted((a, b) => a.ts - b.ts || a.tid - b.tid);
  }
}
