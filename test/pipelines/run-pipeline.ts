/** Runs pipelines: each job in a checkout of its own, so that packages reach it by the store alone. */
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rig } from '../rig/rig.ts';
import { addShellBuilder } from '../rig/shell-root.ts';

export interface Step {
  readonly name: string;
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  /** Whether it runs, if a step before it has failed or none has. */
  readonly runs: (hasFailed: boolean) => boolean;
  /** How the service calls it where outputs are read. */
  readonly id: string | undefined;
}

/** One job on one machine. */
export interface Run {
  readonly id: string;
  readonly steps: readonly Step[];
}

export interface StepEnd {
  readonly run: string;
  readonly name: string;
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What all machines of a test share. */
export interface Machines {
  readonly rig: Rig;
  readonly env: Readonly<Record<string, string>>;
  /** What the service keeps as outputs: `step.name` to value. */
  readonly outputsOf: (id: string, stdout: string, outputFile: string) => ReadonlyMap<string, string>;
}

export interface RunEnd {
  readonly ends: readonly StepEnd[];
  readonly hasFailed: boolean;
  /** `step.name` to value. */
  readonly outputs: ReadonlyMap<string, string>;
}

/** What a checkout has. */
const COMMITTED = ['packages', 'builders', 'treeinfo.json', 'trust.json', 'release.json', 'durations.json'];

/** Runs the steps of one job, until the first that fails; after it those that are for that. */
export async function runJob({ id, steps }: Run, { rig, env, outputsOf }: Machines): Promise<RunEnd> {
  const checkout = rig.path('agents', id);
  // Each run finds its machines empty.
  rmSync(checkout, { recursive: true, force: true });
  mkdirSync(join(checkout, 'temp'), { recursive: true });
  for (const name of COMMITTED) cpSync(rig.path(name), join(checkout, name), { recursive: true });
  addShellBuilder(checkout);
  const ends: StepEnd[] = [];
  const outputs = new Map<string, string>();
  let hasFailed = false;
  for (const step of steps) {
    if (!step.runs(hasFailed)) continue;
    const outputFile = join(checkout, 'temp/output');
    writeFileSync(outputFile, '');
    const exports = Object.entries({ ...env, ...step.env, ...temporary(checkout), GITHUB_OUTPUT: outputFile });
    const lines = exports.map(([name, value]) => `export ${name}=${quoted(value)}`);
    const end = await rig.shell(['set -eo pipefail', `cd ${quoted(checkout)}`, ...lines, step.script].join('\n'));
    ends.push({ run: id, name: step.name, ...end });
    hasFailed ||= end.status !== 0;
    if (step.id === undefined) continue;
    for (const [name, value] of outputsOf(step.id, end.stdout, readFileSync(outputFile, 'utf8')))
      outputs.set(`${step.id}.${name}`, value);
  }
  return { ends, hasFailed, outputs };
}

/** Programs that the pipelines call and that are no part of us: what they would do here is nothing, or to hand out a key. */
export function addStandIns(rig: Rig, key: string): void {
  const bin = rig.addProgram();
  const programs = {
    npm: 'exit 0',
    az: `while [ "$1" != --file ]; do shift; done; cp ${quoted(key)} "$2"`,
    node: `exec ${quoted(process.execPath)} "$@"`,
  };
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/bash\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
}

function temporary(checkout: string): Readonly<Record<string, string>> {
  const folder = join(checkout, 'temp');
  return { AGENT_TEMPDIRECTORY: folder, RUNNER_TEMP: folder };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
