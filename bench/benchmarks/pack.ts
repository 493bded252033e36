/** Packing real files: our tarball, hashed and synced on the way, against tar and the same compressor. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench, Benchmark } from '../benchmark.ts';
import { contest, type Contestant, type Result } from '../measure.ts';
import type { Goal, Report, Table } from '../report.ts';

const FROM = '/usr/lib';
const MEGABYTE = 1_000_000;
/** xz -6 gets through 2 MB/s: only --full packs all 500 MB with it. */
const MEGABYTES = { xz: { quick: 16, normal: 64, full: 500 }, zst: { quick: 100, normal: 500, full: 500 } };
const LEAST = { xz: 1.7, zst: 250 / 300 };
const PACK = fileURLToPath(import.meta.resolve('../pack-folder.ts'));

export const pack: Benchmark = { name: 'pack', about: 'packing real files, xz and zstd, against tar', run };

async function run(bench: Bench): Promise<Report> {
  const tables: Table[] = [];
  const goals: Goal[] = [];
  for (const suffix of ['zst', 'xz'] as const) {
    const wanted = MEGABYTES[suffix][bench.quick ? 'quick' : bench.full ? 'full' : 'normal'];
    const folder = join(bench.folder, suffix);
    const { files, bytes } = copyFiles(folder, wanted * MEGABYTE);
    bench.say(`${files} files, ${Math.round(bytes / MEGABYTE)} MB, copied from ${FROM}`);
    const results = await contest(contestants(suffix, folder, bench.folder), suffix === 'zst' ? 5 : bench.full ? 1 : 3);
    const title = `${suffix}: ${files} files, ${Math.round(bytes / MEGABYTE)} MB of ${FROM}`;
    tables.push(toTable(title, results, bytes, bench.folder));
    const [mine = Number.NaN, ...others] = results.map(({ wallMs }) => bytes / wallMs.median);
    const [peer = Number.NaN] = others;
    const what = `${suffix}: MB/s against ${results[1]?.name ?? ''}`;
    goals.push({ what, value: mine / peer, limit: LEAST[suffix], bound: 'least', unit: 'x' });
    rmSync(folder, { recursive: true });
  }
  return { tables, goals, notes: ['ours takes the sha256 and syncs to disk in the same time; tar does neither'] };
}

function contestants(suffix: 'xz' | 'zst', folder: string, cwd: string): readonly Contestant[] {
  const own = [process.execPath, PACK, folder, 'ours', suffix] as const;
  const mine: Contestant = { name: 'dcos-build', command: own, cwd };
  const shell = (name: string, line: string): Contestant => ({ name, command: ['/bin/sh', '-c', line], cwd });
  if (suffix === 'xz') return [mine, shell('tar cJf', `tar -C ${folder} -cJf tar-cJf .`)];
  return [mine, shell('tar | zstd -3 -T2', `tar -C ${folder} -c . | zstd -q -3 -T2 > tar-zstd`)];
}

function toTable(title: string, results: readonly Result[], bytes: number, folder: string): Table {
  const outputs = ['ours', title.startsWith('xz') ? 'tar-cJf' : 'tar-zstd'];
  return {
    title,
    columns: ['tool', 'wall s (min-max)', 'cpu s', 'MB/s', 'size MB', 'load'],
    rows: results.map(({ name, wallMs, cpuMs, load }, index) => [
      name,
      `${seconds(wallMs.median)} (${seconds(wallMs.min)}-${seconds(wallMs.max)})`,
      seconds(cpuMs.median),
      bytes / MEGABYTE / (wallMs.median / 1000),
      statSync(join(folder, outputs[index] ?? '')).size / MEGABYTE,
      load.toFixed(1),
    ]),
  };
}

/** A mixture of all there is, the same each time on one machine: files in the order of a hash of their path. */
function copyFiles(to: string, bytes: number): { readonly files: number; readonly bytes: number } {
  const { stdout } = spawnSync('find', [FROM, '-xdev', '-type', 'f', '-size', '-32M'], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const paths = stdout.split('\n').filter(Boolean);
  const hashOf = new Map(paths.map((path) => [path, createHash('sha1').update(path).digest('hex')]));
  const mixed = paths.toSorted((left, right) => ((hashOf.get(left) ?? '') < (hashOf.get(right) ?? '') ? -1 : 1));
  let copied = 0;
  let files = 0;
  for (const path of mixed) {
    const { size } = statSync(path);
    if (copied >= bytes) break;
    const target = join(to, relative(FROM, path));
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(path, target);
    copied += size;
    files += 1;
  }
  return { files, bytes: copied };
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}
