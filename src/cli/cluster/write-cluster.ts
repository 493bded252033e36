/** The files of a cluster, into a folder: each whole or not at all, and untouched where nothing has changed. */
import { join } from 'node:path';
import { explainDiskFull } from '../../host/disk-space.ts';
import { hasCode, readTextIfThere, writeFileDurably } from '../../host/files.ts';
import { sha256 } from '../../model/digest.ts';
import { UserError } from '../../model/errors.ts';

export interface WrittenFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly isChanged: boolean;
}

/**
 * @param files texts by name; those that others are made for come last
 * @throws UserError FOLDER_UNUSABLE, DISK_FULL
 */
export async function writeCluster(
  folder: string,
  files: ReadonlyMap<string, string>,
): Promise<readonly WrittenFile[]> {
  const written: WrittenFile[] = [];
  for (const [name, text] of files) {
    const path = join(folder, name);
    const isChanged = (await textOf(path)) !== text;
    if (isChanged) await write(path, text);
    written.push({ name, bytes: Buffer.byteLength(text), sha256: sha256(text), isChanged });
  }
  return written;
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readTextIfThere(path);
  } catch (error) {
    if (hasCode(error, 'EISDIR')) throw unusable(path, 'it is a folder');
    throw error;
  }
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFileDurably(path, text);
  } catch (error) {
    for (const code of ['EACCES', 'EPERM', 'EROFS']) {
      if (hasCode(error, code)) throw unusable(path, 'who runs dcos-build may not write there');
    }
    throw explainDiskFull(error, path);
  }
}

function unusable(path: string, why: string): UserError {
  return new UserError('FOLDER_UNUSABLE', `${path} cannot be written: ${why}.`, {
    hint: 'Name another folder with -o.',
  });
}
