/** Files of this machine. What is written appears under its name only when it is whole, and survives a power cut. */
import { randomBytes } from 'node:crypto';
import { close, constants, fsync, open } from 'node:fs';
import {
  link,
  open as openFile,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { makeFolderNow } from './make-folder.ts';

const openFd = promisify(open);
const closeFd = promisify(close);
const fsyncFd = promisify(fsync);

/** Whether the error is the one a missing file or folder gives. */
export function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR');
}

/** Whether the error carries that code of the operating system, such as `EEXIST`. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** The text of a UTF-8 file, or undefined if there is no such file. */
export async function readTextIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The content of a file, or undefined if there is no such file. */
export async function readBytes(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Size in bytes of a file, or undefined if there is none. */
export async function sizeIfThere(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** A name beside `path` that no other process uses; what a crash leaves under it is known by its `.tmp-` and swept. */
export function temporaryBeside(path: string): string {
  return `${path}.tmp-${process.pid}-${randomBytes(6).toString('hex')}`;
}

/** Writes a whole file: temporary name, fsync, rename, fsync of the folder. Makes the folder. */
export async function writeFileDurably(path: string, data: string | Uint8Array): Promise<void> {
  makeFolderNow(dirname(path));
  const temporary = temporaryBeside(path);
  try {
    const file = await openFile(temporary, 'wx', 0o644);
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Writes a whole file that need not survive a power cut: temporary name and rename. Makes the folder. */
export async function writeFileWhole(path: string, data: string | Uint8Array, mode = 0o644): Promise<void> {
  makeFolderNow(dirname(path));
  const temporary = temporaryBeside(path);
  try {
    await writeFile(temporary, data, { flag: 'wx', mode });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Gives a file or folder another name on the same file system. */
export async function moveTo(from: string, to: string): Promise<void> {
  await rename(from, to);
}

/** Makes a symbolic link. */
export async function linkTo(target: string, path: string): Promise<void> {
  await symlink(target, path);
}

/** Gives a finished file its final name so that it survives a crash: fsync, rename, fsync of the folder. Makes the folder. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await syncPath(from, constants.O_RDONLY);
  makeFolderNow(dirname(to));
  await rename(from, to);
  await syncFolder(dirname(to));
}

/**
 * Gives a finished file its final name unless something has that name already; survives a crash. Makes the folder.
 *
 * @returns false: the name is taken, and the file is still at `from`
 */
export async function renameDurablyIfFree(from: string, to: string): Promise<boolean> {
  await syncPath(from, constants.O_RDONLY);
  makeFolderNow(dirname(to));
  try {
    await link(from, to);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
  await rm(from, { force: true });
  await syncFolder(dirname(to));
  return true;
}

/** Sets the time of a file to now. @returns false if there is none */
export async function touchFile(path: string): Promise<boolean> {
  try {
    const now = new Date();
    await utimes(path, now, now);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Removes one file. @returns false if there is none */
export async function removeFile(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Makes a rename inside the folder survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  await syncPath(folder, constants.O_RDONLY | constants.O_DIRECTORY);
}

async function syncPath(path: string, flags: number): Promise<void> {
  const fd = await openFd(path, flags);
  try {
    await fsyncFd(fd);
  } finally {
    await closeFd(fd);
  }
}

/** Makes a folder and those above it, if they are not there. @throws UserError FOLDER_UNUSABLE */
export async function makeFolder(path: string): Promise<void> {
  makeFolderNow(path);
}

/** Removes a file or a whole folder, if it is there. */
export async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 });
}

/** A folder of our own below `parent`, removed at the end of the scope that holds it with `await using`. */
export async function temporaryFolder(
  parent: string,
  prefix: string,
): Promise<AsyncDisposable & { readonly path: string }> {
  const path = join(parent, `${prefix}.tmp-${process.pid}-${randomBytes(6).toString('hex')}`);
  makeFolderNow(path);
  return { path, [Symbol.asyncDispose]: () => remove(path) };
}

/** Renames a file out of the way, to `<path>.<reason>` (an older one of that name is replaced). */
export async function moveAside(path: string, reason: string): Promise<string> {
  const aside = `${path}.${reason}`;
  await rename(path, aside);
  return aside;
}
