/** How long a person waits for help, and for a plan of a tree of DC/OS's size. */
import { join } from 'node:path';
import type { Bench, Benchmark } from '../benchmark.ts';
import { randomGraph } from '../graph.ts';
import { contest, type Contestant, type Result } from '../measure.ts';
import { commandOf } from '../ours.ts';
import { writeFiles } from '../peers/peer.ts';
import { TIME_COLUMNS, timeCells, type Report } from '../report.ts';

const COMPONENTS = 80;
/** One component in so many brings files of its own; in DC/OS's last tree 47 files in 81 components. */
const EXTRA_EVERY = 2;
const IMAGE = 'dcos/dcos-builder:dcos-builder_dockerdir-latest';
const ROUNDS = 15;
const MOST_HELP = 4;
const MOST_PLAN = 6;

export const start: Benchmark = { name: 'start', about: '--help, and plan of 80 components, against node -e 0', run };

async function run(bench: Bench): Promise<Report> {
  const tree = writeTree(bench.folder);
  const node: Contestant = { name: 'node -e 0', command: [process.execPath, '-e', '0'], cwd: tree };
  const help = commandOf('dcos-build --help', ['--help'], tree);
  const arguments_ = ['plan', '--json', '--builder-ids', 'builder-ids.json'];
  const plan = commandOf(`dcos-build ${arguments_.slice(0, 2).join(' ')}`, arguments_, tree);
  const contestants = [node, help.bin, plan.bin, help.source, plan.source];
  // The first run of each fills Node's compile cache.
  await contest(contestants, 1);
  const results = await contest(contestants, ROUNDS);
  const [floor, helped, planned] = results;
  if (floor === undefined || helped === undefined || planned === undefined) throw new Error('a contestant is missing');
  // The worse of the two: under load to wait for a core takes so long that all commands seem alike by the clock.
  const ratio = ({ wallMs, cpuMs }: Result): number =>
    Math.max(wallMs.median / floor.wallMs.median, cpuMs.median / floor.cpuMs.median);
  return {
    tables: [
      {
        title: `start (x: times node -e 0; the tree has ${COMPONENTS} components)`,
        columns: ['command', ...TIME_COLUMNS],
        rows: results.map((result) => [result.name, ...timeCells(result, floor)]),
      },
    ],
    goals: [
      { what: 'dcos-build --help against node -e 0', value: ratio(helped), limit: MOST_HELP, bound: 'most', unit: 'x' },
      { what: 'dcos-build plan against node -e 0', value: ratio(planned), limit: MOST_PLAN, bound: 'most', unit: 'x' },
    ],
    notes: [],
  };
}

function writeTree(folder: string): string {
  const files = randomGraph(COMPONENTS, 80).flatMap(({ name, needs }, index): (readonly [string, string])[] => [
    [`packages/${name}/buildinfo.json`, JSON.stringify(recipeOf(name, needs), undefined, 2)],
    [`packages/${name}/build`, `#!/bin/bash\n${'# what a build script of some length would say\n'.repeat(30)}`],
    ...(index % EXTRA_EVERY === 0
      ? ([[`packages/${name}/extra/${name}.service`, '[Unit]\n'.repeat(20)]] as const)
      : []),
  ]);
  writeFiles(folder, {
    'treeinfo.json': '{}',
    'builder-ids.json': JSON.stringify({ [IMAGE]: `sha256:${'0'.repeat(64)}` }),
    ...Object.fromEntries(files),
  });
  return join(folder);
}

function recipeOf(name: string, needs: readonly string[]): object {
  return {
    single_source: {
      kind: 'git',
      git: `https://example.invalid/${name}.git`,
      ref: 'a'.repeat(40),
      ref_origin: 'master',
    },
    requires: needs,
    environment: { [`${name.toUpperCase()}_HOME`]: `/opt/mesosphere/active/${name}` },
  };
}
