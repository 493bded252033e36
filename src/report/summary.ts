/** The last block of a run: what came of it, what failed, where the time went, what is next. */
import { unreachable } from '../model/unreachable.ts';
import { criticalPath } from './critical-path.ts';
import { formatDuration, plural } from './format.ts';
import type { Paint } from './paint.ts';
import type { EndedTask, EventOf, RunState } from './run-state.ts';
import type { Sight } from './sight.ts';
import { describeFailure, isProduct } from './wording.ts';

type Counts = Readonly<Record<EndedTask['kind'] | 'unfinished', number>>;

/**
 * Lines without line feeds; none before the run has finished.
 *
 * @param sight what is in it is not told a second time
 */
export function summarize(run: RunState, paint: Paint, sight: Sight): readonly string[] {
  if (run.end === undefined) return [];
  const failures = [...run.ended].flatMap(([key, ended]) =>
    ended.kind === 'failed' ? [{ key, ...ended.failure }] : [],
  );
  const blocks = failures.map((failure) => failureBlock(run, failure, { paint, isInSight: sight.has(failure.key) }));
  return [
    ...blocks.flatMap((block) => (block.length === 0 ? [] : ['', ...block])),
    ...(failures.length === 0 ? [] : ['']),
    totals(run, run.end, paint),
    timeSpent(run, run.end),
    ...next(run.end),
  ];
}

/** What failed and what came of that; nothing if both are before the reader's eyes. */
function failureBlock(
  run: RunState,
  failure: EventOf<'task-failed'>,
  { paint, isInSight }: { readonly paint: Paint; readonly isInSight: boolean },
): readonly string[] {
  const { title, details } = isInSight ? { title: 'failed, see above', details: [] } : describeFailure(failure);
  const { needing, others } = skippedBecauseOf(run, failure.task);
  if (isInSight && needing.length + others === 0) return [];
  const stopped = `not started, since the run stops at the first failure: ${plural(others, 'other')} (--keep-going goes on)`;
  return [
    `${paint('red', '✗')} ${paint('bold', run.label(failure.task))}: ${title}`,
    ...details.map((line) => `    ${line}`),
    ...(needing.length === 0 ? [] : [`    skipped because of it: ${needing.join(', ')}`]),
    ...(others === 0 ? [] : [`    ${stopped}`]),
  ];
}

/** Labels of the skipped tasks that need the failed one, at whatever distance, and how many others it kept from starting. */
function skippedBecauseOf(
  run: RunState,
  failed: string,
): { readonly needing: readonly string[]; readonly others: number } {
  const skipped = [...run.ended].flatMap(([key, ended]) =>
    ended.kind === 'skipped' && ended.because === failed && !isSource(run, key) ? [key] : [],
  );
  const needsFailed = new Set([failed]);
  for (let known = 0; known !== needsFailed.size;) {
    known = needsFailed.size;
    for (const key of skipped) {
      if (run.tasks.get(key)?.needs.some((need) => needsFailed.has(need)) ?? true) needsFailed.add(key);
    }
  }
  const needing = skipped.filter((key) => needsFailed.has(key));
  return { needing: needing.map((key) => run.label(key)), others: skipped.length - needing.length };
}

/** `Failed: built 3, downloaded 1, reused 2; 1 failed, 2 skipped.` */
function totals(run: RunState, { outcome }: EventOf<'run-finished'>, paint: Paint): string {
  const counts = count(run);
  const done = [
    ...said(counts.built, (number) => `built ${number}`),
    ...said(counts.downloaded, (number) => `downloaded ${number}`),
    ...said(counts.reused, (number) => `reused ${number}`),
  ];
  const undone = [
    ...said(counts.failed, (number) => `${number} failed`),
    ...said(counts.skipped, (number) => `${number} skipped`),
    ...said(counts.unfinished, (number) => `${number} not finished`),
  ];
  const text = [done, undone].flatMap((parts) => (parts.length === 0 ? [] : [parts.join(', ')])).join('; ');
  return `${verdict(outcome, paint)}: ${text === '' ? 'nothing to do' : text}.`;
}

function said(number: number, text: (number: number) => string): readonly string[] {
  return number === 0 ? [] : [text(number)];
}

function verdict(outcome: EventOf<'run-finished'>['outcome'], paint: Paint): string {
  switch (outcome) {
    case 'succeeded':
      return paint('green', 'Done');
    case 'failed':
      return paint('red', 'Failed');
    case 'cancelled':
      return paint('yellow', 'Cancelled');
    default:
      return unreachable(outcome);
  }
}

/** What was planned to be reused counts as reused without an event that says so; sources count if they failed. */
function count(run: RunState): Counts {
  const counts = { built: 0, downloaded: 0, reused: 0, failed: 0, skipped: 0, unfinished: 0 };
  for (const [key, { kind }] of run.ended) if (kind === 'failed' || !isSource(run, key)) counts[kind] += 1;
  for (const [key, { action }] of run.tasks) {
    if (!run.ended.has(key) && !isSource(run, key)) counts[action === 'reuse' ? 'reused' : 'unfinished'] += 1;
  }
  return counts;
}

function isSource(run: RunState, key: string): boolean {
  const task = run.tasks.get(key);
  return task !== undefined && !isProduct(task);
}

/** `Took 7m12s, of which 6m50s on: openssl → curl → python` */
function timeSpent(run: RunState, { durationMs }: EventOf<'run-finished'>): string {
  const steps = criticalPath(run);
  const wall = formatDuration(durationMs);
  if (steps.length === 0) return `Took ${wall}.`;
  const onPath = formatDuration(steps.reduce((sum, step) => sum + step.durationMs, 0));
  return `Took ${wall}, of which ${onPath} on: ${steps.map(({ key }) => run.label(key)).join(' → ')}`;
}

function next({ outcome }: EventOf<'run-finished'>): readonly string[] {
  switch (outcome) {
    case 'succeeded':
      return [];
    case 'failed':
      return ['Next: mend what failed and run the same command again; what was built is kept.'];
    case 'cancelled':
      return ['Next: run the same command again; it goes on where it stopped.'];
    default:
      return unreachable(outcome);
  }
}
