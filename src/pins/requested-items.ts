/** Which pins of a component a request is about. Pure. */
import { UserError } from '../model/errors.ts';
import { type PinnedItem, pinnedItems, type PinnedRecipe } from './pinned-item.ts';

export interface PinWish {
  /** A version or a range; undefined: the newest that component.json allows. */
  readonly wanted: string | undefined;
  /** Name of a source, or of a package in one; undefined: all, or with `wanted` the main one. */
  readonly source: string | undefined;
}

/** @throws UserError USAGE */
export function requestedItems(recipe: PinnedRecipe, { wanted, source }: PinWish): PinnedItem[] {
  const items = pinnedItems(recipe);
  const called = items.filter((item) => source === undefined || isCalled(item, source));
  const names = items.map(({ name }) => name).join(', ');
  if (items.length === 0)
    throw usage(`${recipe.component} has no sources, so there is nothing to pin.`, 'Name another component.');
  if (called.length === 0) throw usage(`${recipe.component} has no source "${source}".`, `It has ${names}.`);
  if (wanted === undefined || called.length === 1) return called;
  const main = called.find(({ isMain }) => isMain);
  if (main !== undefined) return [main];
  throw usage(
    `${recipe.component} has several sources, which do not share a version.`,
    `Name one with --source: ${names}.`,
  );
}

function isCalled({ name, source, pin: item }: PinnedItem, wanted: string): boolean {
  return [name, source].includes(wanted) || (item.kind === 'deb' && item.package === wanted);
}

function usage(message: string, hint: string): UserError {
  return new UserError('USAGE', message, { hint });
}
