/** Gets what a pin is to name, verified by a download, and says how the recipe names it. */
import { UserError } from '../model/errors.ts';
import { isJsonObject } from '../model/json.ts';
import { pinnedVersion } from './choose.ts';
import { nextDeb, nextDebSource } from './next-debian.ts';
import { nextUrl } from './next-url.ts';
import type { Fetcher, Obtained } from './obtained.ts';
import { itemObject, type PinnedItem, type PinnedRecipe } from './pinned-item.ts';
import type { Target } from './select-target.ts';
import { commitSpellings, spellings } from './spelled.ts';

type Move = Exclude<Target, { readonly kind: 'stay' }>;

/** @throws UserError SOURCE_MISMATCH, SOURCE_UNAVAILABLE */
export async function obtain(
  recipe: PinnedRecipe,
  item: PinnedItem,
  { target, fetcher }: { readonly target: Move; readonly fetcher: Fetcher },
): Promise<Obtained> {
  const { pin } = item;
  switch (pin.kind) {
    case 'git':
      return await obtainCommit(item, target, fetcher);
    case 'deb':
      if (target.kind !== 'candidate') break;
      return await nextDeb(item, pin, target.candidate, fetcher);
    case 'deb_source':
      if (target.kind !== 'candidate') break;
      return await nextDebSource(item, pin, target.candidate, fetcher);
    case 'url':
    case 'url_extract': {
      const raw = itemObject(recipe, item);
      if (target.kind !== 'candidate' || !isJsonObject(raw)) break;
      return await nextUrl(item, { pin, raw }, target.candidate, fetcher);
    }
    case 'git_local':
      break;
    default:
      return pin satisfies never;
  }
  throw new UserError('USAGE', `${item.component}: ${item.name} is of kind "${pin.kind}", which has no such version.`, {
    hint: 'Name a version that "dcos-build outdated" shows.',
  });
}

async function obtainCommit(item: PinnedItem, target: Move, fetcher: Fetcher): Promise<Obtained> {
  const { pin } = item;
  if (pin.kind !== 'git') throw new Error(`${item.name} is no git source`);
  const offer = target.kind === 'candidate' ? target.candidate.offer : undefined;
  const next =
    target.kind === 'commit' ? target : offer?.kind === 'tag' ? { commit: offer.commit, origin: offer.tag } : undefined;
  if (next === undefined) throw new Error(`the driver of ${item.name} offers no commit`);
  await fetcher.fetch(item, { kind: 'git', git: pin.git, ref: next.commit, refOrigin: next.origin });
  const before = pinnedVersion(item);
  const after = target.kind === 'candidate' ? target.candidate.version : undefined;
  const versions = before === undefined || after === undefined ? [] : spellings(before, after);
  const was = pin.ref.toLowerCase();
  return {
    values: { ref: next.commit, ref_origin: next.origin },
    spellings: [...versions, ...commitSpellings(was, next.commit)],
    from: after === undefined ? was : (before?.text ?? was),
    to: after?.text ?? next.commit,
    isSame: target.kind === 'candidate' && next.origin === pin.refOrigin,
    hash: { name: 'commit', was, is: next.commit },
  };
}
