/** What `outdated` prints. */
import type { OutdatedRow, PinStatus } from '../pins/outdated.ts';
import { formatTable, listOf } from './table.ts';

const HEADINGS = ['COMPONENT', 'SOURCE', 'PINNED', 'IN RANGE', 'NEWEST', 'STATUS', 'LOOKED AT'];
const STATES: Readonly<Record<PinStatus, string>> = {
  current: 'current',
  outdated: 'out of date',
  held: 'held by range',
  unlooked: 'not looked at',
  failed: 'failed',
};

export function describeOutdated(rows: readonly OutdatedRow[]): string {
  if (rows.length === 0) return 'Nothing is pinned.';
  const cells = rows.map((row) => [
    row.component,
    row.source,
    short(row.pinned),
    short(row.wanted),
    short(row.newest),
    STATES[row.status],
    oneLine([row.how, row.reason].filter((text) => text !== undefined).join(': ')),
  ]);
  return `${formatTable([HEADINGS, ...cells])}\n\n${summary(rows)}`;
}

function summary(rows: readonly OutdatedRow[]): string {
  const counts = Object.entries(STATES).flatMap(([status, words]) => {
    const count = rows.filter((row) => row.status === status).length;
    return count === 0 ? [] : [`${count} ${words}`];
  });
  return `${rows.length === 1 ? '1 pin' : `${rows.length} pins`}: ${listOf(counts, counts.length)}.`;
}

/** Errors may name what was tried, a line for each. */
function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, '; ');
}

/** Commits by their first digits. */
function short(text: string | undefined): string {
  return text === undefined ? '-' : /^[0-9a-f]{40}$/.test(text) ? text.slice(0, 12) : text;
}
