/**
 * One commit with all its files and none of its history, in one file: a bundle whose commit counts as the first one, so
 * that it is as small as the files are. Plain git reads it, too:
 *
 *     git init --bare x && echo COMMIT > x/shallow && git -C x fetch FILE.bundle 'refs/pins/*:refs/pins/*'
 *
 * @see https://git-scm.com/docs/gitformat-bundle
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { diskFull, explainDiskFull } from './disk-space.ts';
import { temporaryFolder } from './files.ts';
import { gitComplaint, gitLocal, type GitOptions } from './git.ts';
import { pinRef } from './git-mirror.ts';
import { makeFolderNow } from './make-folder.ts';

/** That a file is no bundle of the commit that it should be of; the message says why, in git's words. */
export class BundleRefused extends Error {}

/**
 * Packs anew, and in one thread: the same commit gives the same bytes for everyone who has this version of git, in
 * whatever packs the objects lie.
 */
const PACKING = ['--no-reuse-object', '--no-reuse-delta', '--delta-base-offset', '--threads=1', '--window=50'];

/**
 * Writes the bundle of a commit that a repository holds whole. The file is not synced.
 *
 * @param repository a bare repository
 * @throws UserError DISK_FULL
 */
export async function writeBundle(
  repository: string,
  commit: string,
  path: string,
  options: GitOptions,
): Promise<void> {
  await using scratch = await temporaryFolder(dirname(path), 'bundle');
  const folder = join(scratch.path, 'git');
  await makeShallow(folder, commit, options);
  await writeFile(join(folder, 'objects/info/alternates'), `${join(repository, 'objects')}\n`);
  const base = join(scratch.path, 'part');
  const pack = ['pack-objects', '--quiet', '--revs', ...PACKING, base];
  await checked(folder, ['-c', 'pack.compression=9', ...pack], { ...options, input: `${commit}\n` });
  const name = (await readdir(scratch.path)).find((each) => each.endsWith('.pack')) ?? '';
  try {
    await writeFile(path, `# v2 git bundle\n${commit} ${pinRef(commit)}\n\n`);
    await pipeline(createReadStream(join(scratch.path, name)), createWriteStream(path, { flags: 'a' }));
  } catch (error) {
    throw explainDiskFull(error, path);
  }
}

/**
 * Unpacks a bundle that nobody vouches for into a bare repository of its own, with the commit as a pin. git takes the
 * id of each object from its content, so that those that the commit leads to are the right ones if they are all there.
 *
 * @param folder must not be there; what is in it after a failure is of no use
 * @throws BundleRefused if it is no bundle, not of that commit, damaged or not whole; UserError DISK_FULL
 */
export async function openBundle(path: string, commit: string, folder: string, options: GitOptions): Promise<void> {
  await makeShallow(folder, commit, options);
  const heads = await refusing(folder, ['bundle', 'list-heads', path], options);
  if (!heads.split('\n').some((line) => line.startsWith(`${commit} `))) {
    throw new BundleRefused(`it is not of the commit ${commit}, but of ${heads.slice(0, 40) || 'none'}`);
  }
  await refusing(folder, ['bundle', 'unbundle', path], options);
  await refusing(folder, ['update-ref', pinRef(commit), commit], options);
  await refusing(folder, ['fsck', '--full', '--no-dangling', '--no-progress'], options);
}

/** A repository in which the commit counts as the first one. */
async function makeShallow(folder: string, commit: string, options: GitOptions): Promise<void> {
  await checked(folder, ['init', '--quiet', '--bare', '--template=', folder], options);
  makeFolderNow(join(folder, 'objects/info'));
  await writeFile(join(folder, 'shallow'), `${commit}\n`);
}

async function checked(
  folder: string,
  args: readonly string[],
  options: GitOptions & { readonly input?: string },
): Promise<void> {
  const result = await gitLocal(args, { ...options, env: { GIT_DIR: folder } });
  if (result.stderr.includes('No space left on device')) throw diskFull(folder);
  if (result.status !== 0) throw new Error(`git ${args.join(' ')}: ${gitComplaint(result)}`);
}

async function refusing(folder: string, args: readonly string[], options: GitOptions): Promise<string> {
  const result = await gitLocal(args, { ...options, env: { GIT_DIR: folder } });
  if (result.stderr.includes('No space left on device')) throw diskFull(folder);
  if (result.status !== 0)
    throw new BundleRefused(gitComplaint(result) || `git ${args[0]} ended with ${result.status}`);
  return result.stdout;
}
