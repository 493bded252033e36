/** Moves the pins of one component: looks, gets and verifies everything, and only then writes. */
import { inParallel } from '../host/in-parallel.ts';
import { FileChanged, replaceFiles } from '../host/replace-files.ts';
import { UserError } from '../model/errors.ts';
import { parseRange, satisfies } from '../model/version-range.ts';
import { parseVersion } from '../model/version-scheme.ts';
import type { LookContext } from './driver.ts';
import { look } from './drivers/index.ts';
import { obtain } from './obtain.ts';
import type { Fetcher, Obtained } from './obtained.ts';
import { pinRule } from './pin-rule.ts';
import type { PinnedItem } from './pinned-item.ts';
import type { RecipeOnDisk } from './read-pins.ts';
import { recipeChanges, type FileChange, type MovedItem } from './recipe-changes.ts';
import { requestedItems, type PinWish } from './requested-items.ts';
import { selectTarget, type Target } from './select-target.ts';
import { unifiedDiff } from './unified-diff.ts';

export interface PinRequest extends PinWish {
  readonly recipe: RecipeOnDisk;
  /** Labels of the other variants of the component. */
  readonly others: readonly string[];
  readonly acceptChangedHash: boolean;
  readonly dryRun: boolean;
}

export interface PinTools {
  readonly context: LookContext;
  readonly fetcher: Fetcher;
  /** Downloads at once. */
  readonly jobs: number;
  readonly signal: AbortSignal;
}

interface PinMove {
  /** As in {@link PinnedItem.name}. */
  readonly source: string;
  readonly from: string;
  readonly to: string;
}

export interface PinResult {
  readonly component: string;
  readonly moves: readonly PinMove[];
  /** What stays, and why: one sentence each. */
  readonly notes: readonly string[];
  /** Paths relative to the root of the tree. */
  readonly files: readonly string[];
  /** All changes as one unified diff; empty: there are none. */
  readonly diff: string;
  readonly isWritten: boolean;
}

/**
 * @throws UserError VERSION_UNKNOWN, SOURCE_MISMATCH if a hash changed for the same version, SOURCE_UNAVAILABLE and more;
 *   then no file was touched
 */
export async function pin(request: PinRequest, tools: PinTools): Promise<PinResult> {
  const { recipe, dryRun } = request;
  const ends = await inParallel(requestedItems(recipe, request), tools, (item) => move(item, request, tools));
  const moved = ends.flatMap((end) => end.moved ?? []);
  const changes = recipeChanges(recipe, moved);
  if (!dryRun && changes.length > 0) await write(changes);
  return {
    component: recipe.component,
    moves: moved
      .filter(({ got }) => isMove(got))
      .map(({ item, got: { from, to } }) => ({ source: item.name, from, to })),
    notes: [...ends.flatMap((end) => end.notes), ...(changes.length === 0 ? [] : request.others.map(hasItsOwn))],
    files: changes.map(({ shown }) => shown),
    diff: changes.map(({ shown, before, after }) => unifiedDiff(shown, before, after)).join(''),
    isWritten: !dryRun && changes.length > 0,
  };
}

/** Variants share component.json and not their pins: one that is forgotten would be of another version. */
function hasItsOwn(variant: string): string {
  return `${variant} has pins of its own, which stay where they are: see "dcos-build outdated ${variant}".`;
}

interface End {
  readonly moved?: MovedItem;
  readonly notes: readonly string[];
}

async function move(item: PinnedItem, request: PinRequest, tools: PinTools): Promise<End> {
  const target = await targetOf(item, request, tools);
  if (target === undefined || target.kind === 'stay') return { notes: [whyItStays(item, target)] };
  const got = await obtain(request.recipe, item, { target, fetcher: tools.fetcher });
  if (!request.acceptChangedHash) refuseChangedHash(item, got);
  return { moved: { item, got }, notes: outsideRange(item, target) };
}

/** undefined: nothing says where to look. */
async function targetOf(item: PinnedItem, { wanted }: PinRequest, { context }: PinTools): Promise<Target | undefined> {
  const rule = pinRule(item);
  if (rule !== undefined) return selectTarget(item, rule, await look(item, rule, context), wanted);
  if (wanted === undefined || !item.pin.kind.startsWith('url')) return undefined;
  // Nothing lists the versions of a plain URL: the one that is named is tried.
  const version = parseVersion(wanted);
  if (version === undefined)
    return selectTarget(item, { kind: 'git' }, { how: 'all versions', candidates: [] }, wanted);
  return {
    kind: 'candidate',
    candidate: { version, isPrerelease: version.isPrerelease, offer: { kind: 'files', files: [] } },
  };
}

function isMove({ from, to, hash }: Obtained): boolean {
  return from !== to || hash.was !== hash.is;
}

function refuseChangedHash({ component, name }: PinnedItem, { isSame, to, hash }: Obtained): void {
  if (!isSame || hash.was === hash.is) return;
  const what = `${component}: ${name} ${to} was pinned with the ${hash.name} ${hash.was}, and now has ${hash.is}.`;
  throw new UserError('SOURCE_MISMATCH', what, {
    hint: 'Ask upstream why it was replaced; then run this again with --accept-changed-hash, or keep the old one in a mirror.',
  });
}

function whyItStays({ component, name, rule }: PinnedItem, target: Target | undefined): string {
  if (target?.kind === 'stay')
    return `${component}: ${name} stays: the newest that there is, ${target.newest.text}, is older.`;
  const reason = rule?.kind === 'none' ? rule.reason : 'component.json does not say where to look.';
  return `${component}: ${name} stays: ${reason}`;
}

function outsideRange({ component, name, rule }: PinnedItem, target: Target): string[] {
  const range = rule !== undefined && 'range' in rule && rule.range !== undefined ? parseRange(rule.range) : undefined;
  if (range === undefined || target.kind !== 'candidate' || satisfies(target.candidate.version, range)) return [];
  return [
    `${component}: ${name} ${target.candidate.version.text} is outside the range ${range.text} of component.json.`,
  ];
}

async function write(changes: readonly FileChange[]): Promise<void> {
  try {
    await replaceFiles(changes);
  } catch (error) {
    if (!(error instanceof FileChanged)) throw error;
    throw new UserError('RECIPE_INVALID', `${error.message}; nothing was written.`, {
      hint: 'Run the same command again.',
      cause: error,
    });
  }
}
