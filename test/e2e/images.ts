/**
 * The disk that nodes start from: baked twice from what was built, held against the rules, started by UEFI and by BIOS and
 * started again, uploaded, compared and registered.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkRegisteredImage } from './registered-image.ts';

export interface ImagesOptions {
  /** Runs `dcos-build` on the tree. */
  readonly dcosBuild: (args: readonly string[]) => Promise<{ readonly status: number | null; readonly stdout: string }>;
  /** The work folder. */
  readonly out: string;
  readonly passed: (line: string) => void;
}

interface Baked {
  readonly folder: string;
  /** The text of its record. */
  readonly record: string;
}

const NAME = 'node';
/** Masters and agents have other units; one of each generation is started. */
const BOOTS = ['--generation 2 --role master', '--generation 1 --role slave'];

export async function checkImages(options: ImagesOptions): Promise<void> {
  const { out, passed } = options;
  const say = async (line: string, expected: string): Promise<void> => {
    const startedAt = performance.now();
    const { status, stdout } = await options.dcosBuild(line.split(' '));
    if (status !== 0 || !stdout.includes(expected)) {
      throw new Error(`"dcos-build ${line}" ended with ${status} and did not say "${expected}":\n${stdout}`);
    }
    passed(`${line}: ${expected} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
  };
  const bake = async (): Promise<Baked> => {
    // Nothing is left of an earlier bake but what was downloaded.
    for (const kept of ['cache/images', 'images']) rmSync(join(out, kept), { recursive: true, force: true });
    await say(`image bake ${NAME}`, 'made: base, bootstrap, disk');
    const folder = await folderOf(options);
    return { folder, record: readFileSync(join(folder, 'image.json'), 'utf8') };
  };
  const first = await bake();
  const kept = join(out, 'first.vhd');
  renameSync(join(first.folder, 'disk.vhd'), kept);
  const second = await bake();
  compareDisks(kept, join(second.folder, 'disk.vhd'));
  rmSync(kept);
  if (first.record !== second.record) throw new Error('the records of two bakes differ');
  passed('the disk and its record are the same bytes when baked twice');
  await say(`image bake ${NAME}`, 'is up to date');
  for (const boot of BOOTS) await say(`image test ${NAME} --boot ${boot}`, 'It boots as V');
  await checkRegisteredImage(second.folder, passed);
}

async function folderOf({ dcosBuild }: ImagesOptions): Promise<string> {
  const { stdout } = await dcosBuild(['image', 'ls', '--json']);
  const images: readonly { readonly folder: string }[] = JSON.parse(stdout);
  return images[0]?.folder ?? '';
}

/**
 * By qemu-img, which passes over holes, and the footer, which has the size in it, by itself. Not in its strict mode: that
 * asks for the same holes, and which zeros are holes is the file system's to say.
 *
 * @throws Error if they differ
 */
function compareDisks(one: string, other: string): void {
  const compare = ['compare', '-f', 'vpc', '-F', 'vpc', one, other];
  execFileSync('qemu-img', compare, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [left, right] = [one, other].map((disk) => execFileSync('tail', ['--bytes=512', disk]));
  if (left === undefined || right === undefined || !left.equals(right)) throw new Error(`${one} and ${other} differ`);
}
