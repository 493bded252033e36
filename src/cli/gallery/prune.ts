/** `image prune`: versions that nobody needs, upload disks that were left lying, and blobs whose versions have a copy. */
import { planBlobs, removeBlobs } from '../../gallery/prune-blobs.ts';
import { prune as pruneGallery } from '../../gallery/prune.ts';
import { checkName } from '../../gallery/resource-ids.ts';
import { galleryPlace } from '../../gallery/settings.ts';
import { print, type Context } from '../context.ts';
import { checkCounts } from '../option-values.ts';
import { parseAge } from '../quantities.ts';
import { blobStore, openManager, setUp } from './open.ts';
import type { GalleryArguments } from './options.ts';
import { describePrune, shownRequests } from './text.ts';

/** @returns the exit status */
export async function prune(args: GalleryArguments, context: Context): Promise<number> {
  checkCounts({ keep: args.keep });
  const rules = { keep: args.keep, unusedForMs: parseAge(args.unusedFor, '--unused-for'), nowMs: Date.now() };
  const setup = await setUp(args, context);
  const place = galleryPlace(args, setup.gallery);
  const named = args.file ?? args.definition;
  const definition = named === undefined ? undefined : checkName('definition', named);
  const store = args.to === undefined ? undefined : await blobStore(args.to, args, { ...setup, context });
  const manager = await openManager(place, args, context);
  const pruned = await pruneGallery(manager, { ...place, definition }, rules);
  const blobs =
    store === undefined ? [] : await planBlobs(store, { rules, copied: pruned.hashes, signal: context.signal });
  if (store !== undefined && !args.dryRun) await removeBlobs(store, blobs, context.signal);
  const { definitions, disks } = pruned;
  const gone = blobs.filter(({ reason }) => reason === undefined);
  const removals = gone.map(({ id: url }) => ({ method: 'DELETE', url }));
  const answer = {
    gallery: place.gallery,
    isDryRun: args.dryRun,
    definitions,
    disks,
    blobs,
    requests: shownRequests([...manager.sent, ...removals]),
  };
  print(context, args.json, answer, describePrune(answer));
  return 0;
}
