/** What `build` does between its options and the workflow: the short way, the dry run, the run with its view. */
import { totalmem } from 'node:os';
import { resolve } from 'node:path';
import { findUpToDate, statePath, type Made } from '../build/up-to-date.ts';
import { keepHeapSmall } from '../host/heap.ts';
import { UserError, UserErrors } from '../model/errors.ts';
import { sorted } from '../model/order.ts';
import { eventTime } from '../report/clock.ts';
import { graphOf, reachable } from '../resolve/graph.ts';
import type { ComponentKey } from '../resolve/plan.ts';
import { print, warn, write, type Context } from './context.ts';
import { findComponent, load, locate, type Loaded, type Located, type TreeArguments } from './load.ts';
import { usableMirrors, usableRepositories } from './locations.ts';
import { describeMade } from './made-text.ts';
import { checkCounts } from './option-values.ts';
import { trustInRepositories } from './trust.ts';
import type { ViewArguments } from './view.ts';

export interface BuildArguments extends TreeArguments, ViewArguments {
  readonly components: readonly string[];
  readonly only: readonly string[];
  readonly jobs: number | undefined;
  readonly keepGoing: boolean;
  readonly force: boolean;
  readonly check: boolean;
  readonly dryRun: boolean;
  readonly repository: readonly string[];
  readonly trust: string | undefined;
  readonly mirror: readonly string[];
  readonly offline: boolean;
  readonly downloads: number;
  readonly compression: 'xz' | 'zst';
  readonly timeout: number;
  readonly memory: number | undefined;
  readonly shellOnFailure: boolean;
}

/** The part of the memory that one build may use if nothing else is said. */
const MEMORY_SHARE = 0.8;
const MIB = 1024 * 1024;

/** @returns the exit status */
export async function runBuild(given: BuildArguments, context: Context): Promise<number> {
  const { jobs, downloads, timeout, memory } = given;
  checkCounts({ jobs, downloads, timeout, memory });
  const located = locate(given, context);
  const state = statePath(located.folders, requestOf(given, located, context));
  // A trace tells of a run, so there has to be one.
  if (!given.force && !given.check && !given.dryRun && given.trace === undefined) {
    const made = findUpToDate(state);
    if (made !== undefined) return tellUpToDate(made, located, given.json, context);
  }
  keepHeapSmall();
  const args = { ...given, mirror: await usableMirrors(given, context) };
  const loaded = await load(args, context, {}, located);
  const only = namesIn(args).map((name) => findComponent(loaded.tree.plan, name));
  if (args.dryRun) return showPlan(args, { loaded, only }, context);
  const { status, made } = await buildLoaded(args, { loaded, only, state }, context);
  if (status === 0 && !args.json) write(context, describeMade(made, loaded.folders.repository, context.cwd));
  return status;
}

/** Options of a build that is part of something else, where its own command line says nothing of them. */
export const BUILD_DEFAULTS = {
  components: new Array<string>(),
  only: new Array<string>(),
  keepGoing: false,
  force: false,
  check: false,
  dryRun: false,
  downloads: 4,
  compression: 'xz',
  timeout: 7200,
  memory: undefined,
  shellOnFailure: false,
} as const;

interface Chosen {
  readonly loaded: Loaded;
  readonly only: readonly ComponentKey[];
}

/** What of the command line decides what is made. */
function requestOf(args: BuildArguments, { treeFolders, variant }: Located, { cwd }: Context): object {
  const builderIds = args.builderIds === undefined ? undefined : resolve(cwd, args.builderIds);
  return { root: treeFolders.root, variant, builderIds, only: sorted(new Set(namesIn(args))) };
}

function namesIn({ components, only }: BuildArguments): readonly string[] {
  return [...components, ...only];
}

/** Builds what of a tree is missing, and shows it. */
export async function buildLoaded(
  args: BuildArguments,
  { loaded, only, state }: Chosen & { readonly state: string },
  context: Context,
): Promise<{ readonly status: number; readonly made: Made }> {
  const [workflow, { openView }, { failureShell }] = await Promise.all([
    import('../build/run-build.ts'),
    import('./view.ts'),
    import('./failure-shell.ts'),
  ]);
  const { tree, folders, variant } = loaded;
  const { jobs, keepGoing, force, check, offline, downloads, compression } = args;
  using view = await openView(args, context);
  const { outcome, failures, made } = await workflow.runBuild({
    tree,
    folders,
    variant,
    only,
    ...{ jobs, keepGoing, force, check, offline, downloads, compression },
    statePath: state,
    emit: (event) => view.report({ ...event, at: eventTime() }),
    signal: context.signal,
    repositories: await usableRepositories(args, context),
    trust: await trustInRepositories(args, loaded.tree.folders, context),
    mirrors: args.mirror,
    limits: {
      timeoutMs: args.timeout * 1000,
      memoryBytes: args.memory === undefined ? Math.floor(totalmem() * MEMORY_SHARE) : args.memory * MIB,
    },
    onFailedSandbox: args.shellOnFailure ? failureShell(view, context) : () => Promise.resolve(),
  });
  // The view has told every failure already.
  if (outcome === 'cancelled') return { status: 130, made };
  return { status: outcome === 'succeeded' ? 0 : failureStatus(failures), made };
}

/** The worst of what failed; a failure that is none of ours is a bug, and is told with its stack. */
function failureStatus(failures: ReadonlyMap<string, unknown>): number {
  return Math.max(
    ...failures.values().map((error) => {
      if (error instanceof UserError || error instanceof UserErrors) return error.exitCode;
      throw error;
    }),
  );
}

function tellUpToDate(made: Made, { folders }: Located, json: boolean, context: Context): number {
  const { repository } = folders;
  const text = `Nothing to do: everything is up to date.\n${describeMade(made, repository, context.cwd)}`;
  print(context, json, { type: 'up-to-date', ...made, repository }, text);
  return 0;
}

/** What {@link run} would do, and nothing of it done. */
async function showPlan(args: BuildArguments, { loaded, only }: Chosen, context: Context): Promise<number> {
  const [{ inspectPlan }, { describePlan }] = await Promise.all([
    import('../build/inspect.ts'),
    import('./plan-text.ts'),
  ]);
  const { plan } = loaded.tree;
  const named = only.length === 0 ? [...plan.components.keys()] : only;
  const wanted = reachable(graphOf(plan), named);
  const all = await inspectPlan(plan, loaded.folders, {
    repositories: await usableRepositories(args, context),
    trust: await trustInRepositories(args, loaded.tree.folders, context),
    signal: context.signal,
    warn: (warning) => warn(context, warning),
    ...(args.force || args.check ? { asked: new Set(named) } : {}),
  });
  const states = new Map([...all].filter(([key]) => wanted.has(key)));
  const shown = only.length === 0 ? plan : { ...plan, trees: [] };
  print(context, args.json, Object.fromEntries(states), describePlan(shown, states));
  return 0;
}
