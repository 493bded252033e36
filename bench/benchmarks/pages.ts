/** A sparse disk to a page blob, on Azurite, against Azure's own library that uploads the bytes in it and no holes. */
import { randomBytes } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AzuriteProcess, connectionString, CONTAINER, longLine } from '../azurite.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { contest, peakMiB, time, type Contestant } from '../measure.ts';
import { TIME_COLUMNS, timeCells, type Report } from '../report.ts';

const PUT = fileURLToPath(import.meta.resolve('../put-pages.ts'));
const GIB = 2 ** 30;
const VIRTUAL_BYTES = 30 * GIB;
const PIECE_BYTES = 2 ** 20;
/** Pieces that lie one after another, as those of a larger file do. */
const NEIGHBOURS = 10;
const ROUNDS = 3;
const MOST_MIB = 200;

export const pages: Benchmark = { name: 'pages', about: 'a disk of 30 GiB, mostly holes, to a page blob', run };

async function run(bench: Bench): Promise<Report> {
  const pieces = bench.quick ? 100 : 1000;
  const [disk, packed] = [join(bench.folder, 'disk.vhd'), join(bench.folder, 'packed.bin')];
  writeDisk(disk, packed, pieces);
  const allocated = statSync(disk).blocks * 512;
  const azurite = await AzuriteProcess.prepare();
  try {
    const fresh = (): Promise<void> => azurite.restart();
    const ours = contestant(bench, { name: 'dcos-build, sparse disk', who: 'ours', path: disk, port: azurite.port });
    const peer = contestant(bench, {
      name: 'uploadFile, bytes alone',
      who: 'library',
      path: packed,
      port: azurite.port,
    });
    const results = await contest([ours, peer], bench.quick ? 1 : ROUNDS, fresh);
    const [mine, other] = results;
    if (mine === undefined || other === undefined) throw new Error('a contestant is missing');
    await fresh();
    const peak = peakMiB(ours);
    await fresh();
    const line = await longLine(azurite.port, 0);
    await time(contestant(bench, { name: 'counted', who: 'ours', path: disk, port: line.port }));
    line.close();
    return {
      tables: [
        {
          title: `${pieces} MiB on a disk of 30 GiB`,
          columns: ['tool', ...TIME_COLUMNS],
          rows: results.map((result) => [result.name, ...timeCells(result, mine)]),
        },
      ],
      goals: [
        {
          what: 'bytes on the line by bytes allocated',
          value: line.sentBytes() / allocated,
          limit: 1.02,
          bound: 'most',
          unit: 'x',
        },
        {
          ...{ what: 'throughput against uploadFile', value: other.wallMs.median / mine.wallMs.median },
          ...{ limit: 1, bound: 'least', unit: 'x' },
        },
        { what: 'peak memory', value: peak, limit: MOST_MIB, bound: 'most', unit: ' MiB' },
      ],
      notes: [
        `${allocated} bytes are allocated, and ${line.sentBytes()} went over the line, headers included`,
        'ours reads the disk twice, once for its hash, and takes the MD5 of each request; uploadFile does neither',
        'Azurite computes a CRC-64 in JavaScript of every page write, and of every block without an MD5: both wait for it',
      ],
    };
  } finally {
    await azurite.stop();
  }
}

interface Put {
  readonly name: string;
  readonly who: 'ours' | 'library';
  readonly path: string;
  readonly port: number;
}

function contestant(bench: Bench, { name, who, path, port }: Put): Contestant {
  const command = [process.execPath, PUT, who, connectionString(port), CONTAINER, path] as const;
  return { name, command, cwd: bench.folder };
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
