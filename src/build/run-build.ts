/** Everything that a `build` does after its tree is read: decides, makes, and notes that there is nothing more to do. */
import { inParallel } from '../host/in-parallel.ts';
import type { PackageId } from '../model/package-id.ts';
import { graphOf, reachable } from '../resolve/graph.ts';
import type { ComponentKey, Plan, PlannedComponent } from '../resolve/plan.ts';
import { build, decideActions, type BuildResult } from './build.ts';
import type { LoadedTree } from '../tree/load-plan.ts';
import { openRun, type OpenRun, type RunOptions } from './open-run.ts';
import { outputPaths } from './outputs.ts';
import { requirePrivateSources } from './private-sources.ts';
import { noteUpToDate, type Made } from './up-to-date.ts';

/** Small files read, and written if need be, at once. */
const WRITES = 8;

export interface BuildRequest extends Omit<RunOptions, 'plan' | 'root' | 'forced' | 'checked'> {
  readonly tree: LoadedTree;
  readonly variant: string | undefined;
  /** Components to make, with all that they require; none: the whole tree with its bootstrap. */
  readonly only: readonly ComponentKey[];
  /** Whether `only`, or everything, is made though the store has it. */
  readonly force: boolean;
  /** Whether `only`, or everything, is built once more and compared. */
  readonly check: boolean;
  /** Builds at once; default: as many as there are cores. */
  readonly jobs: number | undefined;
  readonly keepGoing: boolean;
  /** Where to note what this run has seen and left. */
  readonly statePath: string;
}

export interface BuildAnswer extends BuildResult {
  readonly made: Made;
}

/** @throws UserError SOURCE_MISSING if the run is offline and lacks sources, SOURCE_PRIVATE unless it is to keep going */
export async function runBuild(request: BuildRequest): Promise<BuildAnswer> {
  const { tree, only, force, check } = request;
  const { plan } = tree;
  const named = only.length === 0 ? [...plan.components.keys()] : only;
  const wanted = reachable(graphOf(plan), named);
  const ids = idsOf(plan, named);
  await using run = await openRun({
    ...request,
    plan,
    root: tree.folders.root,
    forced: force ? ids : new Set(),
    checked: check ? ids : new Set(),
  });
  const actions = await decideActions(run, wanted);
  const reused = [...wanted].filter((key) => !actions.has(key));
  await nameReused(componentsOf(plan, reused), run);
  const toBuild = [...plan.components.values()].filter(({ key }) => actions.get(key) === 'build');
  if (!request.keepGoing) await requirePrivateSources(toBuild, run);
  if (request.offline) await run.sources.refuseMissing(toBuild);
  const trees = only.length === 0 ? plan.trees : [];
  const result = await build(run, {
    tree: tree.folders.root,
    variant: request.variant,
    jobs: request.jobs ?? run.cores,
    downloads: request.downloads,
    keepGoing: request.keepGoing,
    actions,
    trees,
  });
  const made: Made = {
    components: wanted.size,
    bootstraps: trees.map(({ variant, bootstrap: id }) => ({ variant, id })),
  };
  if (result.outcome === 'succeeded' && !tree.dependsOnMore) {
    const outputs = outputPaths(run, componentsOf(plan, wanted), trees);
    await noteUpToDate(request.statePath, tree.observations, outputs, made);
  }
  return { ...result, made };
}

/** A package that is there may not be the last one that was made: after a recipe went back to what it was. */
async function nameReused(reused: readonly PlannedComponent[], { packages, signal }: OpenRun): Promise<void> {
  await inParallel(reused, { jobs: WRITES, signal }, ({ variant, id }) => packages.writeLatest(variant, id));
}

function idsOf(plan: Plan, keys: Iterable<ComponentKey>): ReadonlySet<PackageId> {
  return new Set(componentsOf(plan, keys).map(({ id }) => id));
}

function componentsOf(plan: Plan, keys: Iterable<ComponentKey>): readonly PlannedComponent[] {
  return [...keys].flatMap((key) => plan.components.get(key) ?? []);
}
