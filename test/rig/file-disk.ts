/** A file as a disk, and the same in memory, for readers of file systems. */
import { readFileSync } from 'node:fs';
import type { Disk } from '../../src/image/disk.ts';

export function diskIn(bytes: Buffer): Disk {
  return {
    bytes: bytes.length,
    read: (start, count) => {
      if (start < 0 || count < 0 || start + count > bytes.length) {
        return Promise.reject(new Error(`a read of ${count} bytes at ${start} is not within the disk`));
      }
      return Promise.resolve(Buffer.from(bytes.subarray(start, start + count)));
    },
  };
}

export function diskOf(path: string): Disk {
  return diskIn(readFileSync(path));
}
