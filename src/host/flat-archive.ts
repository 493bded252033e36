/** A Debian archive in one folder, of given packages and nothing else: what apt finds there is all it can choose. */
import { constants } from 'node:fs';
import { chmod, copyFile, link, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode, makeFolder } from './files.ts';
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
 * Makes the folder, so that `deb [trusted=yes] copy://<folder> ./` is an archive. Whoever can look into the folder above can
 * read it, as apt's download user must.
 *
 * @param folder not there yet
 */
export async function writeFlatArchive(
  packages: readonly ArchivedPackage[],
  folder: string,
  signal?: AbortSignal,
): Promise<void> {
  const cancel = signal === undefined ? {} : { signal };
  await makeFolder(folder);
  await chmod(folder, 0o755);
  const paragraphs = await inParallel(packages, { jobs: 4, ...cancel }, async ({ path, name, bytes, sha256 }) => {
    await linkOrCopy(path, join(folder, name));
    const { status, stdout, stderr } = await run('dpkg-deb', ['--field', path], cancel);
    if (status !== 0) throw new Error(`dpkg-deb --field ${path}: ${stderr.trim()}`);
    return `${stdout.trimEnd()}\nFilename: ${name}\nSize: ${bytes}\nSHA256: ${sha256}\n`;
  });
  await writeFile(join(folder, 'Packages'), paragraphs.join('\n'));
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
