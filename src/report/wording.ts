/** What the views call things: the sentences that the terminal, the plain log and the summary share. */
import { describePlace, type ErrorData } from '../model/errors.ts';
import type { Task } from '../model/event.ts';
import { formatBytes, formatDuration, plural } from './format.ts';
import type { EventOf, RunState } from './run-state.ts';
import { cleanLine, cleanLines } from './text.ts';

/** Whether a person counts the task: sources are fetched only to build something, which is counted. */
export function isProduct({ kind }: Task): boolean {
  return kind !== 'source';
}

/** `Building base of /srv/tree: 12 to build, 3 to download, 25 reused; 4 jobs`; undefined if nothing is to be done. */
export function headline({ tree, variant, jobs, tasks }: EventOf<'run-started'>): string | undefined {
  const products = tasks.filter(isProduct);
  const counts = (['build', 'download', 'reuse'] as const).flatMap((action) => {
    const count = products.filter((task) => task.action === action).length;
    return count === 0 ? [] : [action === 'reuse' ? `${count} reused` : `${count} to ${action}`];
  });
  if (tasks.every(({ action }) => action === 'reuse')) return undefined;
  const what = cleanLine(variant === undefined ? tree : `${variant} of ${tree}`);
  return `Building ${what}: ${counts.join(', ')}; ${plural(jobs, 'job')}`;
}

/** `built in 12s, 3.4 MiB` */
export function describeEnd({ outcome, durationMs, bytes }: EventOf<'task-finished'>): string {
  if (outcome === 'reused') return 'reused, it is there already';
  const size = bytes === undefined ? '' : `, ${formatBytes(bytes)}`;
  return `${outcome} in ${formatDuration(durationMs)}${size}`;
}

/** `skipped, since openssl failed` */
export function describeSkip(run: RunState, { because }: EventOf<'task-skipped'>): string {
  return because === undefined ? 'not run: the run was cancelled' : `skipped, since ${run.label(because)} failed`;
}

/** A failure: what a person reads first, then the end of the log, where the whole of it is and what to do. */
export interface FailureText {
  readonly title: string;
  readonly details: readonly string[];
}

export function describeFailure(failure: EventOf<'task-failed'>): FailureText {
  const where = failure.phase === undefined ? '' : ` in ${failure.phase}`;
  const [message = '', ...details] = failureLines(failure);
  return {
    title: `failed${where} after ${formatDuration(failure.durationMs)}${message === '' ? '' : `: ${message}`}`,
    details,
  };
}

/** The hint comes last, behind the log; with several errors each has its own, and the log comes last. */
function failureLines({ errors, message, hint, logTail, logPath }: EventOf<'task-failed'>): readonly string[] {
  const log = [
    ...logTail.map((line) => `| ${cleanLine(line)}`.trimEnd()),
    ...(logPath === undefined ? [] : [`log: ${cleanLine(logPath)}`]),
  ];
  const [first = { message, hint }, ...others] = errors;
  if (others.length === 0) return [...messageLines(first), ...log, ...hintLines(first)];
  return [...errors.flatMap((error) => [...messageLines(error), ...hintLines(error)]), ...log];
}

type Told = Pick<ErrorData, 'message' | 'hint'> & Partial<ErrorData>;

/** The first one is empty if there is no message. */
function messageLines({ message, place }: Told): readonly string[] {
  const [first = '', ...more] = cleanLines(message);
  return [first, ...more, ...(place === undefined ? [] : [`at ${cleanLine(describePlace(place))}`])];
}

function hintLines({ hint, code }: Told): readonly string[] {
  return cleanLines(code === undefined ? hint : `${hint} [${code}]`).map((line) => `hint: ${line}`);
}
