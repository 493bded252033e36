/** Space on the file system: looked at before a run, and what to say when it runs out in the middle of one. */
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../model/errors.ts';
import { hasCode, isMissing } from './files.ts';

/** Bytes that this process may still write to the file system of the path, or of the nearest folder above it. */
export async function freeBytes(path: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch (error) {
    if (isMissing(error) && dirname(path) !== path) return freeBytes(dirname(path));
    throw error;
  }
}

/**
 * Refuses to begin what cannot end.
 *
 * @param needed bytes that the work is expected to write
 * @throws UserError DISK_FULL
 */
export async function requireSpace(path: string, needed: number): Promise<void> {
  const free = await freeBytes(path);
  if (free >= needed) return;
  throw new UserError(
    'DISK_FULL',
    `The file system of ${path} has ${mebibytes(free)} free; ${mebibytes(needed)} are needed.`,
    { hint: HINT },
  );
}

/** The error to throw on: DISK_FULL if that is what it was, else the error itself. */
export function explainDiskFull(error: unknown, path: string): unknown {
  if (!hasCode(error, 'ENOSPC') && !hasCode(error, 'EDQUOT')) return error;
  return diskFull(path, error);
}

/** The error for a file system that filled up while something was written to it. */
export function diskFull(path: string, cause?: unknown): UserError {
  return new UserError('DISK_FULL', `The file system is full: ${path} could not be written.`, { hint: HINT, cause });
}

const HINT = 'Run "dcos-build store gc --dry-run" to see what can go, or choose another work folder with --out.';

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
