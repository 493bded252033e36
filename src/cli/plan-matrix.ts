/** `plan --matrix`: what several machines have to build, printed for the service that starts them. */
import { resolve } from 'node:path';
import { inspectPlan, type BuildState } from '../build/inspect.ts';
import { readTextIfThere } from '../host/files.ts';
import { UserError } from '../model/errors.ts';
import { buildMatrix } from '../resolve/build-matrix.ts';
import { readDurations } from '../resolve/durations.ts';
import { labelOf } from '../resolve/graph.ts';
import type { ComponentKey } from '../resolve/plan.ts';
import { warn, write, type Context } from './context.ts';
import { load } from './load.ts';
import { usableRepositories } from './locations.ts';
import type { MatrixArguments } from './matrix-options.ts';
import { azureVariables, describeMatrix, githubOutputs, matrixJson } from './matrix-text.ts';
import { checkCounts } from './option-values.ts';
import { trustInRepositories } from './trust.ts';

/** As many as the pipelines in `pipelines/` have stages for. */
const WAVES = 3;
const AGENTS = 8;

/**
 * GitHub makes no more jobs of a matrix; Azure Pipelines names no limit but the parallel jobs that an organization pays for.
 *
 * @see https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax jobs.<job_id>.strategy.matrix
 * @see https://learn.microsoft.com/azure/devops/pipelines/licensing/concurrent-jobs
 */
const MOST_AGENTS = 256;

/** @returns the exit status */
export async function planMatrix(args: MatrixArguments, context: Context): Promise<number> {
  const { waves = WAVES, agents = AGENTS } = args;
  checkCounts({ waves, agents });
  if (agents > MOST_AGENTS) {
    const hint = 'GitHub makes no more jobs of one matrix.';
    throw new UserError('USAGE', `--agents takes ${MOST_AGENTS} at most.`, { hint });
  }
  const given = await givenDurations(args, context);
  const { tree, folders } = await load(args, context);
  const states = await inspectPlan(tree.plan, folders, {
    repositories: await usableRepositories(args, context),
    trust: await trustInRepositories(args, tree.folders, context),
    isForOthers: true,
    signal: context.signal,
    warn: (warning) => warn(context, warning),
  });
  const builds = [...states].flatMap(([key, state]) => (state.kind === 'build' ? [[key, state] as const] : []));
  if (args.mirror.length === 0) refusePrivate(builds);
  // What was built here is the newer news.
  const durations = new Map(builds.map(([key, { durationMs }]) => [key, durationMs ?? given.get(key)]));
  const matrix = buildMatrix(tree.plan, durations, { waves, agents });
  switch (args.json ? 'json' : args.matrix) {
    case 'text':
      write(context, describeMatrix(matrix));
      break;
    case 'json':
      write(context, JSON.stringify(matrixJson(matrix), undefined, 2));
      break;
    case 'azure':
      write(context, azureVariables(matrix, waves));
      break;
    case 'github':
      write(context, githubOutputs(matrix, waves));
      break;
  }
  return 0;
}

/** An agent would find out in its turn; all others would have worked for nothing. */
function refusePrivate(builds: readonly (readonly [ComponentKey, BuildState])[]): void {
  const names = builds.filter(([, { availability }]) => availability === 'private').map(([key]) => labelOf(key));
  if (names.length === 0) return;
  const [are, their] = names.length === 1 ? ['is', 'its'] : ['are', 'their'];
  const message = `${names.join(', ')} ${are} private: ${their} sources were never published, and no mirror is named.`;
  throw new UserError('SOURCE_PRIVATE', message, {
    hint: 'Name a mirror that has them with --mirror, here and for the builds, or plan a tree without them.',
  });
}

async function givenDurations(
  { durations: file }: MatrixArguments,
  { cwd }: Context,
): Promise<ReadonlyMap<ComponentKey, number>> {
  if (file === undefined) return new Map();
  const text = await readTextIfThere(resolve(cwd, file));
  if (text !== undefined) return readDurations(text, file);
  throw new UserError('USAGE', `${file} is not there.`, {
    hint: 'Write it where the tree was built: dcos-build tree --json > durations.json',
  });
}
