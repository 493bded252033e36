/** A changed source in one line. */
import type { BillSource } from '../bom/bill.ts';
import type { SourceChange } from '../bom/diff-bills.ts';
import { listOf } from './table.ts';

/** `curl: sha256 cdb38b72e36b → 8a2f31c09d44`. */
export function describeSourceChange({ name, before, after }: SourceChange): string {
  if (before === undefined || after === undefined) {
    return before === undefined ? `+ ${name}: ${describe(after)}` : `- ${name}: ${describe(before)}`;
  }
  if (before.kind !== after.kind) return `${name}: ${describe(before)} → ${describe(after)}`;
  const told = [
    ...difference('', before.urls.join(', '), after.urls.join(', ')),
    ...difference('commit ', short(before.commit ?? ''), short(after.commit ?? '')),
    ...packages(before, after),
    ...(before.packages.length > 0 ? [] : difference('', hashes(before), hashes(after))),
  ];
  return `${name}: ${told.length > 0 ? told.join('; ') : 'other bytes of the same version'}`;
}

function describe(source: BillSource | undefined): string {
  if (source === undefined) return '';
  const { kind, urls, commit } = source;
  const named = source.packages.map(({ package: of, version }) => `${of} ${version}`);
  const what = named.length > 0 ? listOf(named) : [...urls, ...(commit === undefined ? [] : [short(commit)])].join(' ');
  return [kind, what].filter((text) => text !== '').join(' ');
}

/** By package and architecture: several versions of one would be several rows of a Debian system, which it is not. */
function packages(before: BillSource, after: BillSource): string[] {
  const [had, has] = [versions(before), versions(after)];
  const names = [...new Set([...had.keys(), ...has.keys()])];
  const told = names.flatMap((name) => {
    const [old, now] = [had.get(name), has.get(name)];
    if (old === now) return [];
    if (old === undefined || now === undefined) return [old === undefined ? `+ ${name} ${now}` : `- ${name} ${old}`];
    return [`${name} ${old} → ${now}`];
  });
  return told.length === 0 ? [] : [listOf(told, 5)];
}

function versions({ packages: all }: BillSource): ReadonlyMap<string, string> {
  return new Map(all.map(({ package: name, version }) => [name, version]));
}

function hashes({ hashes: all }: BillSource): string {
  return all.map(({ algorithm, hex }) => `${algorithm} ${short(hex)}`).join(', ');
}

function difference(title: string, before: string, after: string): string[] {
  return before === after ? [] : [`${title}${before === '' ? 'none' : before} → ${after === '' ? 'none' : after}`];
}

function short(hex: string): string {
  return hex.slice(0, 12);
}
