/** Writes bytes into the middle of a file. */
import { closeSync, openSync, writeSync } from 'node:fs';

export function overwrite(path: string, at: number, bytes: Uint8Array): void {
  const file = openSync(path, 'r+');
  try {
    writeSync(file, bytes, 0, bytes.length, at);
  } finally {
    closeSync(file);
  }
}
