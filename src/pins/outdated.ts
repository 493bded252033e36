/** What is out of date: each pin held against what there is upstream. */
import { GitFetchError } from '../host/git-mirror.ts';
import { inParallel } from '../host/in-parallel.ts';
import { DownloadError } from '../host/network.ts';
import { UserError } from '../model/errors.ts';
import { parseRange } from '../model/version-range.ts';
import { asksForEarly, isBehind, newestOf, pinnedVersion } from './choose.ts';
import type { Found, LookContext } from './driver.ts';
import { look, type LookRule } from './drivers/index.ts';
import type { PinnedItem } from './pinned-item.ts';

/**
 * `held`: there is a newer version, and the range of component.json keeps it off. `unlooked`: nothing says where to
 * look. `failed`: it was looked, and no answer came.
 */
export type PinStatus = 'current' | 'outdated' | 'held' | 'unlooked' | 'failed';

export interface OutdatedRow {
  readonly component: string;
  /** As in {@link PinnedItem.name}. */
  readonly source: string;
  readonly kind: PinnedItem['pin']['kind'];
  readonly status: PinStatus;
  /** The version that is pinned, or the commit where a branch is followed. */
  readonly pinned: string | undefined;
  /** The newest that the range allows. */
  readonly wanted: string | undefined;
  /** The newest of all. */
  readonly newest: string | undefined;
  readonly range: string | undefined;
  /** Where it was looked. */
  readonly how: string | undefined;
  /** Why it was not looked, or what came instead of an answer. */
  readonly reason: string | undefined;
}

export interface OutdatedOptions {
  /** Looks at once. */
  readonly jobs: number;
  readonly signal: AbortSignal;
}

/** One row for each item, in their order. What fails for one is told in its row. */
export async function findOutdated(
  items: readonly PinnedItem[],
  context: LookContext,
  options: OutdatedOptions,
): Promise<OutdatedRow[]> {
  return await inParallel(items, options, (item) => rowOf(item, context));
}

async function rowOf(item: PinnedItem, context: LookContext): Promise<OutdatedRow> {
  const { rule } = item;
  if (rule === undefined)
    return { ...blank(item), status: 'unlooked', reason: 'component.json does not say where to look' };
  if (rule.kind === 'none') return { ...blank(item), status: 'unlooked', reason: rule.reason };
  try {
    return judge(item, rule, await look(item, rule, context));
  } catch (error) {
    const isExpected = error instanceof UserError || error instanceof DownloadError || error instanceof GitFetchError;
    if (!isExpected || (error instanceof UserError && error.code === 'CANCELLED')) throw error;
    return { ...blank(item), status: 'failed', reason: error.message };
  }
}

function judge(item: PinnedItem, rule: LookRule, { how, candidates, tip, refs }: Found): OutdatedRow {
  if (tip !== undefined) return judgeTip(item, how, tip.commit);
  const pinned = pinnedVersion(item, refs);
  const range = rule.range === undefined ? undefined : parseRange(rule.range);
  const prereleases = asksForEarly(item);
  const newest = newestOf(candidates, { range: undefined, prereleases });
  const wanted = newestOf(candidates, { range, prereleases: prereleases || range?.namesPrerelease === true });
  const row = { ...blank(item), pinned: pinned?.text, how, wanted: wanted?.version.text, newest: newest?.version.text };
  if (newest === undefined) return { ...row, status: 'failed', reason: `no version was found among ${how}` };
  if (pinned === undefined) return { ...row, status: 'unlooked', reason: 'nothing says which version is pinned' };
  if (wanted !== undefined && isBehind(item, pinned, wanted.version)) return { ...row, status: 'outdated' };
  return { ...row, status: isBehind(item, pinned, newest.version) ? 'held' : 'current' };
}

function judgeTip(item: PinnedItem, how: string, commit: string): OutdatedRow {
  const pinned = item.pin.kind === 'git' ? item.pin.ref.toLowerCase() : undefined;
  return {
    ...blank(item),
    how,
    pinned,
    wanted: commit,
    newest: commit,
    status: pinned === commit ? 'current' : 'outdated',
  };
}

function blank(item: PinnedItem): Omit<OutdatedRow, 'status'> {
  const { component, name, pin, rule } = item;
  return {
    component,
    source: name,
    kind: pin.kind,
    pinned:
      pin.kind === 'git' && rule?.kind === 'git' && rule.branch !== undefined ? pin.ref : pinnedVersion(item)?.text,
    wanted: undefined,
    newest: undefined,
    range: rule !== undefined && 'range' in rule ? rule.range : undefined,
    how: undefined,
    reason: undefined,
  };
}
