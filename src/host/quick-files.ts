/** Small looks at files, and small files, without a promise each: for thousands of them, promises cost three times the look. */
import { Buffer } from 'node:buffer';
import { closeSync, openSync, readFileSync, readSync, statSync, writeFileSync } from 'node:fs';
import { isMissing } from './files.ts';

/** The text of a UTF-8 file, or undefined if there is no such file. */
export function readTextNow(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The first bytes of a plain file, at most so many. */
export function readHeadNow(path: string, most: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(most);
    return buffer.subarray(0, readSync(file, buffer, 0, most, 0));
  } finally {
    closeSync(file);
  }
}

/** Size in bytes of a plain file, or undefined if there is none. */
export function sizeNow(path: string): number | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true ? stats.size : undefined;
}

/** Whether there is a folder of that name, or a link to one. */
export function isFolderNow(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Writes a file in a folder that nobody else reads yet: what is half-written when this process dies is never looked at. */
export function writeTextNow(path: string, text: string | Uint8Array): void {
  writeFileSync(path, text, { mode: 0o644 });
}

/** Changes with each start of this machine: what was not synced to disk before that may be gone. */
export function bootId(): string {
  return readTextNow('/proc/sys/kernel/random/boot_id')?.trim() ?? 'unknown';
}
