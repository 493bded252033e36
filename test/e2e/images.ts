/**
 * The disk that nodes start from: baked from what was built, held against the rules, started by UEFI and by BIOS and started
 * again; baked once more, compared, uploaded and registered.
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

/** A disk as a bake left it, out of the way of the next bake. */
export interface BakedImage {
  readonly disk: string;
  /** The text of its record. */
  readonly record: string;
}

const NAME = 'node';
/** Masters and agents have other units; one of each generation is started. */
const BOOTS = ['--generation 2 --role master', '--generation 1 --role slave'];

export async function bakeImage(options: ImagesOptions): Promise<BakedImage> {
  const aside = join(options.out, 'e2e-image');
  rmSync(aside, { recursive: true, force: true });
  renameSync(await bake(options), aside);
  return { disk: join(aside, 'disk.vhd'), record: readFileSync(join(aside, 'image.json'), 'utf8') };
}

/** Held against the rules, started, and started again, by each generation's firmware. */
export async function bootImage({ disk }: BakedImage, options: ImagesOptions): Promise<void> {
  for (const boot of BOOTS) await say(`image test ${disk} --boot ${boot}`, 'It boots as V', options);
}

/** From nothing once more: the same bytes, which go to Blob Storage and into a gallery. */
export async function bakeAgain(first: BakedImage, options: ImagesOptions): Promise<void> {
  const folder = await bake(options);
  compareDisks(first.disk, join(folder, 'disk.vhd'));
  if (first.record !== readFileSync(join(folder, 'image.json'), 'utf8')) {
    throw new Error('the records of two bakes differ');
  }
  options.passed('the disk and its record are the same bytes when baked twice');
  await say(`image bake ${NAME}`, 'is up to date', options);
  await checkRegisteredImage(folder, options.passed);
}

/** @returns the folder of the image */
async function bake(options: ImagesOptions): Promise<string> {
  // Nothing is left of an earlier bake but what was downloaded.
  for (const kept of ['cache/images', 'images']) rmSync(join(options.out, kept), { recursive: true, force: true });
  await say(`image bake ${NAME}`, 'made: base, bootstrap, disk', options);
  return await folderOf(options);
}

async function say(line: string, expected: string, { dcosBuild, passed }: ImagesOptions): Promise<void> {
  const startedAt = performance.now();
  const { status, stdout } = await dcosBuild(line.split(' '));
  if (status !== 0 || !stdout.includes(expected)) {
    throw new Error(`"dcos-build ${line}" ended with ${status} and did not say "${expected}":\n${stdout}`);
  }
  passed(`${line}: ${expected} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
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
