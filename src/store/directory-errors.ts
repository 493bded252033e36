/** What the file system refuses of a store in a folder, as a sentence that says what to do. */
import { explainDiskFull } from '../host/disk-space.ts';
import { hasCode } from '../host/files.ts';
import { UserError } from '../model/errors.ts';

/** The error to throw on: one for people if they can mend it, else the error itself. */
export function explainFolder(error: unknown, folder: string): unknown {
  if (error instanceof UserError) return error;
  if (['ENOTDIR', 'EEXIST'].some((code) => hasCode(error, code))) return noFolder(folder, error);
  if (hasCode(error, 'EROFS')) return forbidden(`${folder} is on a file system that is read-only.`, error);
  if (['EACCES', 'EPERM'].some((code) => hasCode(error, code))) {
    return forbidden(`This user has no right to use all of the folder ${folder}.`, error);
  }
  return explainDiskFull(error, folder);
}

function noFolder(folder: string, cause: unknown): UserError {
  return new UserError(
    'REPOSITORY_UNAVAILABLE',
    `${folder} cannot be a store: there is a file where a folder should be.`,
    {
      cause,
      hint: 'Name a folder, or one that is not there yet.',
    },
  );
}

function forbidden(message: string, cause: unknown): UserError {
  return new UserError('STORE_FORBIDDEN', message, {
    cause,
    hint: 'Look whose it is and how it is mounted, or name another store.',
  });
}
