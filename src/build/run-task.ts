/** Does the work of one task, and tells and records how it went. */
import { unreachable } from '../model/unreachable.ts';
import { inputsOf } from '../resolve/explain.ts';
import type { PlannedComponent } from '../resolve/plan.ts';
import { buildBootstrap } from './bootstrap-build.ts';
import { buildComponent } from './component-build.ts';
import type { RunContext } from './run-context.ts';
import type { Grant } from './schedule.ts';
import { TaskRun } from './task-run.ts';
import { durationKey, type PlannedTask } from './tasks.ts';

/** `not-found`: no repository has what it should download. */
type End = 'done' | 'not-found';

/** @throws what the work threw, told as an event by then; or why the run was cancelled */
export async function runTask(planned: PlannedTask, grant: Grant, context: RunContext): Promise<End> {
  const task = new TaskRun(planned.task.key, context.emit);
  try {
    const end = await doWork(planned, task, grant, context);
    if (end === 'done') record(planned, task, context, 'built');
    return end;
  } catch (error) {
    // It has not failed: the end of the run tells what was not finished.
    context.signal.throwIfAborted();
    task.fail(error);
    record(planned, task, context, 'failed');
    throw error;
  }
}

async function doWork({ work }: PlannedTask, task: TaskRun, grant: Grant, context: RunContext): Promise<End> {
  const { builders, sources, signal } = context;
  switch (work.kind) {
    case 'builder':
      await task.phase('build', () => builders.make(work.name, task, signal));
      task.finish('built', undefined);
      return 'done';
    case 'source':
      await task.phase('fetch', () => sources.fetch(work.component, task, signal));
      task.finish('downloaded', undefined);
      return 'done';
    case 'download':
      return download(work.component, task, context);
    case 'build-instead':
      await prepare(work.component, task, context);
      await buildComponent({ component: work.component, task, grant, context });
      return 'done';
    case 'build':
      await buildComponent({ component: work.component, task, grant, context });
      return 'done';
    case 'bootstrap':
      await buildBootstrap(work.tree, task, context);
      return 'done';
    default:
      return unreachable(work);
  }
}

/** The repository that listed it may have gone since, or may have sent something else. */
async function download(component: PlannedComponent, task: TaskRun, context: RunContext): Promise<End> {
  const { id, variant } = component;
  const manifest = await task.phase('download', () =>
    context.repositories.fetch(context.packages, id, {
      signal: context.signal,
      onProgress: (bytes, total) => task.progress(id, bytes, total),
    }),
  );
  if (manifest === undefined) return 'not-found';
  await context.packages.writeLatest(variant, id);
  task.finish('downloaded', manifest.bytes);
  return 'done';
}

/** Makes what a build needs, where no other task of the run does. */
async function prepare(component: PlannedComponent, task: TaskRun, context: RunContext): Promise<void> {
  const { builders, sources, signal } = context;
  for (const name of await builders.missing([component])) await builders.make(name, task, signal);
  if (await sources.lacks(component)) await task.phase('fetch', () => sources.fetch(component, task, signal));
}

function record({ work }: PlannedTask, task: TaskRun, context: RunContext, outcome: 'built' | 'failed'): void {
  if (task.outcome === 'reused' || work.kind === 'download' || work.kind === 'source') return;
  const component = 'component' in work ? work.component : undefined;
  context.history.add({
    key: durationKey(work),
    id: component?.id ?? task.key,
    outcome,
    startedAt: Date.now() - task.durationMs,
    durationMs: task.durationMs,
    phasesMs: task.phasesMs,
    logPath: task.logPath,
    inputs: component === undefined ? undefined : inputsOf(component),
  });
}
