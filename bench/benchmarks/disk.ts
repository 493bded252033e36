/** A disk of 30 GiB that boots, made of 700 MB in many files: how long it takes, and how much of it is written. */
import { randomFillSync } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dataRanges } from '../../src/image/data-ranges.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { contest, peakMiB, type Contestant } from '../measure.ts';
import { TIME_COLUMNS, timeCells, type Report } from '../report.ts';

const FILES = 20_000;
const FILES_IN_FOLDER = 50;
const SCRIPT = fileURLToPath(import.meta.resolve('../write-image.ts'));
const ROUNDS = 3;
const MOST_MS = 15_000;
const MOST_WRITTEN = 1.15;
const MOST_MIB = 300;

export const disk: Benchmark = { name: 'disk', about: 'a disk of 30 GiB that boots, made of 700 MB', run };

async function run(bench: Bench): Promise<Report> {
  const content = join(bench.folder, 'content');
  const bytes = writeContent(content, bench.quick ? FILES / 10 : FILES);
  const out = join(bench.folder, 'disk');
  const ours = {
    name: 'dcos-build, the whole disk',
    command: [process.execPath, SCRIPT, content, out],
    cwd: bench.folder,
  } as const;
  const contestants: readonly Contestant[] = [
    { name: 'mke2fs -d, and sync', command: ['bash', '-c', making(content, out)], cwd: bench.folder },
    ours,
  ];
  await contest(contestants, 1);
  const results = await contest(contestants, ROUNDS);
  const [floor, mine] = results;
  if (floor === undefined || mine === undefined) throw new Error('a contestant is missing');
  const peak = peakMiB(ours);
  const written = (await dataRanges(out)).reduce((sum, range) => sum + range.bytes, 0);
  return {
    tables: [
      {
        title: `a disk of 30 GiB of ${Math.round(bytes / 1e6)} MB`,
        columns: ['command', ...TIME_COLUMNS],
        rows: results.map((result) => [result.name, ...timeCells(result, floor)]),
      },
    ],
    goals: [
      { what: 'time', value: mine.wallMs.median, limit: MOST_MS, bound: 'most', unit: ' ms' },
      { what: 'written of the content', value: written / bytes, limit: MOST_WRITTEN, bound: 'most', unit: 'x' },
      { what: 'peak memory', value: peak, limit: MOST_MIB, bound: 'most', unit: ' MiB' },
    ],
    notes: ['"mke2fs -d" makes the file system only, with the owners of the folder, in the order of the folder'],
  };
}

/** Most files small and some large, as in a Debian: 35 KB in the middle. */
function writeContent(folder: string, files: number): number {
  rmSync(folder, { recursive: true, force: true });
  const bytes = randomFillSync(Buffer.alloc(2 ** 21));
  let total = 0;
  for (let index = 0; index < files; index += 1) {
    const below = join(folder, `folder-${Math.floor(index / FILES_IN_FOLDER)}`);
    if (index % FILES_IN_FOLDER === 0) mkdirSync(below, { recursive: true });
    const size = index % 100 === 0 ? 2_000_000 : 200 + ((index * 7919) % 30_000);
    writeFileSync(join(below, `file-${index}`), bytes.subarray(index % 4096, (index % 4096) + size));
    total += size;
  }
  return total;
}

function making(content: string, out: string): string {
  return `rm -f ${out} && truncate -s 30G ${out} && mke2fs -q -F -t ext4 -d ${content} ${out} && sync ${out}`;
}
