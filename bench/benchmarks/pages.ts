/** A sparse disk to a page blob, on Azurite, against Azure's own library that uploads the bytes in it and no holes. */
import { randomBytes } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { diskContent } from '../../src/bake/disk-content.ts';
import { AzuriteProcess, connectionString, CONTAINER, longLine } from '../azurite.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { contest, peakMiB, time, type Contestant, type Result } from '../measure.ts';
import { TIME_COLUMNS, timeCells, type Goal, type Report, type Table } from '../report.ts';

const PUT = fileURLToPath(import.meta.resolve('../put-pages.ts'));
const GIB = 2 ** 30;
const VIRTUAL_BYTES = 30 * GIB;
const PIECE_BYTES = 2 ** 20;
/** Pieces that lie one after another, as those of a larger file do. */
const NEIGHBOURS = 10;
const ROUNDS = 3;
/** Both ways together: a round trip from one country to the next. */
const ROUND_TRIP_MS = 10;
const MOST_MIB = 200;
/** Azurite needs that much longer for pages than for blocks, as the bare requests show; more than that would be ours. */
const TIE = 0.9;

export const pages: Benchmark = { name: 'pages', about: 'a disk of 30 GiB, mostly holes, to a page blob', run };

async function run(bench: Bench): Promise<Report> {
  const pieces = bench.quick ? 100 : 1000;
  const files = { disk: join(bench.folder, 'disk.vhd'), packed: join(bench.folder, 'packed.bin') };
  writeDisk(files.disk, files.packed, pieces);
  const allocated = statSync(files.disk).blocks * 512;
  const { sha256 } = await diskContent(files.disk, { state: bench.folder });
  const azurite = await AzuriteProcess.prepare();
  const line = await longLine(azurite.port, ROUND_TRIP_MS / 2);
  try {
    const fresh = (): Promise<void> => azurite.restart();
    const rounds = bench.quick ? 1 : ROUNDS;
    const server = (): number | undefined => azurite.pid;
    const near = contestants(bench, { files, port: azurite.port, server });
    const results = await contest(near, rounds, fresh);
    const far = contestants(bench, { files, port: line.port, server }).filter(({ name }) => FAR.includes(name));
    const fars = await contest(far, rounds, fresh);
    const [mine] = near;
    if (mine === undefined) throw new Error('a contestant is missing');
    await fresh();
    const peak = peakMiB(mine);
    return {
      tables: [
        toTable(`${pieces} MiB on a disk of 30 GiB`, results),
        toTable(`the same over a line with a round trip of ${ROUND_TRIP_MS} ms`, fars),
      ],
      goals: [
        await sent({ bench, files, azurite, allocated }),
        faster('throughput against uploadFile', results, LIBRARY, 1),
        faster('throughput against uploadFile with 32 blocks of 8 MiB at once', results, TUNED, TIE),
        faster(`throughput against uploadFile over ${ROUND_TRIP_MS} ms`, fars, LIBRARY, TIE),
        { what: 'peak memory', value: peak, limit: MOST_MIB, bound: 'most', unit: ' MiB' },
      ],
      notes: [
        `CPU is that of Azurite too; the disk has the pages sha256 ${sha256}, noted when it was baked`,
        'Azurite computes a CRC-64 in JavaScript of every page write, and of every block without an MD5: all wait for it',
        'bare requests hash nothing and try once: they are the floor, of pages and of blocks',
      ],
    };
  } finally {
    line.close();
    await azurite.stop();
  }
}

interface Files {
  readonly disk: string;
  /** Its bytes without the holes. */
  readonly packed: string;
}

interface Contest {
  readonly files: Files;
  readonly port: number;
  readonly server: () => number | undefined;
}

const OURS = 'dcos-build, a disk that was baked here';
const LIBRARY = 'uploadFile, the bytes alone, to a block blob';
const TUNED = 'the same with 32 blocks of 8 MiB at once';
const FAR = [OURS, LIBRARY];

/** By their names: the program of put-pages.ts, and the file. */
const WAYS: Readonly<Record<string, readonly [who: string, file: keyof Files]>> = {
  [OURS]: ['ours', 'disk'],
  'dcos-build, a disk that nobody has seen': ['ours-unseen', 'disk'],
  [LIBRARY]: ['library', 'packed'],
  [TUNED]: ['library-tuned', 'packed'],
  'bare Put Page': ['bare-pages', 'packed'],
  'bare Put Block': ['bare-blocks', 'packed'],
};

function contestants(bench: Bench, { files, port, server }: Contest): readonly Contestant[] {
  return Object.entries(WAYS).map(([name, [who, file]]) => {
    const command = [process.execPath, PUT, who, connectionString(port), CONTAINER, files[file]] as const;
    return { name, command, cwd: bench.folder, server };
  });
}

function toTable(title: string, results: readonly Result[]): Table {
  const [reference] = results;
  if (reference === undefined) throw new Error('a contestant is missing');
  const rows = results.map((result) => [result.name, ...timeCells(result, reference)]);
  return { title, columns: ['tool', ...TIME_COLUMNS], rows };
}

function faster(what: string, results: readonly Result[], than: string, limit: number): Goal {
  const [mine, other] = [OURS, than].map((name) => results.find((each) => each.name === name)?.wallMs.median);
  return { what, value: (other ?? Number.NaN) / (mine ?? Number.NaN), limit, bound: 'least', unit: 'x' };
}

interface Counting {
  readonly bench: Bench;
  readonly files: Files;
  readonly azurite: AzuriteProcess;
  readonly allocated: number;
}

/** Counted on a line of its own, headers included. */
async function sent({ bench, files, azurite, allocated }: Counting): Promise<Goal> {
  await azurite.restart();
  const line = await longLine(azurite.port, 0);
  const server = (): number | undefined => azurite.pid;
  const [mine] = contestants(bench, { files, port: line.port, server });
  if (mine === undefined) throw new Error('a contestant is missing');
  await time(mine);
  line.close();
  const value = line.sentBytes() / allocated;
  return { what: 'bytes on the line by bytes allocated', value, limit: 1.02, bound: 'most', unit: 'x' };
}

/** The same bytes twice: on the disk with holes in between and a footer, and packed. */
function writeDisk(disk: string, packed: string, pieces: number): void {
  const [sparse, dense] = [openSync(disk, 'w'), openSync(packed, 'w')];
  ftruncateSync(sparse, VIRTUAL_BYTES);
  const piece = randomBytes(PIECE_BYTES);
  const groupBytes = Math.floor(VIRTUAL_BYTES / (pieces / NEIGHBOURS) / PIECE_BYTES) * PIECE_BYTES;
  for (let index = 0; index < pieces; index += 1) {
    piece.writeUInt32LE(index);
    const start = Math.floor(index / NEIGHBOURS) * groupBytes + (index % NEIGHBOURS) * PIECE_BYTES;
    writeSync(sparse, piece, 0, piece.length, start);
    writeSync(dense, piece);
  }
  writeSync(sparse, Buffer.from('conectix'.padEnd(512, '.')), 0, 512, VIRTUAL_BYTES);
  closeSync(sparse);
  closeSync(dense);
}
