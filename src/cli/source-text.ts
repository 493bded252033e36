/** What the actions of `source` print. */
import type { ListedSource } from '../pins/list-sources.ts';
import type { MirrorAnswer } from '../pins/mirror-sources.ts';
import type { MirrorVerdict } from '../pins/verify-mirror.ts';
import { formatBytes, plural } from '../report/format.ts';
import { formatTable, listOf } from './table.ts';

/** A line for each file or commit; the packages of a builder are one line. */
export function describeSources(sources: readonly ListedSource[]): string {
  const rows = sources.flatMap(({ source, kind, files }) => {
    if (files.length === 0) return [[source, kind, 'lies on this machine, and is not mirrored', '', '']];
    if (kind !== 'builder') return files.map(({ item, name, bytes }) => [source, kind, item, short(name), size(bytes)]);
    const here = files.filter(({ bytes }) => bytes !== undefined);
    const bytes = here.reduce((sum, file) => sum + (file.bytes ?? 0), 0);
    const known = here.length < files.length ? `${here.length} in the cache` : '';
    return [[source, kind, plural(files.length, 'package'), known, here.length === 0 ? '-' : formatBytes(bytes)]];
  });
  if (rows.length === 0) return 'The tree has no sources.';
  return formatTable(
    [['SOURCE', 'KIND', 'FILE', 'PIN', 'IN CACHE'], ...rows],
    ['left', 'left', 'left', 'left', 'right'],
  );
}

export function describeMirroring({ location, copied, present, failures }: MirrorAnswer): string {
  const came = copied.length === 0 ? 'nothing was lacking' : `${plural(copied.length, 'file')} came, ${total(copied)}`;
  const was = `${plural(present.length, 'file')}, ${total(present)}, ${present.length === 1 ? 'was' : 'were'} there`;
  const failed = failures.length === 0 ? '' : ` It is not complete: ${plural(failures.length, 'failure')}.`;
  return `${location}: ${came}; ${was}.${failed}`;
}

export function describeMirror(location: string, verdicts: readonly MirrorVerdict[]): string {
  const lines = verdicts.flatMap(({ name, item, needed, state, damage }) => {
    if (state === 'whole') return [];
    const owner = needed.length === 0 ? 'in mirror.json' : listOf(needed);
    if (damage === undefined) return [`${owner}: ${item} is missing: ${name}`];
    return [`${owner}: ${item} is damaged: ${name}`, `  expected ${damage.expected}`, `  got ${damage.actual}`];
  });
  const count = (of: MirrorVerdict['state']): number => verdicts.filter(({ state }) => state === of).length;
  const [whole, missing, broken] = [count('whole'), count('missing'), count('damaged')];
  const read = verdicts.reduce((bytes, each) => bytes + (each.bytes ?? 0), 0);
  const rest = missing + broken === 0 ? 'nothing is missing' : `${missing} missing, ${broken} damaged`;
  return [...lines, `${location}: ${plural(whole, 'file')}, ${formatBytes(read)}, whole; ${rest}.`].join('\n');
}

/** Enough of a hash to tell files apart. */
function short(name: string): string {
  const [folder = '', file = ''] = name.split('/');
  return `${folder}/${file.slice(0, 12)}`;
}

function size(bytes: number | undefined): string {
  return bytes === undefined ? '-' : formatBytes(bytes);
}

function total(files: readonly { readonly bytes: number }[]): string {
  return formatBytes(files.reduce((bytes, file) => bytes + file.bytes, 0));
}
