/** Files that a person has named for what a command makes. */
import { resolve } from 'node:path';
import { UserError } from '../model/errors.ts';
import type { Context } from './context.ts';

const OBSTACLES: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'who runs dcos-build may not write there'],
  ['EPERM', 'it is protected'],
  ['EROFS', 'nothing can be written there'],
  ['ENAMETOOLONG', 'its name is too long'],
  ['ENOENT', 'its folder takes no files'],
]);

/**
 * Writes a whole file, or leaves what is there as it is.
 *
 * @param path as it was typed
 * @throws UserError USAGE, FOLDER_UNUSABLE, DISK_FULL
 */
export async function writeOutput(path: string, text: string, { cwd }: Context): Promise<void> {
  const { hasCode, writeFileWhole } = await import('../host/files.ts');
  const { explainDiskFull } = await import('../host/disk-space.ts');
  const { statIfThere } = await import('../host/stat.ts');
  const target = resolve(cwd, path);
  const there = statIfThere(target);
  // The new file takes the place of what has its name, which must be neither a folder nor a device such as /dev/stdout.
  if (there?.isFile() === false) throw unwritable(path, there.isDirectory() ? 'it is a folder' : 'it is no plain file');
  try {
    await writeFileWhole(target, text);
  } catch (error) {
    for (const [code, obstacle] of OBSTACLES) if (hasCode(error, code)) throw unwritable(path, obstacle, error);
    throw explainDiskFull(error, target);
  }
}

function unwritable(path: string, obstacle: string, cause?: unknown): UserError {
  const hint = 'Name another file, or leave the option out to print it.';
  return new UserError('USAGE', `${path} cannot be written: ${obstacle}.`, { hint, cause });
}
