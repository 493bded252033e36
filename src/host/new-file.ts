/** Files that are made and never overwritten. */
import { chmod, open, rm } from 'node:fs/promises';
import { renameDurablyIfFree, temporaryBeside } from './files.ts';

/**
 * Writes a file, whole and synced, unless there is one of that name. Its folder has to be there.
 *
 * @param mode whatever the mask of this process is
 * @returns false: the name is taken, and nothing was written
 */
export async function createFile(path: string, text: string, mode: number): Promise<boolean> {
  const temporary = temporaryBeside(path);
  try {
    // Nobody else may look inside before it has the mode that is asked for.
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    await chmod(temporary, mode);
    return await renameDurablyIfFree(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}
