/** What `cluster diff` prints. */
import type { PropertyChange, ResourceDiff, ResourceName } from '../../cluster/diff/diff-resources.ts';
import type { Json } from '../../model/json.ts';
import { plural } from '../../report/format.ts';
import { formatTable, indentedTable } from '../table.ts';

/** Values longer than this are told by their length: what nodes are told is a page of base64. */
const LONGEST = 60;

export function describeDiff({ added, removed, changed }: ResourceDiff): string {
  if (added.length + removed.length + changed.length === 0) return 'No difference: both make the same resources.';
  const blocks = changed.map(({ type, name, changes }) => {
    return `changed  ${type} ${name}\n${indentedTable(changes.map(changeRow))}`;
  });
  return [
    ...listed('added', added),
    ...listed('removed', removed),
    ...blocks,
    summary({ added, removed, changed }),
  ].join('\n\n');
}

function listed(word: string, resources: readonly ResourceName[]): readonly string[] {
  if (resources.length === 0) return [];
  return [formatTable(resources.map(({ type, name }) => [word.padEnd(7), `${type} ${name}`]))];
}

function changeRow({ path, before, after, effect, files }: PropertyChange): readonly string[] {
  const what = files === undefined ? `${shown(before, after)} -> ${shown(after, before)}` : `in ${files.join(', ')}`;
  return [path, what, effect.why === '' ? effect.kind : `${effect.kind}: ${effect.why}`];
}

function summary({ added, removed, changed }: ResourceDiff): string {
  const counts = new Map<string, number>();
  for (const { effect } of changed.flatMap(({ changes }) => changes)) {
    counts.set(effect.kind, (counts.get(effect.kind) ?? 0) + 1);
  }
  const kinds = ['in place', 'restart', 'new nodes', 'refused', 'unknown'].flatMap((kind) => {
    const count = counts.get(kind);
    return count === undefined ? [] : [`${count} ${kind}`];
  });
  const properties = kinds.length === 0 ? '' : ` (${kinds.join(', ')})`;
  const kept =
    removed.length === 0 ? '' : '\nWhat is removed stays in Azure, unless it is deployed with --mode Complete.';
  return (
    `${plural(added.length, 'resource')} added, ${removed.length} removed, ${changed.length} changed${properties}.` +
    kept
  );
}

/** @param other what it is held against: where both are ids, the end that differs says it */
function shown(value: Json | undefined, other: Json | undefined): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string' && typeof other === 'string' && value.startsWith('/') && other.startsWith('/')) {
    return endOf(value, other);
  }
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.length} characters` : text;
}

function endOf(id: string, other: string): string {
  const [own, others] = [id.split('/'), other.split('/')];
  const first = own.findIndex((step, index) => step !== others[index]);
  return first > 2 ? `…/${own.slice(first - 1).join('/')}` : id;
}
