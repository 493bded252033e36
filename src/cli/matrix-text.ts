/** A build matrix as text, as data, and as the two services read it that run pipelines. */
import { formatDuration, plural } from '../report/format.ts';
import type { BuildMatrix } from '../resolve/build-matrix.ts';
import { labelOf } from '../resolve/graph.ts';
import type { MatrixJob } from '../resolve/pack-jobs.ts';
import { indentedTable, listOf } from './table.ts';

/** Azure Pipelines takes so many characters in the name of a leg: letters, digits and `_`, a letter first. */
const MOST_LEG_NAME = 100;

/** What `--matrix text` prints. */
export function describeMatrix({ count, waves, unknown }: BuildMatrix): string {
  if (count === 0) return 'Nothing to build.';
  const total = waves.reduce((sum, [longest]) => sum + (longest?.durationMs ?? 0), 0);
  const guess = unknown.length === count ? 'nothing is known of how long they take' : expected(total, unknown.length);
  const most = Math.max(...waves.map((jobs) => jobs.length));
  return [
    `${plural(count, 'component')} to build in ${plural(waves.length, 'wave')}, on ${plural(most, 'agent')}; ${guess}.`,
    ...waves.flatMap((jobs, index) => [
      '',
      `Wave ${index + 1}:`,
      indentedTable(
        jobs.map(({ components, durationMs }) => [formatDuration(durationMs), components.map(labelOf).join(' ')]),
        ['right'],
      ),
    ]),
  ].join('\n');
}

function expected(ms: number, unknown: number): string {
  const guessed = unknown === 0 ? '' : `, with a guess for ${unknown} of which no time is known`;
  return `${formatDuration(ms)} by the last times${guessed}`;
}

/** What `--matrix json` prints: plain data, components as they are named on the command line. */
export function matrixJson({ count, waves, unknown }: BuildMatrix): object {
  return {
    count,
    waves: waves.map((jobs) => ({
      jobs: jobs.map(({ components, durationMs }) => ({ components: components.map(labelOf), durationMs })),
    })),
    unknown: unknown.map(labelOf),
  };
}

/**
 * Lines for the file `GITHUB_OUTPUT`: `wave1={"include":[...]}` for `strategy.matrix` with `fromJSON`, and `wave1_jobs=2`
 * for `if`, which GitHub looks at first; a matrix without jobs would be an error. Waves that are not needed have no jobs.
 *
 * @see https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations
 */
export function githubOutputs(matrix: BuildMatrix, waves: number): string {
  const lines = outputs(matrix, waves, (jobs, wave) => ({
    include: jobs.map((job, index) => ({
      id: `wave${wave}-job${index + 1}`,
      name: titleOf(job),
      components: wordsOf(job),
    })),
  }));
  return lines.map(([name, value]) => `${name}=${value}`).join('\n');
}

/**
 * Logging commands that set output variables of the step: `wave1`, an object of legs with string variables for
 * `strategy.matrix: $[ ... ]`, and `wave1_jobs` for `condition`. `%` and line feeds, which have an escape of their own
 * there, are in no name.
 *
 * @see https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/jobs-job-strategy on names of legs
 * @see https://learn.microsoft.com/azure/devops/pipelines/process/set-variables-scripts on the command
 */
export function azureVariables(matrix: BuildMatrix, waves: number): string {
  const leg = (job: MatrixJob, index: number): readonly [string, object] => {
    const name = `job${index + 1}_${titleOf(job)}`.replaceAll(/\W+/g, '_').slice(0, MOST_LEG_NAME);
    return [name, { components: wordsOf(job) }];
  };
  const lines = outputs(matrix, waves, (jobs) => Object.fromEntries(jobs.map(leg)));
  return lines.map(([name, value]) => `##vso[task.setvariable variable=${name};isOutput=true]${value}`).join('\n');
}

function outputs(
  matrix: BuildMatrix,
  waves: number,
  legs: (jobs: readonly MatrixJob[], wave: number) => object,
): readonly (readonly [string, string])[] {
  const ofWaves = Array.from({ length: waves }, (_, index) => {
    const jobs = matrix.waves[index] ?? [];
    return [
      [`wave${index + 1}`, JSON.stringify(legs(jobs, index + 1))],
      [`wave${index + 1}_jobs`, String(jobs.length)],
    ] as const;
  });
  return [['count', String(matrix.count)], ...ofWaves.flat()];
}

function titleOf({ components }: MatrixJob): string {
  return listOf(components.map(labelOf));
}

/** As `build` takes them; no name holds what a shell would see more in. */
function wordsOf({ components }: MatrixJob): string {
  return components.map(labelOf).join(' ');
}
