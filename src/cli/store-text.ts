/** What the actions of `store` print. */
import type { StoredItem } from '../build/tend-store.ts';
import { formatBytes, plural } from '../report/format.ts';
import type { Garbage, Limits } from '../store/garbage.ts';
import type { GcResult } from '../store/gc.ts';
import type { ItemKind } from '../store/inventory.ts';
import type { Verdict } from '../store/verify.ts';
import { formatTable, indentedTable } from './table.ts';
import { formatWhen } from './when.ts';

/** Packages and bootstraps one by one; the rest, which is there to be made again at any time, in sums. */
export function describeListing(items: readonly StoredItem[]): string {
  if (items.length === 0) return 'The store is empty.';
  const artifacts = items.filter(({ kind }) => kind === 'package' || kind === 'bootstrap');
  const rows = artifacts.map(({ kind, id, bytes, modifiedMs, isInUse }) => [
    kind,
    id,
    formatBytes(bytes),
    formatWhen(modifiedMs),
    isInUse ? 'in use' : '',
  ]);
  const table = formatTable([['KIND', 'ID', 'SIZE', 'WRITTEN', ''], ...rows], ['left', 'left', 'right']);
  return [...(rows.length === 0 ? [] : [table, '']), indentedTable(sums(items), ['left', 'right', 'right'])].join('\n');
}

export function describeVerdicts(verdicts: readonly Verdict[]): string {
  const whole = verdicts.filter((verdict) => verdict.kind === 'whole');
  const bytes = whole.reduce((sum, each) => sum + each.bytes, 0);
  const lines = verdicts.flatMap((verdict) => {
    if (verdict.kind === 'missing') return [`${verdict.id} has no manifest that fits; it counts as absent`];
    if (verdict.kind === 'whole') return [];
    const { id, expected, actual, aside } = verdict;
    return [`${id} is damaged: expected sha256 ${expected}, got ${actual}`, `  put aside as ${aside}`];
  });
  const isDamaged = verdicts.some(({ kind }) => kind === 'damaged');
  return [
    ...lines,
    `${plural(whole.length, 'tarball')}, ${formatBytes(bytes)}, ${whole.length === 1 ? 'is what its manifest says' : 'are what their manifests say'}.`,
    ...(isDamaged ? ['Run "dcos-build build" to make what is damaged anew.'] : []),
  ].join('\n');
}

interface Cleaning {
  readonly dryRun: boolean;
  readonly limits: Limits;
}

export function describeCleaning({ removed, freedBytes, keptBytes }: GcResult, { dryRun, limits }: Cleaning): string {
  const rows = removed.map(({ item, reason }) => [item.kind, item.id, formatBytes(item.bytes), REASONS[reason]]);
  const verb = dryRun ? 'Would remove' : 'Removed';
  const hasLimit = limits.maxAgeMs !== undefined || limits.maxBytes !== undefined;
  return [
    ...(rows.length === 0 ? [] : [formatTable(rows, ['left', 'left', 'right']), '']),
    `${verb} ${plural(removed.length, 'item')}, ${formatBytes(freedBytes)}; ${formatBytes(keptBytes)} ${dryRun ? 'would stay' : 'stay'}.`,
    ...(limits.maxBytes !== undefined && keptBytes > limits.maxBytes
      ? ['The rest is needed by the trees as they are now, or by their last builds.']
      : []),
    ...(hasLimit ? [] : ['Without --max-age or --max-size only what crashed runs have left is removed.']),
  ].join('\n');
}

const REASONS: Readonly<Record<Garbage['reason'], string>> = {
  leftover: 'left by a run that died',
  age: 'too old',
  size: 'oldest beyond the size',
};

const NAMES: Readonly<Record<ItemKind, string>> = {
  package: 'packages',
  bootstrap: 'bootstraps',
  unpacked: 'unpacked packages',
  builder: 'builder roots',
  stage: 'stages of images',
  source: 'downloads',
  git: 'git mirrors',
  log: 'logs',
  leftover: 'temporary',
  damaged: 'damaged',
};

function sums(items: readonly StoredItem[]): string[][] {
  const byKind = Map.groupBy(items, ({ kind }) => kind);
  const sizeOf = (list: readonly StoredItem[]): string => formatBytes(list.reduce((sum, { bytes }) => sum + bytes, 0));
  const rows = Array.from(byKind, ([kind, list]) => [NAMES[kind], String(list.length), sizeOf(list)]);
  return [...rows, ['all', String(items.length), sizeOf(items)]];
}
