/** Which machines and scale sets of a subscription run on which version of an image. */
import type { ImageReference, VirtualMachineScaleSet } from '@azure/arm-compute';
import type { ResourceManager } from './resource-manager.ts';

/** Ids of versions in lower case, with the ids of what uses them. */
export type ImageUsers = ReadonlyMap<string, readonly string[]>;

/**
 * Whoever names a definition runs on the version that was its latest then, which only the machine knows. Machines of other
 * subscriptions are not seen.
 */
export async function findImageUsers(manager: ResourceManager): Promise<ImageUsers> {
  const { compute, call } = manager;
  const users = new Map<string, string[]>();
  const note = (reference: ImageReference | undefined, user: string): void => {
    const id = versionOf(reference);
    if (id !== undefined) users.set(id, [...(users.get(id) ?? []), user]);
  };
  const machines = await manager.list('Virtual machines cannot be listed', compute.virtualMachines.listAll(call));
  for (const { id = '', storageProfile } of machines) note(storageProfile?.imageReference, id);
  const sets = await manager.list('Scale sets cannot be listed', compute.virtualMachineScaleSets.listAll(call));
  for (const set of sets) {
    const reference = set.virtualMachineProfile?.storageProfile?.imageReference;
    note(reference, set.id ?? '');
    if (reference?.id === undefined || set.orchestrationMode === 'Flexible') continue;
    for (const instance of await instancesOf(manager, set)) {
      note(instance.storageProfile?.imageReference, instance.id ?? '');
    }
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

function versionOf(reference: ImageReference | undefined): string | undefined {
  const { id, exactVersion } = reference ?? {};
  if (id === undefined) return undefined;
  const lower = id.toLowerCase();
  if (/\/versions\/[^/]+$/.test(lower)) return lower;
  return exactVersion === undefined ? undefined : `${lower}/versions/${exactVersion.toLowerCase()}`;
}
