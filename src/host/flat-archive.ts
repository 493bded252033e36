/** A Debian archive in one folder, of given packages and nothing else: what apt finds there is all it can choose. */
import { constants } from 'node:fs';
import { chmod, copyFile, link, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasCode, temporaryFolder } from './files.ts';
import { inParallel } from './in-parallel.ts';
import { run } from './process.ts';

/** One package file to go into the archive; nothing is checked here. */
export interface ArchivedPackage {
  /** Path of the .deb on this machine. */
  readonly path: string;
  /** What it is called in the archive: unique there, without slashes. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Makes a folder, of the machine's temporary ones, so that `deb [trusted=yes] copy://<path> ./` is an archive. Any user
 * of this machine can read it, as apt's download user must. It goes when it is disposed.
 */
export async function openFlatArchive(
  packages: readonly ArchivedPackage[],
  signal?: AbortSignal,
): Promise<AsyncDisposable & { readonly path: string }> {
  const folder = await temporaryFolder(tmpdir(), 'dcos-build-archive');
  try {
    await fill(folder.path, packages, signal === undefined ? {} : { signal });
    return folder;
  } catch (error) {
    await folder[Symbol.asyncDispose]();
    throw error;
  }
}

async function fill(
  folder: string,
  packages: readonly ArchivedPackage[],
  cancel: { readonly signal?: AbortSignal },
): Promise<void> {
  const paragraphs = await inParallel(packages, { jobs: 4, ...cancel }, async ({ path, name, bytes, sha256 }) => {
    await linkOrCopy(path, join(folder, name));
    const { status, stdout, stderr } = await run('dpkg-deb', ['--field', path], cancel);
    if (status !== 0) throw new Error(`dpkg-deb --field ${path}: ${stderr.trim()}`);
    return `${stdout.trimEnd()}\nFilename: ${name}\nSize: ${bytes}\nSHA256: ${sha256}\n`;
  });
  await writeFile(join(folder, 'Packages'), paragraphs.join('\n'));
  await chmod(folder, 0o755);
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!hasCode(error, 'EXDEV') && !hasCode(error, 'EPERM') && !hasCode(error, 'EMLINK')) throw error;
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  }
  await chmod(to, 0o644);
}
