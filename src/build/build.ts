/** A whole run: finds out what is missing, makes it in the order of the longest remaining path, publishes the trees. */
import { inParallel } from '../host/in-parallel.ts';
import type { Action } from '../model/event.ts';
import type { ComponentKey, PlannedTree } from '../resolve/plan.ts';
import { isForced } from './bootstrap-build.ts';
import type { RunContext } from './run-context.ts';
import { runTask } from './run-task.ts';
import { schedule } from './schedule.ts';
import { buildInstead, planTasks, type PlannedTask } from './tasks.ts';
import { writeTreeFiles } from '../store/tree-files.ts';

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
        if (each === undefined || (await runTask(each, grant, context)) !== 'not-found') return;
        const changed = buildInstead(each, byKey);
        byKey.set(key, changed);
        grant.again(changed.job);
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
