/** `image test` of a disk of 30 GiB: how long it takes, and how much of the disk it reads. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { OS_FILES, RELEASE } from '../../test/rig/os-files.ts';
import { changeRoot, makeInitrd, makeOsImage, osFiles } from '../../test/rig/os-image.ts';
import { Scratch } from '../../test/rig/scratch.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { contest, peakMiB, readMiB } from '../measure.ts';
import { commandOf } from '../ours.ts';
import { TIME_COLUMNS, timeCells, type Report } from '../report.ts';

/** To the end of the disk, as growpart would have it. */
const ROOT_MIB = 30 * 1024 - 70;
const FILE_BYTES = 10 * 2 ** 20;
const INITRD_BYTES = 20 * 2 ** 20;
const ROUNDS = 7;
const MOST_READ_MIB = 64;
const MOST_MIB = 300;
const MOST_MS = 2000;

export const image: Benchmark = { name: 'image', about: 'image test of a disk of 30 GiB, mostly holes', run };

async function run(bench: Bench): Promise<Report> {
  using scratch = new Scratch();
  const path = await makeOsImage(scratch, 'node', { rootMib: ROOT_MIB });
  const files = bench.quick ? 7 : 70;
  const content = Array.from({ length: files }, (_, each) => [`/opt/files/${each}`, randomBytes(FILE_BYTES)] as const);
  const write = {
    ...osFiles(scratch),
    ...Object.fromEntries(content),
    [`/boot/initrd.img-${RELEASE}`]: initrd(scratch),
  };
  changeRoot(scratch, path, { write }, []);
  const node = { name: 'node -e 0', command: [process.execPath, '-e', '0'], cwd: bench.folder } as const;
  const tested = commandOf('dcos-build image test', ['image', 'test', path], bench.folder).bin;
  await contest([node, tested], 1);
  const results = await contest([node, tested], ROUNDS);
  const [floor, ours] = results;
  if (floor === undefined || ours === undefined) throw new Error('a contestant is missing');
  const read = readMiB(tested) - readMiB(node);
  return {
    tables: [
      {
        title: `a disk of 30 GiB, ${Math.round((statSync(path).blocks * 512) / 2 ** 20)} MiB of it data`,
        columns: ['command', ...TIME_COLUMNS],
        rows: results.map((result) => [result.name, ...timeCells(result, floor)]),
      },
    ],
    goals: [
      { what: 'read, programs and libraries included', value: read, limit: MOST_READ_MIB, bound: 'most', unit: ' MiB' },
      { what: 'time', value: ours.wallMs.median, limit: MOST_MS, bound: 'most', unit: ' ms' },
      { what: 'peak memory', value: peakMiB(tested), limit: MOST_MIB, bound: 'most', unit: ' MiB' },
    ],
    notes: [`the system has ${Object.keys(OS_FILES).length} files that rules look at, and an initrd of 20 MiB`],
  };
}

/** As large as true ones are: most of it firmware and modules that nobody asks for. */
function initrd(scratch: Scratch): Buffer {
  scratch.write('firmware', randomBytes(INITRD_BYTES));
  const ballast = execFileSync('cpio', ['-o', '-H', 'newc', '--quiet'], {
    cwd: scratch.folder,
    input: 'firmware',
    maxBuffer: 2 * INITRD_BYTES,
  });
  return Buffer.concat([ballast, makeInitrd(scratch, 'zstd')]);
}
