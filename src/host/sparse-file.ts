/** Files that are as long as a disk and hold little. */
import { open } from 'node:fs/promises';
import { explainDiskFull } from './disk-space.ts';
import { makeFolder } from './files.ts';
import { dirname } from 'node:path';

/** Makes a file that reads as zeros and takes no space. Makes its folder. @throws Error if the name is taken */
export async function makeSparseFile(path: string, bytes: number): Promise<void> {
  await makeFolder(dirname(path));
  const file = await open(path, 'wx', 0o644);
  try {
    await file.truncate(bytes);
  } finally {
    await file.close();
  }
}

/** Writes bytes into a file that is there. @throws UserError DISK_FULL */
export async function writeBytesAt(path: string, bytes: Uint8Array, position: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    for (let at = 0; at < bytes.length;) {
      at += (await file.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
    }
  } catch (error) {
    throw explainDiskFull(error, path);
  } finally {
    await file.close();
  }
}
