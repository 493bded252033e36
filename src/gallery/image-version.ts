/** Image versions: one build of an image in a gallery, with the regions that it is copied to, and tags that say what it is. */
import type { GalleryImageVersion } from '@azure/arm-compute';
import { UserError } from '../model/errors.ts';
import type { ImageRecord } from '../recipe/image-record.ts';
import { regionName, type GallerySettings } from './settings.ts';

/** Where the service takes the disk from. */
export type DiskSource =
  | { readonly kind: 'blob'; readonly uri: string; readonly storageAccountId: string }
  | { readonly kind: 'disk'; readonly id: string };

/** Tags of everything that is made of an image; `pages_sha256` is that of the blob's metadata. */
export const HASH_TAG = 'pages_sha256';
export const TOOL_TAG = 'dcos-build';

function imageTags(record: ImageRecord): Record<string, string> {
  const { tool, dcos } = record.inputs;
  return {
    [TOOL_TAG]: tool,
    [HASH_TAG]: record.disk.contentSha256,
    image: `${record.name} ${record.version}`,
    bootstrap: dcos.bootstrapId,
    ...(dcos.version === null ? {} : { dcos: dcos.version }),
    ...(dcos.release === undefined ? {} : { release: dcos.release }),
  };
}

/** The body of the request that makes the version; nobody gets it as `latest` until it is said to be tested. */
export function imageVersion(
  record: ImageRecord,
  source: DiskSource,
  { settings, isTested }: { readonly settings: GallerySettings; readonly isTested: boolean },
): GalleryImageVersion {
  const endOfLifeDate = endOfLifeOf(record, settings.endOfLife);
  return {
    location: settings.location,
    tags: imageTags(record),
    publishingProfile: {
      targetRegions: settings.regions.map(({ name, replicas, storage }) => ({
        ...{ name, regionalReplicaCount: replicas, storageAccountType: storage },
      })),
      excludeFromLatest: !isTested,
      replicationMode: 'Full',
      ...(endOfLifeDate === undefined ? {} : { endOfLifeDate }),
    },
    storageProfile: {
      osDiskImage: {
        hostCaching: 'ReadWrite',
        source:
          source.kind === 'disk' ? { id: source.id } : { uri: source.uri, storageAccountId: source.storageAccountId },
      },
    },
    safetyProfile: {
      allowDeletionOfReplicatedLocations: true,
      blockDeletionBeforeEndOfLife: settings.blockDeletionBeforeEndOfLife,
    },
  };
}

/** Whether it is to be taken as `latest` from now on. */
export function becomesLatest(there: GalleryImageVersion, wanted: GalleryImageVersion): boolean {
  return there.publishingProfile?.excludeFromLatest === true && wanted.publishingProfile?.excludeFromLatest === false;
}

/** What else may be changed of a version and differs, in words; the source of a version never changes. */
export function versionChanges(there: GalleryImageVersion, wanted: GalleryImageVersion): readonly string[] {
  const [old, fresh] = [there.publishingProfile, wanted.publishingProfile];
  const [oldRegions, freshRegions] = [regionsOf(there), regionsOf(wanted)];
  const [oldEnd, freshEnd] = [old?.endOfLifeDate?.toISOString(), fresh?.endOfLifeDate?.toISOString()];
  const isBlocked = wanted.safetyProfile?.blockDeletionBeforeEndOfLife === true;
  return [
    ...(oldRegions === freshRegions ? [] : [`regions ${freshRegions} in place of ${oldRegions}`]),
    ...(oldEnd === freshEnd ? [] : [`end of life ${freshEnd ?? 'never'} in place of ${oldEnd ?? 'never'}`]),
    ...((there.safetyProfile?.blockDeletionBeforeEndOfLife ?? false) === isBlocked
      ? []
      : [`deletion before the end of life ${isBlocked ? 'forbidden' : 'allowed'}`]),
  ];
}

/** The version as it is with what is wanted, so that what others said of it in between stays. */
export function withChanges(there: GalleryImageVersion, wanted: GalleryImageVersion): GalleryImageVersion {
  const isLatest = there.publishingProfile?.excludeFromLatest !== true;
  const { publishingProfile = {} } = wanted;
  return {
    ...wanted,
    tags: { ...there.tags, ...wanted.tags },
    ...(there.storageProfile === undefined ? {} : { storageProfile: sourceOf(there) }),
    publishingProfile: {
      ...publishingProfile,
      targetRegions: withRegions(there, publishingProfile.targetRegions ?? []),
      excludeFromLatest: isLatest ? false : publishingProfile.excludeFromLatest === true,
    },
  };
}

type TargetRegions = NonNullable<NonNullable<GalleryImageVersion['publishingProfile']>['targetRegions']>;

/** Encryption of a region, or that it is left out of `latest`, is nothing that is said here. */
function withRegions({ publishingProfile }: GalleryImageVersion, wanted: TargetRegions): TargetRegions {
  const known = new Map(publishingProfile?.targetRegions?.map((region) => [regionName(region.name), region]));
  return wanted.map((region) => ({ ...known.get(regionName(region.name)), ...region }));
}

/** The service shows more of a source than it takes. */
function sourceOf({ storageProfile }: GalleryImageVersion): NonNullable<GalleryImageVersion['storageProfile']> {
  const { source, hostCaching } = storageProfile?.osDiskImage ?? {};
  const { id, uri, storageAccountId } = source ?? {};
  return {
    osDiskImage: {
      hostCaching: hostCaching ?? 'ReadWrite',
      source:
        id === undefined
          ? { ...(uri === undefined ? {} : { uri }), ...(storageAccountId === undefined ? {} : { storageAccountId }) }
          : { id },
    },
  };
}

function regionsOf({ publishingProfile }: GalleryImageVersion): string {
  const regions = publishingProfile?.targetRegions ?? [];
  return regions
    .map(({ name, regionalReplicaCount: replicas = 1, storageAccountType: storage = 'Standard_LRS' }) => {
      return `${regionName(name)}=${replicas}:${storage}`;
    })
    .toSorted()
    .join(', ');
}

const DAY_MS = 86_400_000;

/** An age counts from the time that is in the image, so that the same image always has the same end. */
function endOfLifeOf(record: ImageRecord, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const [, days] = /^(\d{1,5})d$/.exec(text) ?? [];
  if (days !== undefined) return new Date(record.inputs.sourceDateEpoch * 1000 + Number(days) * DAY_MS);
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  // The 31st of February would be taken for a day in March.
  if (day !== undefined && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)) return day;
  throw new UserError('USAGE', `"${text}" is no end of life.`, {
    hint: 'Give a day such as 2027-12-31, or days from the time of the image such as 365d.',
  });
}
