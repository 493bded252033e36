/**
 * Folders with those above them, made one by one. Node's own recursive mkdir goes on for ever where a folder is there and
 * yet none can be made in it, as below /proc.
 */
import { mkdirSync, statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../model/errors.ts';

/** What stands in the way, by the operating system's code. Other errors, as that of a full disk, are thrown on as they are. */
const OBSTACLES: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'who runs dcos-build may make none there'],
  ['EPERM', 'none can be made there'],
  ['ENOENT', 'none can be made there'],
  ['EROFS', 'nothing can be written there'],
  ['ENOTDIR', 'what is above it is no folder'],
  ['EEXIST', 'something else has that name'],
  ['ENAMETOOLONG', 'its name is too long'],
  ['ELOOP', 'the links on the way there lead in a circle'],
]);

/**
 * Makes a folder and those above it, if they are not there.
 *
 * @throws UserError FOLDER_UNUSABLE
 */
export function makeFolderNow(path: string): void {
  const missing: string[] = [];
  for (let at = path; lookAt(at) === undefined; at = dirname(at)) missing.push(at);
  if (missing.length === 0 && !isFolder(path)) missing.push(path);
  for (const folder of missing.toReversed()) makeOne(folder);
}

function makeOne(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST' && isFolder(folder)) return;
    // Another process has removed what was just there.
    if (code === 'ENOENT' && lookAt(dirname(folder)) === undefined) return makeFolderNow(folder);
    throw unusable(folder, code, error);
  }
}

function lookAt(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw unusable(path, codeOf(error), error);
  }
}

function isFolder(path: string): boolean {
  return lookAt(path)?.isDirectory() === true;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function unusable(folder: string, code: string, cause: unknown): unknown {
  return refused(`The folder ${folder} cannot be made`, code, cause);
}

/** The error to throw on where no file could be written into a folder: one for people if they can mend it, else the error. */
export function unusableFolder(folder: string, cause: unknown): unknown {
  return refused(`No file can be made in ${folder}`, codeOf(cause), cause);
}

function refused(what: string, code: string, cause: unknown): unknown {
  const obstacle = OBSTACLES.get(code);
  if (obstacle === undefined) return cause;
  return new UserError('FOLDER_UNUSABLE', `${what}: ${obstacle}.`, {
    hint: 'Name another place, such as with --out, or look who may write there.',
    cause,
  });
}
