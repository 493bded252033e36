/**
 * The image that we ship, baked twice out of what was built, with nothing shared but downloads, and compared bit by bit; then
 * once more with nothing changed.
 *
 *   node test/e2e/baked-image.ts out
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseImageRecord, type ImageRecord } from '../../src/recipe/image-record.ts';

const TREE = resolve(import.meta.dirname, '../..');

export interface BakeRequest {
  /** The work folder of a complete build. */
  readonly built: string;
  /** Which tree it was; undefined: the default one. */
  readonly variant: string | undefined;
  /** An empty folder, for both images. */
  readonly work: string;
  /** Told of each check. */
  readonly passed: (line: string) => void;
}

/** @returns the folder of the first image */
export async function checkBakedImage({ built, variant, work, passed }: BakeRequest): Promise<string> {
  const which = variant === undefined ? [] : ['--variant', variant];
  const [first, second] = [join(work, 'first'), join(work, 'second')];
  const records: ImageRecord[] = [];
  for (const out of [first, second]) {
    shareWith(built, out);
    const seconds = await run(['image', 'bake', 'node', ...which, '--out', out]);
    const base = baseSeconds(out);
    passed(
      `baked in ${seconds.toFixed(1)} s, of which mmdebstrap took ${base.toFixed(1)} s: ${(seconds / base).toFixed(2)} times that`,
    );
    records.push(recordIn(out));
  }
  const [one, two] = records;
  if (one === undefined || JSON.stringify(one) !== JSON.stringify(two)) throw new Error('two bakes gave two records');
  const folder = folderIn(first, one);
  const same = await run(['-r', '--brief', folder, folderIn(second, one)], 'diff');
  passed(`both are the same bytes, compared in ${same.toFixed(1)} s: pages sha256 ${one.disk.contentSha256}`);
  const errors = one.checks.filter(({ severity, result }) => severity === 'error' && result === 'failed');
  if (errors.length > 0) throw new Error(`rules forbid it: ${errors.map(({ id }) => id).join(', ')}`);
  passed(`none of ${one.checks.length} rules forbids it`);
  rmSync(folderIn(first, one), { recursive: true });
  passed(
    `baked again on the stages that are there in ${(await run(['image', 'bake', 'node', ...which, '--out', first])).toFixed(1)} s`,
  );
  passed(`found to be up to date in ${(await run(['image', 'bake', 'node', ...which, '--out', first])).toFixed(2)} s`);
  return folder;
}

/** Downloads, and the repository that is only read. */
function shareWith(built: string, out: string): void {
  mkdirSync(join(built, 'cache/sources'), { recursive: true });
  mkdirSync(join(out, 'cache'), { recursive: true });
  symlinkSync(join(built, 'repository'), join(out, 'repository'));
  symlinkSync(join(built, 'cache/sources'), join(out, 'cache/sources'));
}

function recordIn(out: string): ImageRecord {
  const { version }: { version: string } = JSON.parse(readFileSync(join(TREE, 'release.json'), 'utf8'));
  const path = join(out, 'images/node', version, 'image.json');
  return parseImageRecord(readFileSync(path, 'utf8'), path);
}

function folderIn(out: string, { name, version }: ImageRecord): string {
  return join(out, 'images', name, version);
}

/** As mmdebstrap says itself. */
function baseSeconds(out: string): number {
  const path = join(out, 'logs/images/node-base.log');
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return Number(/success in ([\d.]+) seconds/.exec(text)?.[1] ?? Number.NaN);
}

/** @returns how many seconds it took */
async function run(args: readonly string[], program = process.execPath): Promise<number> {
  const words = program === process.execPath ? [join(TREE, 'src/cli/main.ts'), ...args, '--tree', TREE] : [...args];
  const startedAt = performance.now();
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const status = await new Promise((done) => child.on('close', done));
  if (status !== 0) throw new Error(`${words.join(' ')} ended with ${String(status)}: ${said}`);
  return (performance.now() - startedAt) / 1000;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const work = mkdtempSync(join(tmpdir(), 'dcos-build-bake-'));
  const passed = (line: string): void => void process.stdout.write(`  ok  ${line}\n`);
  await checkBakedImage({ built: resolve(process.argv[2] ?? 'out'), variant: process.argv[3], work, passed });
  rmSync(work, { recursive: true });
}
