/** What `pin` prints. */
import type { PinResult } from '../pins/pin.ts';
import { indentedTable, listOf } from './table.ts';

/** A dry run prints a diff and what else there is to say as comments, so that `patch` can read all of it. */
export function describePin({ component, moves, notes, files, diff, isWritten }: PinResult, isDryRun: boolean): string {
  if (diff === '') return [...notes, `${component} is up to date: nothing to change.`].join('\n');
  if (isDryRun) return [...notes, diff].join('\n');
  const table = indentedTable(moves.map(({ source, from, to }) => [source, from, '→', to]));
  const end = isWritten ? `Wrote ${listOf(files)}.` : '';
  return [...notes, `${component}:`, table, end].join('\n');
}
