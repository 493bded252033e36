/** The change of one text file as `patch` and `git apply` read it. */
import { createTwoFilesPatch } from 'diff';

/** @param shown path relative to the root of the tree, with `/` */
export function unifiedDiff(shown: string, before: string, after: string): string {
  const patch = createTwoFilesPatch(`a/${shown}`, `b/${shown}`, before, after, undefined, undefined, { context: 3 });
  // The ruler above the names is of the library's own.
  return patch.replace(/^=+\n/, '');
}
