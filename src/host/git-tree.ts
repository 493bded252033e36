/** The files of one commit, written out as a clone would, but with the same modes and times for everyone. */
import { appendFile, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { diskFull } from './disk-space.ts';
import { cleanEnvironment } from './environment.ts';
import { remove, temporaryBeside, temporaryFolder } from './files.ts';
import { gitComplaint, gitLocal, type GitOptions, gitUser } from './git.ts';
import { run } from './process.ts';
import { makeFolderNow } from './make-folder.ts';

export interface WriteTreeOptions extends GitOptions {
  /** Time of every file in seconds since the epoch; default: the time of the commit. */
  readonly epoch?: number;
}

/**
 * Writes the tree of a commit into a new folder: plain files, no `.git` (whose content varies) and no submodules. What
 * the tree's own `.gitattributes` say of line ends and encodings is done; filters that need configuration are not.
 *
 * @param objects the `objects` folder of the repository
 * @param destination must not exist; its parent must
 */
export async function writeTree(
  objects: string,
  commit: string,
  destination: string,
  options: WriteTreeOptions,
): Promise<void> {
  await using scratch = await temporaryFolder(join(destination, '..'), '.git');
  const staging = temporaryBeside(destination);
  await mkdir(staging);
  const env = {
    GIT_DIR: join(scratch.path, 'git'),
    GIT_WORK_TREE: staging,
    GIT_INDEX_FILE: join(scratch.path, 'index'),
  };
  const git = async (...args: readonly string[]): Promise<string> => {
    const settings = ['-c', 'core.autocrlf=false', '-c', 'core.symlinks=true', '-c', 'core.attributesFile=/dev/null'];
    const result = await gitLocal([...settings, ...args], { ...options, env });
    if (result.stderr.includes('No space left on device')) throw diskFull(destination);
    if (result.status !== 0) throw new Error(`git ${args.join(' ')}: ${gitComplaint(result)}`);
    return result.stdout;
  };
  try {
    await git('init', '--quiet', '--template=');
    makeFolderNow(join(env.GIT_DIR, 'objects', 'info'));
    await appendFile(join(env.GIT_DIR, 'objects', 'info', 'alternates'), `${objects}\n`);
    await git('read-tree', commit);
    await git('checkout-index', '--all', '--quiet', `--prefix=${staging}/`);
    const epoch = options.epoch ?? Number(await git('show', '--no-patch', '--format=%ct', commit));
    await settle(staging, epoch);
    await rename(staging, destination);
  } finally {
    await remove(staging);
  }
}

/** Modes as git knows them, 644 and 755, whatever the umask; one time for all, links too. */
async function settle(folder: string, epoch: number): Promise<void> {
  const modes = ['!', '-type', 'l', '-exec', 'chmod', 'u=rwX,go=rX', '{}', '+'];
  const times = ['-exec', 'touch', '--no-dereference', `--date=@${epoch}`, '{}', '+'];
  const { status, stderr } = await run('find', [folder, '(', ...modes, ',', ...times, ')'], {
    env: cleanEnvironment(),
  });
  if (status !== 0) throw new Error(`The folder ${folder} could not be settled: ${stderr.trim()}`);
}

/** The folder of a working copy's git objects, wherever it keeps them (`git worktree`, a `.git` file). */
export async function objectsFolder(folder: string, options: GitOptions): Promise<string> {
  const result = await gitUser(folder, ['rev-parse', '--path-format=absolute', '--git-path', 'objects'], options);
  if (result.status !== 0) throw new Error(`git rev-parse in ${folder}: ${gitComplaint(result)}`);
  return result.stdout.replace(/\n$/, '');
}
