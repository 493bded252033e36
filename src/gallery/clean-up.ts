/** Removes what a registration has made, last things first, and nothing that somebody uses by now. */
import { UserError } from '../model/errors.ts';
import type { Journal, Made } from './journal.ts';
import type { ResourceManager } from './resource-manager.ts';

export interface CleanUp {
  readonly removed: readonly string[];
  readonly left: readonly string[];
}

/** What cannot be removed stays in the journal. */
export async function undo(manager: ResourceManager, journal: Journal): Promise<CleanUp> {
  const [removed, left]: [string[], string[]] = [[], []];
  for (const made of journal.made.toReversed()) {
    const shown = `${made.kind} ${made.id.split('/').at(-1)}`;
    try {
      if (await isInUse(manager, made)) {
        // By others, if all of our own is gone: then it is theirs.
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

/** Others may have put something into it meanwhile. */
async function isInUse(manager: ResourceManager, made: Made): Promise<boolean> {
  const { compute, call } = manager;
  const { resourceGroup, gallery, definition } = partsOf(made.id);
  if (made.kind === 'version') return false;
  const inside =
    made.kind === 'gallery'
      ? compute.galleryImages.listByGallery(resourceGroup, gallery, call)
      : compute.galleryImageVersions.listByGalleryImage(resourceGroup, gallery, definition, call);
  return (await manager.list<unknown>(`${made.id} cannot be looked into`, inside)).length > 0;
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
