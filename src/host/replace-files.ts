/** Several files that change together: none is touched before all of the new ones are written whole. */
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { explainDiskFull } from './disk-space.ts';
import { syncFolder, temporaryBeside } from './files.ts';

export interface Replacement {
  /** Absolute path of a file that is there; a link is followed. */
  readonly path: string;
  /** What it holds, as it was read. */
  readonly before: string;
  readonly after: string;
}

/** A file holds something else than what the change was made for. */
export class FileChanged extends Error {
  readonly path: string;

  constructor(path: string) {
    super(`${path} was changed meanwhile`);
    this.path = path;
  }
}

/**
 * Writes all new texts beside their files, synced, then renames one after another. If a rename fails, those before it
 * are taken back; a power cut between two of them can leave the first alone, which no file system can rule out.
 *
 * @throws FileChanged, with no file touched; UserError DISK_FULL
 */
export async function replaceFiles(replacements: readonly Replacement[]): Promise<void> {
  const staged: Staged[] = [];
  try {
    for (const replacement of replacements) staged.push(await stage(replacement));
    for (const { path, before } of staged) if ((await readFile(path, 'utf8')) !== before) throw new FileChanged(path);
    await renameAll(staged);
  } finally {
    for (const { temporary, original } of staged)
      await Promise.all([temporary, original].map((path) => rm(path, { force: true })));
  }
}

interface Staged extends Replacement {
  readonly temporary: string;
  /** A copy of the file as it was. */
  readonly original: string;
}

async function stage({ path: given, before, after }: Replacement): Promise<Staged> {
  const path = await realpath(given);
  const { mode } = await stat(path);
  const [temporary, original] = [temporaryBeside(path), temporaryBeside(path)];
  try {
    await write(temporary, after, mode);
    await write(original, before, mode);
  } catch (error) {
    await Promise.all([temporary, original].map((written) => rm(written, { force: true })));
    throw explainDiskFull(error, path);
  }
  return { path, before, after, temporary, original };
}

async function write(path: string, text: string, mode: number): Promise<void> {
  await using file = await open(path, 'wx', mode);
  await file.writeFile(text);
  await file.chmod(mode);
  await file.sync();
}

async function renameAll(staged: readonly Staged[]): Promise<void> {
  const done: Staged[] = [];
  try {
    for (const one of staged) {
      await rename(one.temporary, one.path);
      done.push(one);
    }
  } catch (error) {
    for (const { original, path } of done) await rename(original, path);
    throw error;
  }
  for (const folder of new Set(staged.map(({ path }) => dirname(path)))) await syncFolder(folder);
}
