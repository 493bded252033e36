/** What the two services have in common for those who run a pipeline: jobs that need each other, and what they print. */
import type { Names, State } from './expressions.ts';
import { runJob, type Machines, type Run, type StepEnd } from './run-pipeline.ts';

export interface Job {
  readonly id: string;
  readonly needs: readonly string[];
  /** Who has to agree before it starts. */
  readonly environment: string | undefined;
  readonly runs: (state: State) => boolean;
  /** The job once for each leg of its matrix. */
  readonly legs: (state: State) => readonly Run[];
}

export interface Service {
  readonly jobs: readonly Job[];
  /** Values that are known before anything runs. */
  readonly names: Names;
  /** Under which names jobs read an output of others. */
  readonly outputNames: (job: string, output: string) => readonly string[];
}

export interface PipelineEnd {
  readonly ends: readonly StepEnd[];
  /** Jobs that ran. */
  readonly ran: readonly string[];
  readonly failed: readonly string[];
}

/** Runs the jobs in order, on as many machines as there are legs. */
export async function runPipeline({ jobs, names, outputNames }: Service, machines: Machines): Promise<PipelineEnd> {
  const known = new Map(names);
  const ends: StepEnd[] = [];
  const ran: string[] = [];
  const failed = new Set<string>();
  for (const job of jobs) {
    const state = { names: known, hasFailed: failed.size > 0 };
    if (!job.runs(state)) continue;
    ran.push(job.id);
    for (const leg of job.legs(state)) {
      const end = await runJob(leg, machines);
      ends.push(...end.ends);
      if (end.hasFailed) failed.add(job.id);
      for (const [output, value] of end.outputs) for (const name of outputNames(job.id, output)) known.set(name, value);
    }
  }
  return { ends, ran, failed: [...failed] };
}
