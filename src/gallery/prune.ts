/** Removes versions of images that nobody needs, upload disks that were left lying, and blobs of disks that were uploaded. */
import type { Disk, GalleryImageVersion } from '@azure/arm-compute';
import { nearest } from '../model/did-you-mean.ts';
import { UserError } from '../model/errors.ts';
import { findImageUsers } from './image-users.ts';
import { HASH_TAG, TOOL_TAG } from './image-version.ts';
import { planPrune, type PruneRules, type PruneVerdict, type PruneVersion } from './prune-plan.ts';
import type { ResourceManager } from './resource-manager.ts';
import { regionName } from './settings.ts';

export interface PruneWanted {
  readonly resourceGroup: string;
  readonly gallery: string;
  /** Default: all of the gallery. */
  readonly definition: string | undefined;
}

export interface Pruned {
  readonly definitions: readonly { readonly definition: string; readonly versions: readonly PruneVerdict[] }[];
  readonly disks: readonly PruneVerdict[];
  /** Of the disks that versions hold a copy of, all that are to have one. */
  readonly hashes: ReadonlySet<string>;
}

/** An upload that was begun longer ago than its URL holds goes on no more. */
const UPLOAD_MS = 86_400_000;

/** Under `isDryRun` of the manager nothing is removed, and the answer is the same. */
export async function prune(manager: ResourceManager, wanted: PruneWanted, rules: PruneRules): Promise<Pruned> {
  const { compute, call } = manager;
  const { resourceGroup, gallery } = wanted;
  const users = await findImageUsers(manager);
  const definitions: { definition: string; versions: readonly PruneVerdict[] }[] = [];
  const [copied, awaited] = [new Set<string>(), new Set<string>()];
  for (const definition of await definitionsOf(manager, wanted)) {
    const pages = compute.galleryImageVersions.listByGalleryImage(resourceGroup, gallery, definition, call);
    const there = await manager.list(`The versions of ${definition} cannot be listed`, pages);
    for (const { tags, provisioningState } of there) {
      const hash = tags?.[HASH_TAG];
      if (hash !== undefined) (provisioningState === 'Succeeded' ? copied : awaited).add(hash);
    }
    const versions = planPrune(
      there.map((version) => toPruneVersion(version, users.of(version.id ?? ''))),
      rules,
    );
    definitions.push({ definition, versions });
  }
  const disks = await planDisks(manager, resourceGroup, { ...rules, awaited });
  for (const { definition, versions } of definitions) {
    for (const { version } of versions.filter(({ reason }) => reason === undefined)) {
      await manager.change(`The version ${version} of ${definition} cannot be removed`, () =>
        compute.galleryImageVersions.delete(resourceGroup, gallery, definition, version, call),
      );
    }
  }
  for (const { version: disk } of disks.filter(({ reason }) => reason === undefined)) {
    await manager.change(`The disk ${disk} cannot be removed`, () => compute.disks.delete(resourceGroup, disk, call));
  }
  return { definitions, disks, hashes: copied.difference(awaited) };
}

async function definitionsOf(manager: ResourceManager, wanted: PruneWanted): Promise<readonly string[]> {
  const { resourceGroup, gallery, definition } = wanted;
  const pages = manager.compute.galleryImages.listByGallery(resourceGroup, gallery, manager.call);
  const found = await manager.list(`The image definitions of ${gallery} cannot be listed`, pages);
  const names = found.flatMap(({ name }) => name ?? []).toSorted();
  if (definition === undefined || names.length === 0) return names;
  const named = names.find((name) => name.toLowerCase() === definition.toLowerCase());
  if (named !== undefined) return [named];
  const guess = nearest(definition, names);
  throw new UserError('USAGE', `The gallery ${gallery} has no image definition "${definition}".`, {
    hint: guess === undefined ? `It has ${names.join(', ')}.` : `Did you mean "${guess}"?`,
  });
}

function toPruneVersion(there: GalleryImageVersion, users: readonly string[]): PruneVersion {
  const { publishingProfile: profile, safetyProfile, tags, name = '', id = '' } = there;
  return {
    version: name,
    ...{ id, users },
    isOwn: tags?.[TOOL_TAG] !== undefined,
    state: there.provisioningState ?? 'Succeeded',
    publishedMs: profile?.publishedDate?.getTime(),
    endOfLifeMs: profile?.endOfLifeDate?.getTime(),
    blocksDeletion: safetyProfile?.blockDeletionBeforeEndOfLife === true,
    openRegions: openRegionsOf(profile),
  };
}

function openRegionsOf(profile: GalleryImageVersion['publishingProfile']): readonly string[] {
  if (profile?.excludeFromLatest === true) return [];
  const open = (profile?.targetRegions ?? []).filter(({ excludeFromLatest }) => excludeFromLatest !== true);
  return open.map(({ name }) => regionName(name));
}

interface DiskRules extends PruneRules {
  /** Hashes of the disks that a version is being made of, or that it failed of and is to be made of again. */
  readonly awaited: ReadonlySet<string>;
}

/** Disks that uploads made; a version that was made of one has its own copy. */
async function planDisks(
  manager: ResourceManager,
  resourceGroup: string,
  rules: DiskRules,
): Promise<readonly PruneVerdict[]> {
  const pages = manager.compute.disks.listByResourceGroup(resourceGroup, manager.call);
  const disks = await manager.list(`The disks of ${resourceGroup} cannot be listed`, pages);
  return disks
    .filter(({ tags, creationData }) => tags?.[TOOL_TAG] !== undefined && creationData?.createOption === 'Upload')
    .map((disk) => ({ version: disk.name ?? '', id: disk.id ?? '', reason: reasonToStay(disk, rules) }));
}

function reasonToStay(
  { diskState, managedBy, timeCreated, lastOwnershipUpdateTime, tags }: Disk,
  { unusedForMs, nowMs, awaited }: DiskRules,
): string | undefined {
  if (managedBy !== undefined || diskState === 'Attached') return 'attached to a machine';
  if (awaited.has(tags?.[HASH_TAG] ?? '')) return 'a version of it is not yet whole';
  // That it was taken off a machine counts as use.
  const age = nowMs - Math.max(timeCreated?.getTime() ?? nowMs, lastOwnershipUpdateTime?.getTime() ?? 0);
  const isUnfinished = diskState === 'ReadyToUpload' || diskState === 'ActiveUpload';
  if (isUnfinished) return age > UPLOAD_MS ? undefined : 'may still be uploaded to';
  if (diskState !== 'Unattached') return `it is ${diskState}`;
  return age > unusedForMs ? undefined : 'too young';
}
