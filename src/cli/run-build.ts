/** What `build` does between its options and the workflow: the short way, the dry run, the run with its view. */
import { totalmem } from 'node:os';
import { join, relative } from 'node:path';
import { findUpToDate, statePath, type Made } from '../build/up-to-date.ts';
import { UserError } from '../model/errors.ts';
import { print, write, type Context } from './context.ts';
import { findComponent, load, locate, type Loaded, type Located, type TreeArguments } from './load.ts';
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
export async function runBuild(args: BuildArguments, context: Context): Promise<number> {
  const located = locate(args, context);
  const only = [...args.components, ...args.only];
  const { variant, builderIds } = args;
  const state = statePath(located.folders, { root: located.treeFolders.root, variant, builderIds, only });
  if (!args.force && !args.check && !args.dryRun) {
    const made = findUpToDate(state);
    if (made !== undefined) return tellUpToDate(made, located, args, context);
  }
  const loaded = await load(args, context, {}, located);
  if (args.dryRun) return showPlan(args, loaded, context);
  return run(args, { loaded, only, state }, context);
}

interface Chosen {
  readonly loaded: Loaded;
  readonly only: readonly string[];
  readonly state: string;
}

async function run(args: BuildArguments, { loaded, only, state }: Chosen, context: Context): Promise<number> {
  const [workflow, { openView }] = await Promise.all([import('../build/run-build.ts'), import('./view.ts')]);
  const { tree, folders, variant } = loaded;
  const { jobs, keepGoing, force, check, offline, downloads, compression } = args;
  using view = await openView(args, context);
  const { outcome, failures, made } = await workflow.runBuild({
    tree,
    folders,
    variant,
    only: only.map((name) => findComponent(tree.plan, name)),
    ...{ jobs, keepGoing, force, check, offline, downloads, compression },
    statePath: state,
    emit: (event) => view.report({ ...event, at: Date.now() }),
    signal: context.signal,
    repositories: args.repository,
    mirrors: args.mirror,
    limits: {
      timeoutMs: args.timeout * 1000,
      memoryBytes: args.memory === undefined ? Math.floor(totalmem() * MEMORY_SHARE) : args.memory * MIB,
    },
    onFailedSandbox: async (open) => {
      if (!args.shellOnFailure) return;
      using _suspended = view.suspend();
      context.stderr.write('This is the sandbox as it stood; leave it with "exit".\n');
      await open();
    },
  });
  // The view has told every failure already.
  if (outcome !== 'succeeded') return outcome === 'cancelled' ? 130 : failureStatus(failures);
  if (!args.json) write(context, describeMade(made, folders.repository, context));
  return 0;
}

/** The worst of what failed; a failure that is none of ours is a bug, and is told with its stack. */
function failureStatus(failures: ReadonlyMap<string, unknown>): number {
  const errors = [...failures.values()];
  const bug = errors.find((error) => !(error instanceof Error && 'exitCode' in error));
  if (bug !== undefined) throw bug;
  return errors.reduce<number>((worst, error) => Math.max(worst, error instanceof UserError ? error.exitCode : 1), 1);
}

function tellUpToDate(made: Made, { folders }: Located, args: BuildArguments, context: Context): number {
  const text = `Nothing to do: everything is up to date.\n${describeMade(made, folders.repository, context)}`;
  print(context, args.json, { type: 'up-to-date', ...made, repository: folders.repository }, text);
  return 0;
}

async function showPlan(args: BuildArguments, { tree, folders }: Loaded, context: Context): Promise<number> {
  const [{ inspectPlan }, { describePlan }] = await Promise.all([
    import('../build/inspect.ts'),
    import('./plan-text.ts'),
  ]);
  const states = await inspectPlan(tree.plan, folders, { repositories: args.repository, signal: context.signal });
  print(context, args.json, Object.fromEntries(states), describePlan(tree.plan, states));
  return 0;
}

/** What there is now, where it is, and what can be done with it. */
function describeMade({ components, bootstraps }: Made, repository: string, { cwd }: Context): string {
  const shown = relative(cwd, repository) || '.';
  const packages = components === 1 ? '1 package' : `${components} packages`;
  if (bootstraps.length === 0) return `${packages} in ${shown}`;
  const lines = bootstraps.flatMap(({ variant, id }) => [
    `  bootstrap  ${join(shown, 'bootstrap', id)}.bootstrap.tar.*`,
    `  tree       ${join(shown, 'complete', `${variant === undefined ? '' : `${variant}.`}complete.latest.json`)}`,
  ]);
  return [
    `${packages} and ${bootstraps.length === 1 ? 'a bootstrap' : `${bootstraps.length} bootstraps`} are in ${shown}:`,
    ...lines,
    'Next: serve that folder over HTTP, and nodes install from it with',
    '  pkgpanda fetch --repository-url=URL ID…, or by unpacking the bootstrap in /opt/mesosphere.',
  ].join('\n');
}
