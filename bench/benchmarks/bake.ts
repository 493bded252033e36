/** Whole bakes of our node image on a disk of 4 GiB: all of it, with the base in the cache, and with nothing to do. */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseImageRecord } from '../../src/recipe/image-record.ts';
import { imageRig } from '../../test/rig/image-rig.ts';
import type { Rig } from '../../test/rig/rig.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { contest, time, type Contestant, type Result } from '../measure.ts';
import { commandOf } from '../ours.ts';
import { TIME_COLUMNS, timeCells, type Report } from '../report.ts';

const BARE = fileURLToPath(import.meta.resolve('../bare-root.ts'));
const PIPELINES = resolve(import.meta.dirname, '../../pipelines/images');
const LOCK = 'pipelines/images/node.lock.json';
const DISK_GIB = 4;
const ROUNDS = 3;
const NO_OP_ROUNDS = 7;
const MOST_MS = 25_000;
const MOST_NO_OP_MS = 1000;
const MOST_FACTOR = 1.4;

export const bake: Benchmark = { name: 'bake', about: 'whole bakes of our node image, against mmdebstrap', run };

async function run(bench: Bench): Promise<Report> {
  using rig = await imageRig();
  addDefinition(rig);
  const tarball = join(bench.folder, 'root.tar');
  const command = commandOf('dcos-build image bake', ['image', 'bake', 'node', '--quiet'], rig.folder).bin;
  const named = (name: string): Contestant => ({ ...command, name });
  const [all, disk, nothing] = [named('bake, all of it'), named('bake, with its base'), named('bake, nothing to do')];
  const floor: Contestant = {
    name: 'mmdebstrap alone',
    command: [process.execPath, BARE, rig.folder, LOCK, tarball],
    cwd: bench.folder,
  };
  const forget = ({ name }: Contestant): void => {
    rmSync(tarball, { force: true });
    const gone = name === all.name ? ['images', 'cache/images'] : ['images', 'cache/images/bootstrap'];
    if (name !== floor.name) for (const each of gone) rmSync(rig.path('out', each), { recursive: true, force: true });
  };
  bench.say('lock and bake once: packages are downloaded');
  await time(commandOf('dcos-build image lock', ['image', 'lock', 'node'], rig.folder).bin);
  await time(command);
  const rounds = bench.quick ? 1 : ROUNDS;
  const full = await contest([floor, all], rounds, forget);
  const cached = await contest([disk], rounds, forget);
  const noOp = await contest([nothing], bench.quick ? 1 : NO_OP_ROUNDS);
  const [bare, whole] = full;
  if (bare === undefined || whole === undefined) throw new Error('a contestant is missing');
  const median = (results: readonly Result[]): number => results[0]?.wallMs.median ?? Number.NaN;
  const record = parseImageRecord(readFileSync(rig.path('out/images/node/1.2.3/image.json'), 'utf8'), 'image.json');
  const factor = whole.wallMs.median / bare.wallMs.median;
  return {
    tables: [
      {
        title: `${Math.round(record.disk.dataBytes / 1e6)} MB on a disk of ${DISK_GIB} GiB`,
        columns: ['command', ...TIME_COLUMNS],
        rows: [...full, ...cached, ...noOp].map((result) => [result.name, ...timeCells(result, bare)]),
      },
    ],
    goals: [
      { what: 'all of it, by mmdebstrap alone', value: factor, limit: MOST_FACTOR, bound: 'most', unit: 'x' },
      { what: 'with its base in the cache', value: median(cached), limit: MOST_MS, bound: 'most', unit: ' ms' },
      { what: 'nothing to do', value: median(noOp), limit: MOST_NO_OP_MS, bound: 'most', unit: ' ms' },
    ],
    notes: [
      `${record.packages.length} packages of Debian, downloaded before, and two components in place of DC/OS`,
      'mmdebstrap alone writes the archive that the base is unpacked from, with the same settings',
    ],
  };
}

/** Ours, on a smaller disk. */
function addDefinition(rig: Rig): void {
  mkdirSync(rig.path('pipelines/images'), { recursive: true });
  copyFileSync(join(PIPELINES, 'node.json'), rig.path('pipelines/images/node.json'));
  const text = readFileSync(rig.path('pipelines/images/node.json'), 'utf8');
  writeFileSync(rig.path('pipelines/images/node.json'), text.replace(/"disk_gib": \d+/, `"disk_gib": ${DISK_GIB}`));
}
