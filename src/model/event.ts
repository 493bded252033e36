/** What work reports while it runs. Plain data, in order; how it looks is decided in `report/` and nowhere else. */

import type { ErrorData } from './errors.ts';

/** The steps of one task, in the order in which they happen; not every task has all of them. */
export type Phase = 'fetch' | 'unpack' | 'activate' | 'build' | 'pack' | 'download';

/** Why a task is in the run: built here, taken from a repository, or there already. */
export type Action = 'build' | 'download' | 'reuse';

/** One piece of work that the run has planned: a builder root, a component's sources, a package, a bootstrap, a stage of an image. */
export interface Task {
  /** Unique within the run: a package id, `<package id>.sources`, `<bootstrap id>.bootstrap`, `builder:<name>` or `image:<stage>`. */
  readonly key: string;
  /** What a person calls it: the component's name, with `/<variant>` if it has one. */
  readonly label: string;
  readonly kind: 'builder' | 'source' | 'package' | 'bootstrap' | 'stage';
  readonly action: Action;
  /** Keys of the tasks it waits for, direct ones only. */
  readonly needs: readonly string[];
  /** Recorded duration of an earlier run of the same work, if there is one. */
  readonly estimateMs?: number;
}

export type Outcome = 'built' | 'downloaded' | 'reused';

interface Stamped {
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export type BuildEvent = Stamped &
  (
    | {
        readonly type: 'run-started';
        /** The tree's folder and variant, for the headline. */
        readonly tree: string;
        readonly variant: string | undefined;
        readonly jobs: number;
        readonly tasks: readonly Task[];
      }
    | { readonly type: 'task-started'; readonly task: string }
    | { readonly type: 'phase-started'; readonly task: string; readonly phase: Phase }
    | { readonly type: 'phase-finished'; readonly task: string; readonly phase: Phase; readonly durationMs: number }
    | {
        readonly type: 'progress';
        readonly task: string;
        /** What is being moved: a file name. */
        readonly item: string;
        readonly bytes: number;
        readonly totalBytes: number | undefined;
      }
    | { readonly type: 'output'; readonly task: string; readonly line: string }
    | {
        readonly type: 'task-finished';
        readonly task: string;
        readonly outcome: Outcome;
        readonly durationMs: number;
        /** Size of the artifact. */
        readonly bytes: number | undefined;
      }
    | {
        readonly type: 'task-failed';
        readonly task: string;
        readonly phase: Phase | undefined;
        /** All messages, and all hints, a line each. */
        readonly message: string;
        readonly hint: string;
        /** What they are of, each with its code and place; empty if it is a bug. */
        readonly errors: readonly ErrorData[];
        readonly durationMs: number;
        readonly logPath: string | undefined;
        /** The last lines of the log, without line feeds. */
        readonly logTail: readonly string[];
      }
    /**
     * Not run, because the task `because` failed (the root cause, not the nearest neighbour), whether this one needs it
     * or the run stops at the first failure; undefined: because the run was cancelled.
     */
    | { readonly type: 'task-skipped'; readonly task: string; readonly because: string | undefined }
    | {
        readonly type: 'notice';
        readonly level: 'info' | 'warning';
        readonly message: string;
        /** The task that it is about, such as the download that is tried again. */
        readonly task?: string;
      }
    | {
        readonly type: 'run-finished';
        readonly outcome: 'succeeded' | 'failed' | 'cancelled';
        readonly durationMs: number;
      }
  );

/** An event before it is stamped with the time. */
export type Unstamped = BuildEvent extends infer Event ? (Event extends Stamped ? Omit<Event, 'at'> : never) : never;
