/**
 * Stages of a bake, each kept under its content id below `out/cache/images`. A stage has its name only when it is whole:
 * it is made beside it, synced, and renamed. Only one process at a time makes one.
 */
import { join } from 'node:path';
import { removeOfAnyOwner } from '../host/any-owner.ts';
import { makeFolder, renameDurably, temporaryBeside } from '../host/files.ts';
import { lock } from '../host/lock.ts';
import { isFolderNow } from '../host/quick-files.ts';
import { run } from '../host/process.ts';
import { sha256, type Sha256 } from '../model/digest.ts';
import type { Folders } from '../tree/folders.ts';

export type StageName = 'base' | 'hook' | 'bootstrap' | 'disk';

export interface StageOptions {
  readonly folders: Pick<Folders, 'imageCache' | 'locks'>;
  readonly signal: AbortSignal;
  /** Called once if another process is making this stage, and we wait for it. */
  readonly onWait?: () => void;
}

/** The id of a stage: what it is made of, in an order that is always the same. */
export function stageId(name: StageName, layout: number, inputs: readonly unknown[]): Sha256 {
  return sha256(JSON.stringify([name, layout, ...inputs]));
}

export function stageFolder({ imageCache }: Pick<Folders, 'imageCache'>, name: StageName, id: Sha256): string {
  return join(imageCache, name, id);
}

export function hasStage(folders: Pick<Folders, 'imageCache'>, name: StageName, id: Sha256): boolean {
  return isFolderNow(stageFolder(folders, name, id));
}

/**
 * The folder of a stage, made now if it is not there.
 *
 * @param make fills the folder, which is empty
 */
export async function openStage(
  name: StageName,
  id: Sha256,
  { folders, signal, onWait }: StageOptions,
  make: (folder: string) => Promise<void>,
): Promise<{ readonly folder: string; readonly made: boolean }> {
  const folder = stageFolder(folders, name, id);
  if (isFolderNow(folder)) return { folder, made: false };
  using _held = await lock(join(folders.locks, 'images', `${name}-${id}`), {
    signal,
    ...(onWait === undefined ? {} : { onWait }),
  });
  if (isFolderNow(folder)) return { folder, made: false };
  const temporary = temporaryBeside(folder);
  await makeFolder(temporary);
  try {
    await make(temporary);
    await run('sync', ['--file-system', temporary]);
    await renameDurably(temporary, folder);
  } catch (error) {
    await removeOfAnyOwner(temporary);
    throw error;
  }
  return { folder, made: true };
}
