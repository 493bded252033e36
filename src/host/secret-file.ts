/** Files that nobody but their owner may read. */
import { chmod, open, rm } from 'node:fs/promises';
import { renameDurablyIfFree, temporaryBeside } from './files.ts';

/**
 * Writes a file with mode 0600, whole and synced, unless there is one of that name.
 *
 * @returns false: the name is taken, and nothing was written
 */
export async function writeSecretFile(path: string, text: string): Promise<boolean> {
  const temporary = temporaryBeside(path);
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    // A mask can only take rights away, so this gives the owner back what a strange one took.
    await chmod(temporary, 0o600);
    return await renameDurablyIfFree(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}
