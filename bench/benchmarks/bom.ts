/** How long a person waits for the bill of materials of a tree of DC/OS's size, and for its licences. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, Benchmark } from '../benchmark.ts';
import { randomGraph } from '../graph.ts';
import { contest, type Contestant, type Result } from '../measure.ts';
import { commandOf } from '../ours.ts';
import { writeFiles } from '../peers/peer.ts';
import { TIME_COLUMNS, timeCells, type Report } from '../report.ts';

const COMPONENTS = 80;
const IMAGE = 'dcos/dcos-builder:dcos-builder_dockerdir-latest';
const LICENCES = ['MIT', 'Apache-2.0 AND BSD-3-Clause', 'GPL-2.0-only WITH Classpath-exception-2.0', 'ISC OR Zlib'];
const ROUNDS = 15;
const MOST = 4;

export const bom: Benchmark = { name: 'bom', about: 'bom and licenses of 80 components, against node -e 0', run };

async function run(bench: Bench): Promise<Report> {
  const tree = writeTree(bench.folder);
  const node: Contestant = { name: 'node -e 0', command: [process.execPath, '-e', '0'], cwd: tree };
  const commands = [['bom'], ['bom', '--format', 'spdx'], ['licenses']].map(
    (words) => commandOf(`dcos-build ${words.join(' ')}`, [...words, '--builder-ids', 'builder-ids.json'], tree).bin,
  );
  const again = [node, ...commands];
  // The first run of each fills Node's compile cache, and the state of the work folder.
  await contest(again, 1);
  const [floor, ...repeated] = await contest(again, ROUNDS);
  const anew = commands.map((command) => ({ ...command, name: `${command.name}, made anew` }));
  const [, ...made] = await contest([node, ...anew], ROUNDS, () => forget(tree));
  if (floor === undefined) throw new Error('a contestant is missing');
  // The worse of the two: under load to wait for a core takes so long that all commands seem alike by the clock.
  const ratio = ({ wallMs, cpuMs }: Result): number =>
    Math.max(wallMs.median / floor.wallMs.median, cpuMs.median / floor.cpuMs.median);
  return {
    tables: [
      {
        title: `bom (x: times node -e 0; the tree has ${COMPONENTS} components)`,
        columns: ['command', ...TIME_COLUMNS],
        rows: [floor, ...repeated, ...made].map((result) => [result.name, ...timeCells(result, floor)]),
      },
    ],
    goals: [...repeated, ...made].map((result) => {
      return { what: `${result.name} against node -e 0`, value: ratio(result), limit: MOST, bound: 'most', unit: 'x' };
    }),
    notes: ['made anew: without what the last run has left in out/state, as after a change to the tree'],
  };
}

function forget(tree: string): void {
  rmSync(join(tree, 'out/state'), { recursive: true, force: true });
}

function writeTree(folder: string): string {
  const files = randomGraph(COMPONENTS, COMPONENTS).flatMap(({ name, needs }, index): (readonly [string, string])[] => [
    [`packages/${name}/buildinfo.json`, JSON.stringify(recipeOf(name, needs), undefined, 2)],
    [`packages/${name}/build`, `#!/bin/bash\n${'# what a build script of some length would say\n'.repeat(30)}`],
    [`packages/${name}/component.json`, JSON.stringify(descriptionOf(name, index), undefined, 2)],
  ]);
  writeFiles(folder, {
    'treeinfo.json': '{}',
    'release.json': JSON.stringify({ name: 'DC/OS', version: '1.7.0', channel: 'stable' }),
    'builder-ids.json': JSON.stringify({ [IMAGE]: `sha256:${'0'.repeat(64)}` }),
    ...Object.fromEntries(files),
  });
  mkdirSync(join(folder, 'out'));
  return folder;
}

function recipeOf(name: string, needs: readonly string[]): object {
  return {
    single_source: { kind: 'git', git: `https://example.invalid/${name}.git`, ref: 'a'.repeat(40), ref_origin: 'main' },
    requires: needs,
  };
}

function descriptionOf(name: string, index: number): object {
  return {
    version: `1.${index}.0`,
    summary: 'One of the components of a tree that nobody will ever run.',
    licence: LICENCES[index % LICENCES.length],
    homepage: `https://example.invalid/${name}`,
    supplier: 'The bench',
    purl: `pkg:generic/${name}@1.${index}.0`,
    cpe: `cpe:2.3:a:bench:${name.replaceAll(/[^a-z0-9]/g, '_')}:1.${index}.0:*:*:*:*:*:*:*`,
  };
}
