/** Texts of files that people write: what is none is refused in their words, a folder and a program too. */
import { FileTrouble } from '../model/file-view.ts';
import type { UserError } from '../model/errors.ts';
import { RecordingFileView } from './file-view.ts';

/**
 * The text of a UTF-8 file, or undefined if there is no such file.
 *
 * @param refuse makes the error of a file that cannot be read; `sentence` goes on behind its name: "is a folder, not a file"
 * @throws UserError that `refuse` makes
 */
export function readNamedText(
  path: string,
  refuse: (sentence: string, cause: FileTrouble) => UserError,
): string | undefined {
  try {
    return new RecordingFileView().readText(path);
  } catch (error) {
    if (!(error instanceof FileTrouble)) throw error;
    if (error.reason === 'missing') return undefined;
    throw refuse(error.sentence, error);
  }
}
