/** A whole run: finds out what is missing, makes it in the order of the longest remaining path, publishes the trees. */
import { inParallel } from '../host/in-parallel.ts';
import { UserError } from '../model/errors.ts';
import type { Action } from '../model/event.ts';
import type { PackageId } from '../model/package-id.ts';
import { unreachable } from '../model/unreachable.ts';
import { inputsOf } from '../resolve/explain.ts';
import type { ComponentKey, PlannedTree } from '../resolve/plan.ts';
import { buildBootstrap, isForced } from './bootstrap-build.ts';
import { buildComponent } from './component-build.ts';
import type { RunContext } from './run-context.ts';
import { schedule, type Grant } from './schedule.ts';
import { TaskRun } from './task-run.ts';
import { durationKey, planTasks, type PlannedTask } from './tasks.ts';
import { writeTreeFiles } from './tree-files.ts';

/** Questions to repositories at once. */
const LOOKUPS = 8;

export interface BuildOptions {
  /** Folder and variant of the tree, for the headline. */
  readonly tree: string;
  readonly variant: string | undefined;
  /** Builds at once. */
  readonly jobs: number;
  /** Downloads at once. */
  readonly downloads: number;
  readonly keepGoing: boolean;
  /** What has to be made, and how; see {@link decideActions}. */
  readonly actions: ReadonlyMap<ComponentKey, Exclude<Action, 'reuse'>>;
  /** Trees that are published when all of their packages are there; none if only some components are wanted. */
  readonly trees: readonly PlannedTree[];
}

export interface BuildResult {
  readonly outcome: 'succeeded' | 'failed' | 'cancelled';
  /** What each failed task threw, in the order in which they failed. */
  readonly failures: ReadonlyMap<string, unknown>;
}

/** Runs until everything is made or has failed. Failures are told as events and returned, not thrown. */
export async function build(context: RunContext, options: BuildOptions): Promise<BuildResult> {
  const startedAt = performance.now();
  const planned = await plannedTasks(context, options);
  const byKey = new Map(planned.map((each) => [each.task.key, each]));
  const { tree, variant, jobs, downloads, keepGoing, trees } = options;
  context.emit({ type: 'run-started', tree, variant, jobs, tasks: planned.map(({ task }) => task) });
  const failures = await schedule(
    planned.map(({ job }) => job),
    {
      slots: { build: jobs, network: downloads },
      cores: context.cores,
      keepGoing,
      signal: context.signal,
      run: async ({ key }, grant) => {
        const each = byKey.get(key);
        if (each !== undefined) await runTask(each, grant, context);
      },
      onSkip: (task, because) => context.emit({ type: 'task-skipped', task, because }),
    },
  );
  const outcome = context.signal.aborted ? 'cancelled' : failures.size > 0 ? 'failed' : 'succeeded';
  if (outcome === 'succeeded') for (const each of trees) await writeTreeFiles(context.packages.store, each);
  context.emit({ type: 'run-finished', outcome, durationMs: performance.now() - startedAt });
  return { outcome, failures };
}

/**
 * For each wanted component that the store lacks, or that is forced or checked: whether a repository has it or it must
 * be built.
 */
export async function decideActions(
  context: RunContext,
  wanted: Iterable<ComponentKey>,
): Promise<ReadonlyMap<ComponentKey, Exclude<Action, 'reuse'>>> {
  const actions = await inParallel([...wanted], { jobs: LOOKUPS, signal: context.signal }, async (key) => {
    const id = context.plan.components.get(key)?.id;
    if (id === undefined) throw new Error(`${key} is not in the plan`);
    if (context.forced.has(id) || context.checked.has(id)) return [key, 'build'] as const;
    if (context.packages.find(id) !== undefined) return undefined;
    const found = await context.repositories.find(id, context.signal);
    return [key, found === undefined ? 'build' : 'download'] as const;
  });
  return new Map(actions.filter((action) => action !== undefined));
}

async function plannedTasks(context: RunContext, options: BuildOptions): Promise<readonly PlannedTask[]> {
  const { plan, bootstraps, history } = context;
  const toBuild = [...plan.components.values()].filter(({ key }) => options.actions.get(key) === 'build');
  const missingSources = new Set<ComponentKey>();
  for (const component of toBuild) if (await context.sources.lacks(component)) missingSources.add(component.key);
  return planTasks({
    plan,
    actions: options.actions,
    missingSources,
    missingBuilders: await context.builders.missing(toBuild),
    bootstraps: bootstrapsToMake(options.trees, (tree) => bootstraps.find(tree.bootstrap) === undefined, context),
    durations: history.durations(),
  });
}

/** Each once, for two trees may have one; those of packages that are made anew are made anew. */
function bootstrapsToMake(
  trees: readonly PlannedTree[],
  isMissing: (tree: PlannedTree) => boolean,
  context: RunContext,
): readonly PlannedTree[] {
  const distinct = new Map(trees.map((tree) => [tree.bootstrap, tree]));
  return [...distinct.values()].filter((tree) => isMissing(tree) || isForced(tree, context));
}

async function runTask(planned: PlannedTask, grant: Grant, context: RunContext): Promise<void> {
  const task = new TaskRun(planned.task.key, context.emit);
  try {
    await doWork(planned, task, grant, context);
    record(planned, task, context, 'built');
  } catch (error) {
    // It has not failed: the end of the run tells what was not finished.
    context.signal.throwIfAborted();
    task.fail(error);
    record(planned, task, context, 'failed');
    throw error;
  }
}

async function doWork({ work }: PlannedTask, task: TaskRun, grant: Grant, context: RunContext): Promise<void> {
  switch (work.kind) {
    case 'builder':
      await task.phase('build', () => context.builders.make(work.name, task, context.signal));
      return task.finish('built', undefined);
    case 'source':
      await task.phase('fetch', () => context.sources.fetch(work.component, task, context.signal));
      return task.finish('downloaded', undefined);
    case 'build':
      return buildComponent({ component: work.component, task, grant, context });
    case 'download': {
      const { component } = work;
      const manifest = await task.phase('download', () =>
        context.repositories.fetch(context.packages, component.id, {
          signal: context.signal,
          onProgress: (bytes, total) => task.progress(component.id, bytes, total),
        }),
      );
      if (manifest === undefined) throw gone(component.id);
      await context.packages.writeLatest(component.variant, component.id);
      return task.finish('downloaded', manifest.bytes);
    }
    case 'bootstrap':
      return buildBootstrap(work.tree, task, context);
    default:
      return unreachable(work);
  }
}

function gone(id: PackageId): UserError {
  return new UserError('REPOSITORY_UNAVAILABLE', `${id} could not be fetched from the repository that lists it.`, {
    hint: 'Run the same command again without --repository to build it here.',
  });
}

function record({ work }: PlannedTask, task: TaskRun, context: RunContext, outcome: 'built' | 'failed'): void {
  if (task.outcome === 'reused' || work.kind === 'download' || work.kind === 'source') return;
  const component = work.kind === 'build' ? work.component : undefined;
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
