/** What the file system refuses of a store in a folder, as a sentence that says what to do. */
import { explainDiskFull } from '../host/disk-space.ts';
import { hasCode } from '../host/files.ts';
import { UserError } from '../model/errors.ts';

/** The error to throw on: one for people if they can mend it, else the error itself. */
export function explainFolder(error: unknown, folder: string): unknown {
  const isUnusable = error instanceof UserError && error.code === 'FOLDER_UNUSABLE';
  if (error instanceof UserError && !isUnusable) return error;
  const cause = isUnusable ? error.cause : error;
  if (['ENOTDIR', 'EEXIST'].some((code) => hasCode(cause, code))) return noFolder(folder, cause);
  if (hasCode(cause, 'EROFS')) return forbidden(`${folder} is on a file system that is read-only.`, cause);
  if (['EACCES', 'EPERM'].some((code) => hasCode(cause, code))) {
    return forbidden(`This user has no right to use all of the folder ${folder}.`, cause);
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
