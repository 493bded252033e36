/** The stat of a path that may lead nowhere. */
import { statSync, type Stats } from 'node:fs';
import { FileTrouble } from '../model/file-view.ts';
import { hasCode } from './files.ts';

const NOWHERE = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'];

/** The stat with links followed; undefined for what leads nowhere, a loop of links included. */
export function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (isNowhere(error)) return undefined;
    throw new FileTrouble(path, 'unreadable', { cause: error });
  }
}

/** Whether the error says that there can be nothing under that path: a name with a NUL in it too. */
export function isNowhere(error: unknown): boolean {
  return NOWHERE.some((code) => hasCode(error, code));
}
