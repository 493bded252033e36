/** What processes that died have left under temporary names. */
import { lstat, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeOfAnyOwner, tryToRemove } from './any-owner.ts';
import { isMissing } from './files.ts';
import { isRunning } from './process.ts';

/** Removes the temporary entries of a folder (`*.tmp-<process id>-*`) whose process does not run any more. */
export async function sweepLeftovers(folder: string): Promise<void> {
  for (const name of await leftoversIn(folder)) await removeOfAnyOwner(join(folder, name));
}

/**
 * The same among the machine's temporary files, which are everybody's: only what bears the prefix and is ours. Others
 * may do so at the same time.
 */
export async function sweepSharedLeftovers(prefix: string): Promise<void> {
  for (const name of await leftoversIn(tmpdir())) {
    const path = join(tmpdir(), name);
    if (name.startsWith(`${prefix}.tmp-`) && (await isOurs(path))) await tryToRemove(path);
  }
}

async function leftoversIn(folder: string): Promise<readonly string[]> {
  const names = await namesIn(folder);
  return names.filter((name) => {
    const pid = /\.tmp-(\d+)-/.exec(name)?.[1];
    return pid !== undefined && !isRunning(Number(pid));
  });
}

async function isOurs(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).uid === process.getuid?.();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
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
