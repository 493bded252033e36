/** Removes what a registration has made, last things first, and nothing that somebody uses by now. */
import { UserError } from '../model/errors.ts';
import { HASH_TAG } from './image-version.ts';
import type { Journal, Made } from './journal.ts';
import { findVersion } from './look.ts';
import type { ResourceManager } from './resource-manager.ts';

export interface CleanUp {
  readonly removed: readonly string[];
  readonly left: readonly string[];
}

/**
 * What cannot be removed stays in the journal.
 *
 * @param sha256 of the disk: a version that somebody else has made meanwhile under the same id has another one
 */
export async function undo(manager: ResourceManager, journal: Journal, sha256: string): Promise<CleanUp> {
  const [removed, left]: [string[], string[]] = [[], []];
  for (const made of journal.made.toReversed()) {
    const shown = `${made.kind} ${made.id.split('/').at(-1)}`;
    try {
      if (!(await isOurs(manager, made, sha256))) {
        // Or still in use by what of our own could not be removed.
        if (left.length === 0) await journal.end(made);
        continue;
      }
      await removeMade(manager, made);
      await journal.end(made);
      removed.push(shown);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      left.push(shown);
    }
  }
  return { removed, left };
}

/** It may never have come to be, others may have put something into it meanwhile, or may have been quicker. */
async function isOurs(manager: ResourceManager, made: Made, sha256: string): Promise<boolean> {
  const { compute, call } = manager;
  const place = partsOf(made.id);
  const { resourceGroup, gallery, definition } = place;
  if (made.kind === 'version') return (await findVersion(manager, place))?.tags?.[HASH_TAG] === sha256;
  const there = await manager.find<unknown>(`${made.id} cannot be looked at`, () =>
    made.kind === 'gallery'
      ? compute.galleries.get(resourceGroup, gallery, call)
      : compute.galleryImages.get(resourceGroup, gallery, definition, call),
  );
  const inside =
    made.kind === 'gallery'
      ? compute.galleryImages.listByGallery(resourceGroup, gallery, call)
      : compute.galleryImageVersions.listByGalleryImage(resourceGroup, gallery, definition, call);
  if (there === undefined) return false;
  return (await manager.list<unknown>(`${made.id} cannot be looked into`, inside)).length === 0;
}

async function removeMade(manager: ResourceManager, { kind, id }: Made): Promise<void> {
  const { compute, call } = manager;
  const { resourceGroup, gallery, definition, version } = partsOf(id);
  await manager.change(`${id} cannot be removed`, () => {
    if (kind === 'gallery') return compute.galleries.delete(resourceGroup, gallery, call);
    if (kind === 'definition') return compute.galleryImages.delete(resourceGroup, gallery, definition, call);
    return compute.galleryImageVersions.delete(resourceGroup, gallery, definition, version, call);
  });
}

function partsOf(id: string) {
  // Names of groups may be words that stand in ids, too.
  const pattern =
    /\/resourceGroups\/([^/]+)\/providers\/[^/]+\/galleries\/([^/]+)(?:\/images\/([^/]+)(?:\/versions\/([^/]+))?)?$/;
  const [, resourceGroup = '', gallery = '', definition = '', version = ''] = pattern.exec(id) ?? [];
  return { resourceGroup, gallery, definition, version };
}
