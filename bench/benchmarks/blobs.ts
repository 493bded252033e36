/** Uploads to Blob Storage, on Azurite: one large file, and many small ones, against Azure's own library. */
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AzuriteProcess, connectionString, CONTAINER, longLine } from '../azurite.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { contest, peakMiB, type Contestant, type Result } from '../measure.ts';
import { TIME_COLUMNS, timeCells, type Goal, type Report, type Table } from '../report.ts';

const PUT = fileURLToPath(import.meta.resolve('../put-blobs.ts'));
const MEGABYTE = 1_000_000;
const SMALL_BYTES = 2000;
const ROUNDS = 3;
/** Both ways together: a round trip from one country to the next. */
const ROUND_TRIP_MS = 10;
const MOST_MIB = 200;

export const blobs: Benchmark = { name: 'blobs', about: "uploads to Azurite, against Azure's own library", run };

async function run(bench: Bench): Promise<Report> {
  const [megabytes, files] = bench.quick ? [100, 500] : [1000, 5000];
  const [large, small] = [join(bench.folder, 'large'), join(bench.folder, 'small')];
  writeLarge(large, megabytes);
  writeSmall(small, files);
  const azurite = await AzuriteProcess.prepare();
  const near = azurite.port;
  const line = await longLine(near, ROUND_TRIP_MS / 2);
  try {
    const runs = bench.quick ? 1 : ROUNDS;
    const fresh = (): Promise<void> => azurite.restart();
    const one = contestants(bench, { folder: large, port: near, peers: { 'uploadFile, 32 x 8 MiB': 'loop' } });
    const loops = {
      'loop that uploads': 'loop',
      'loop that asks, then uploads': 'asking-loop',
      'bare requests, the least there is to do': 'bare',
    };
    const many = contestants(bench, { folder: small, port: near, peers: loops });
    const far = contestants(bench, { folder: small, port: line.port, peers: { 'loop that uploads': 'loop' } });
    const ones = await contest(one, runs, fresh);
    const manies = await contest(many, runs, fresh);
    // A minute each for the loop, and little that could vary.
    const fars = await contest(far, 1, fresh);
    const peaks: number[] = [];
    for (const mine of [one[0], many[0]]) {
      await fresh();
      if (mine !== undefined) peaks.push(peakMiB(mine));
    }
    return {
      tables: [
        toTable(`one blob of ${megabytes} MB`, ones),
        toTable(`${files} blobs of ${SMALL_BYTES} B`, manies),
        toTable(`${files} blobs of ${SMALL_BYTES} B, over a line with a round trip of ${ROUND_TRIP_MS} ms`, fars),
      ],
      goals: [
        faster(`one blob of ${megabytes} MB: throughput against uploadFile`, ones, 0.95),
        faster(`${files} blobs over ${ROUND_TRIP_MS} ms: against a loop that uploads`, fars, 3),
        { what: 'peak memory', value: Math.max(...peaks), limit: MOST_MIB, bound: 'most', unit: ' MiB' },
      ],
      notes: [
        `peak memory: ${peaks.map((peak) => peak.toFixed(0)).join(' MiB for the large one, ')} MiB for the small ones`,
        limitOf(manies),
        'ours takes the MD5 of each block and the sha256 of the whole in the same time; uploadFile does neither',
      ],
    };
  } finally {
    line.close();
    await azurite.stop();
  }
}

interface Contest {
  readonly folder: string;
  readonly port: number;
  /** Programs of put-blobs.ts by the names of contestants. */
  readonly peers: Readonly<Record<string, string>>;
}

function contestants(bench: Bench, { folder, port, peers }: Contest): readonly Contestant[] {
  return Object.entries({ 'dcos-build': 'ours', ...peers }).map(([name, who]) => {
    const command = [process.execPath, PUT, who, connectionString(port), CONTAINER, folder] as const;
    return { name, command, cwd: bench.folder };
  });
}

function toTable(title: string, results: readonly Result[]): Table {
  const [reference] = results;
  if (reference === undefined) throw new Error('a contestant is missing');
  const rows = results.map((result) => [result.name, ...timeCells(result, reference)]);
  return { title, columns: ['tool', ...TIME_COLUMNS], rows };
}

function faster(what: string, [mine, peer]: readonly Result[], limit: number): Goal {
  const value = (peer?.wallMs.median ?? Number.NaN) / (mine?.wallMs.median ?? Number.NaN);
  return { what, value, limit, bound: 'least', unit: 'x' };
}

/** How much faster than a loop anything could be: Azurite is one thread, and takes nearly 1 ms of it for each blob. */
function limitOf(results: readonly Result[]): string {
  const [, loop, , least] = results.map(({ wallMs }) => wallMs.median);
  const most = (loop ?? Number.NaN) / (least ?? Number.NaN);
  return `bare requests are ${most.toFixed(2)} times as fast as the loop: without a line before it, Azurite is what is measured`;
}

function writeLarge(folder: string, megabytes: number): void {
  mkdirSync(folder);
  const file = openSync(join(folder, 'blob.bin'), 'w');
  const piece = randomBytes(MEGABYTE);
  for (let index = 0; index < megabytes; index += 1) {
    piece.writeUInt32LE(index);
    writeSync(file, piece);
  }
  closeSync(file);
}

function writeSmall(folder: string, files: number): void {
  mkdirSync(folder);
  for (let index = 0; index < files; index += 1) {
    writeFileSync(join(folder, `${String(index).padStart(5, '0')}.json`), randomBytes(SMALL_BYTES));
  }
}
