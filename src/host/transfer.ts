/** Files from one place to another, whole or not at all, hashed on the way. */
import { open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Sha256Stream, type Sha256 } from '../model/digest.ts';
import { UserError } from '../model/errors.ts';
import { explainDiskFull } from './disk-space.ts';
import { hasCode, makeFolder, renameDurably, renameDurablyIfFree, temporaryBeside } from './files.ts';
import type { HashedBytes } from './hash-file.ts';

export interface CopyOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (bytes: number, totalBytes: number | undefined) => void;
}

export interface CheckedCopyOptions extends CopyOptions {
  /** What a copy must hash to, or it gets no name; a rename reads nothing, and so checks nothing. */
  readonly sha256?: Sha256;
}

const PIECE = 2 ** 20;

/** Copies a file to a path that it creates or truncates, synced to disk. @throws UserError DISK_FULL */
export async function copyHashed(from: string, to: string, options: CopyOptions = {}): Promise<HashedBytes> {
  await using source = await open(from, 'r');
  await using target = await open(to, 'w', 0o644);
  const { size } = await source.stat();
  const hash = new Sha256Stream();
  const buffer = Buffer.allocUnsafe(PIECE);
  try {
    for (let bytes = 0; ;) {
      options.signal?.throwIfAborted();
      const { bytesRead } = await source.read(buffer, 0, PIECE, bytes);
      if (bytesRead === 0) {
        await target.sync();
        return { sha256: hash.digest(), bytes };
      }
      const piece = buffer.subarray(0, bytesRead);
      hash.update(piece);
      await target.writeFile(piece);
      bytes += bytesRead;
      options.onProgress?.(bytes, size);
    }
  } catch (error) {
    throw explainDiskFull(error, to);
  }
}

/** Gives a file its final name so that it survives a crash: by rename, or by a copy from another file system. */
export async function moveDurably(from: string, to: string, options: CheckedCopyOptions = {}): Promise<void> {
  try {
    await renameDurably(from, to);
  } catch (error) {
    if (!hasCode(error, 'EXDEV')) throw explainDiskFull(error, to);
    await copyDurably(from, to, options);
    await rm(from, { force: true });
  }
}

/** The same, unless something has that name already. @returns false: it has, and the file is still at `from` */
export async function moveDurablyIfFree(from: string, to: string, options: CheckedCopyOptions = {}): Promise<boolean> {
  try {
    return await renameDurablyIfFree(from, to);
  } catch (error) {
    if (!hasCode(error, 'EXDEV')) throw explainDiskFull(error, to);
    const isNew = await copyDurablyIfFree(from, to, options);
    if (isNew) await rm(from, { force: true });
    return isNew;
  }
}

/** The copy appears under its name only when it is whole. Makes the folder. */
export async function copyDurably(from: string, to: string, options: CheckedCopyOptions = {}): Promise<void> {
  await copyTo(from, to, options, renameDurably);
}

/** The same, unless something has that name already. @returns whether it was copied */
export async function copyDurablyIfFree(from: string, to: string, options: CheckedCopyOptions = {}): Promise<boolean> {
  return await copyTo(from, to, options, renameDurablyIfFree);
}

async function copyTo<Result>(
  from: string,
  to: string,
  { sha256: expected, ...options }: CheckedCopyOptions,
  giveName: (temporary: string, to: string) => Promise<Result>,
): Promise<Result> {
  const temporary = temporaryBeside(to);
  await makeFolder(dirname(to));
  try {
    const { sha256: actual } = await copyHashed(from, temporary, options);
    if (expected !== undefined && actual !== expected) throw damaged(from, expected, actual);
    return await giveName(temporary, to);
  } finally {
    await rm(temporary, { force: true });
  }
}

function damaged(path: string, expected: Sha256, actual: Sha256): UserError {
  const message = `${path} should have the sha256 ${expected}, but has ${actual}; it is not copied.`;
  return new UserError('STORE_CORRUPT', message, { hint: 'Fetch or build what it is a part of again.' });
}
