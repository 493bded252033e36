/** What processes that died have left under temporary names. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing, remove } from './files.ts';
import { isRunning } from './process.ts';

/** Removes the temporary entries of a folder (`*.tmp-<process id>-*`) whose process does not run any more. */
export async function sweepLeftovers(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    const pid = /\.tmp-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) await remove(join(folder, name));
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
