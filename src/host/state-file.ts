/** A state file that may be lost at any time: reading it never fails. */
import { readFileSync } from 'node:fs';
import { writeFileDurably } from './files.ts';

/** The parsed content, or undefined if the file is missing or not whole JSON. Synchronous: it is on the shortest way. */
export function readState(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

export async function writeState(path: string, state: unknown): Promise<void> {
  await writeFileDurably(path, JSON.stringify(state));
}
