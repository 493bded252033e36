/** A file that gets an end of its own: whatever it holds is neither read nor written. */
import { open, stat, truncate } from 'node:fs/promises';
import { explainDiskFull } from './disk-space.ts';

/** Writes bytes behind the last of a file that is there. @throws UserError DISK_FULL: the file is as it was */
export async function appendBytes(path: string, bytes: Uint8Array): Promise<void> {
  const { size } = await stat(path);
  const file = await open(path, 'r+');
  try {
    for (let at = 0; at < bytes.length;) {
      at += (await file.write(bytes, at, bytes.length - at, size + at)).bytesWritten;
    }
  } catch (error) {
    await file.truncate(size);
    throw explainDiskFull(error, path);
  } finally {
    await file.close();
  }
}

/** Cuts a file to its first `bytes`. */
export async function cutFile(path: string, bytes: number): Promise<void> {
  await truncate(path, bytes);
}
