/** A state file that may be lost at any time: reading it never fails, and writing it waits for no disk. */
import { readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { temporaryBeside } from './files.ts';
import { makeFolderNow } from './make-folder.ts';
import { writeTextNow } from './quick-files.ts';

/** The parsed content, or undefined if the file is missing or not whole JSON. Synchronous: it is on the shortest way. */
export function readState(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Nobody reads half of it: temporary name and rename. After a power cut it may be empty, which is read as missing.
 * Synchronous: threads that wait for the disk take longer to start than all of this.
 */
export function writeState(path: string, state: unknown): void {
  makeFolderNow(dirname(path));
  const temporary = temporaryBeside(path);
  try {
    writeTextNow(temporary, JSON.stringify(state));
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
