/** Which machines and scale sets of a subscription run on which version of an image. */
import type { ImageReference, VirtualMachineScaleSet } from '@azure/arm-compute';
import type { ResourceManager } from './resource-manager.ts';

/** Any version of a definition: a machine does not say which. */
const ANY = '';

export class ImageUsers {
  /** By definition and version, in lower case. */
  readonly #users = new Map<string, string[]>();

  /** @param reference of a machine, or of the model that machines are made by */
  note(reference: ImageReference | undefined, user: string, isModel = false): void {
    const { id, sharedGalleryImageId, communityGalleryImageId, exactVersion } = reference ?? {};
    const named = (id ?? sharedGalleryImageId ?? communityGalleryImageId)?.toLowerCase();
    if (named === undefined) return;
    const [, definition = '', written] = /^(.*?)(?:\/versions\/([^/]+))?$/.exec(named) ?? [];
    const pinned = written === 'latest' ? undefined : written;
    // A model that pins none makes machines of the latest, which stays in any case.
    if (isModel && pinned === undefined) return;
    const version = pinned ?? exactVersion?.toLowerCase() ?? ANY;
    // Ids of shared galleries name neither subscription nor group: the name of the definition has to do.
    const key = keyOf(id === undefined ? nameOf(definition) : definition, version);
    const shown = version === ANY ? `${user}, which does not say on which version it runs` : user;
    this.#users.set(key, [...(this.#users.get(key) ?? []), shown]);
  }

  /** Ids of what runs on a version, or may do so. @param id of the version */
  of(id: string): readonly string[] {
    const [, definition = '', version = ''] = /^(.*)\/versions\/([^/]+)$/.exec(id.toLowerCase()) ?? [];
    const places = [definition, nameOf(definition)];
    return places.flatMap((place) => [version, ANY].flatMap((each) => this.#users.get(keyOf(place, each)) ?? []));
  }
}

function keyOf(definition: string, version: string): string {
  return `${definition} ${version}`;
}

function nameOf(definition: string): string {
  return /\/images\/([^/]+)$/.exec(definition)?.[1] ?? definition;
}

/**
 * Whoever names a definition runs on the version that was its latest then, which only the machine knows. Machines of other
 * subscriptions are not seen.
 */
export async function findImageUsers(manager: ResourceManager): Promise<ImageUsers> {
  const { compute, call } = manager;
  const users = new ImageUsers();
  const machines = await manager.list('Virtual machines cannot be listed', compute.virtualMachines.listAll(call));
  for (const { id = '', storageProfile } of machines) users.note(storageProfile?.imageReference, id);
  const sets = await manager.list('Scale sets cannot be listed', compute.virtualMachineScaleSets.listAll(call));
  for (const set of sets) {
    users.note(set.virtualMachineProfile?.storageProfile?.imageReference, set.id ?? '', true);
    if (set.orchestrationMode === 'Flexible') continue;
    // Whatever the model names by now: machines stay on what they were made of until they are upgraded.
    for (const { id = '', storageProfile } of await instancesOf(manager, set))
      users.note(storageProfile?.imageReference, id);
  }
  return users;
}

async function instancesOf(manager: ResourceManager, set: VirtualMachineScaleSet) {
  const { compute, call } = manager;
  const group = /\/resourceGroups\/([^/]+)\//i.exec(set.id ?? '')?.[1] ?? '';
  const name = set.name ?? '';
  const pages = compute.virtualMachineScaleSetVMs.list(group, name, call);
  return await manager.list(`The machines of the scale set ${name} cannot be listed`, pages);
}
