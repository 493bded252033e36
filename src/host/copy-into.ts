/** One file put into a folder of its own. */
import { chmod, constants, copyFile, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { explainDiskFull } from './disk-space.ts';
import { makeFolderNow } from './make-folder.ts';

/** Copies to a path whose folder it makes; both get the time `epoch` (seconds), and modes that no umask decides. */
export async function copyInto(from: string, to: string, epoch: number): Promise<void> {
  const folder = dirname(to);
  makeFolderNow(folder);
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  } catch (error) {
    throw explainDiskFull(error, to);
  }
  await chmod(to, 0o644);
  await utimes(to, epoch, epoch);
  await chmod(folder, 0o755);
  await utimes(folder, epoch, epoch);
}
