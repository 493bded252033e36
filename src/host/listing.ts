/** What lies in folders, with sizes and ages; files that vanish while we look are passed over. */
import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from './files.ts';

export interface FileFacts {
  /** Relative to the folder that was listed. */
  readonly path: string;
  readonly bytes: number;
  /** When it was last written, in milliseconds since the epoch. */
  readonly modifiedMs: number;
  /** Differs whenever the file was replaced, written or touched in between. */
  readonly version: string;
}

/** All plain files below a folder, in no particular order; none if there is no such folder. */
export async function listFiles(folder: string): Promise<FileFacts[]> {
  const found: FileFacts[] = [];
  const walk = async (below: string): Promise<void> => {
    for (const entry of await entriesOf(join(folder, below))) {
      const path = join(below, entry.name);
      if (entry.isDirectory()) await walk(path);
      else if (entry.isFile()) found.push(...(await factsOf(folder, path)));
    }
  };
  await walk('');
  return found;
}

/** The entries directly in a folder, with their kind; none if there is no such folder. */
export async function listFolder(folder: string): Promise<(FileFacts & { readonly isFolder: boolean })[]> {
  const found = await Promise.all(
    (await entriesOf(folder)).map(async (entry) => {
      const facts = await factsOf(folder, entry.name);
      return facts.map((fact) => ({ ...fact, isFolder: entry.isDirectory() }));
    }),
  );
  return found.flat();
}

/** Bytes that the content of a folder takes on disk; hard links count once for each name. */
export async function folderBytes(folder: string): Promise<number> {
  return (await listFiles(folder)).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Whether there is a folder of that name, or a link to one. */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** The file at a path as {@link listFiles} tells of it; undefined if there is none. */
export async function fileFacts(path: string): Promise<FileFacts | undefined> {
  const [facts] = await factsOf('', path);
  return facts;
}

async function factsOf(folder: string, path: string): Promise<FileFacts[]> {
  try {
    const { size, mtimeMs, ctimeMs, ino } = await lstat(join(folder, path));
    return [{ path, bytes: size, modifiedMs: mtimeMs, version: `${ino}-${size}-${mtimeMs}-${ctimeMs}` }];
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
