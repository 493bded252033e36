/**
 * The disk that nodes start from: baked twice from what was built, held against the rules, started by UEFI and by BIOS and
 * started again, uploaded, compared and registered.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { inParallel } from '../../src/host/in-parallel.ts';
import { checkRegisteredImage } from './registered-image.ts';

export interface ImagesOptions {
  /** Runs `dcos-build` on the tree. */
  readonly dcosBuild: (args: readonly string[]) => Promise<{ readonly status: number | null; readonly stdout: string }>;
  /** The work folder. */
  readonly out: string;
  readonly passed: (line: string) => void;
}

const NAME = 'node';

/** Masters and agents have other units: one of each is started, and of each generation one. */
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
  const bake = async (): Promise<void> => {
    // Nothing is left of an earlier bake but what was downloaded.
    rmSync(join(out, 'cache/images'), { recursive: true, force: true });
    await say(`image bake ${NAME}`, 'made: base, bootstrap, disk');
  };
  const kept = join(out, 'first-image');
  for (const folder of [kept, join(out, 'images')]) rmSync(folder, { recursive: true, force: true });
  await bake();
  const folder = await folderOf(options);
  renameSync(folder, kept);
  const bakeAgain = async (): Promise<void> => {
    await bake();
    compareImages(kept, folder);
    passed('the disk and its record are the same bytes when baked twice');
    await say(`image bake ${NAME}`, 'is up to date');
    await say(`image test ${NAME} --boot --generation 1 --role slave`, 'It boots as V1');
  };
  const bootFirst = async (): Promise<void> => {
    await say(
      `image test ${relative('', join(kept, 'disk.vhd'))} --boot --generation 2 --role master`,
      'It boots as V2',
    );
  };
  // A machine without KVM has one core, and dpkg knows no more.
  await inParallel([bootFirst, bakeAgain], { jobs: 2 }, (work) => work());
  rmSync(kept, { recursive: true });
  await checkRegisteredImage(folder, passed);
}

async function folderOf({ dcosBuild }: ImagesOptions): Promise<string> {
  const { stdout } = await dcosBuild(['image', 'ls', '--json']);
  const images: readonly { readonly folder: string }[] = JSON.parse(stdout);
  return images[0]?.folder ?? '';
}

/** @param one folder of an image @throws Error if they differ */
function compareImages(one: string, other: string): void {
  compareDisks(join(one, 'disk.vhd'), join(other, 'disk.vhd'));
  const [left, right] = [one, other].map((folder) => readFileSync(join(folder, 'image.json')));
  if (left === undefined || right === undefined || !left.equals(right))
    throw new Error('the records of two bakes differ');
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
