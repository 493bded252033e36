/** What is there of an image in its gallery, and whether that forbids it; nothing is changed here. */
import type { Gallery, GalleryImage, GalleryImageVersion } from '@azure/arm-compute';
import { throwCollected, UserError } from '../model/errors.ts';
import type { GalleryConfig } from '../recipe/gallery-config.ts';
import type { ImageRecord } from '../recipe/image-record.ts';
import { imageDefinition, immutableDifferences } from './image-definition.ts';
import { becomesLatest, HASH_TAG, imageVersion, versionChanges, type DiskSource } from './image-version.ts';
import type { ResourceManager } from './resource-manager.ts';
import { definitionId, galleryId, versionId } from './resource-ids.ts';
import type { DefinitionPlace, GallerySettings } from './settings.ts';

export interface Wanted {
  readonly record: ImageRecord;
  readonly settings: GallerySettings;
  readonly config: GalleryConfig;
  readonly definitions: readonly DefinitionPlace[];
  readonly source: DiskSource;
  /** Whether it may be taken as `latest`. */
  readonly isTested: boolean;
}

/** What is to be done about one version. */
type VersionStep =
  /** `again`: one of the same content is there that came to nothing, and is removed first. */
  | { readonly kind: 'create' | 'again'; readonly wanted: GalleryImageVersion }
  /** `wait`: it is under way already, and what differs is changed when it has ended. */
  | {
      readonly kind: 'change' | 'wait';
      readonly there: GalleryImageVersion;
      readonly wanted: GalleryImageVersion;
      /** But for that it is taken as latest. */
      readonly changes: readonly string[];
      readonly becomesLatest: boolean;
    }
  | { readonly kind: 'none'; readonly there: GalleryImageVersion };

export interface DefinitionStep {
  readonly place: DefinitionPlace;
  readonly id: string;
  readonly versionId: string;
  /** To be made, also where it is there and came to nothing; undefined: it is there. */
  readonly wanted: GalleryImage | undefined;
  readonly isThere: boolean;
  readonly version: VersionStep;
}

export interface RegistrationPlan {
  readonly galleryId: string;
  /** To be made, also where it is there and came to nothing; undefined: it is there. */
  readonly gallery: Gallery | undefined;
  readonly hasGallery: boolean;
  readonly definitions: readonly DefinitionStep[];
}

/** @throws UserError, UserErrors IMAGE_CONFLICT: all that is there and cannot be changed */
export async function planRegistration(manager: ResourceManager, wanted: Wanted): Promise<RegistrationPlan> {
  const { settings, definitions } = wanted;
  const { resourceGroup, gallery } = settings;
  const { compute, call } = manager;
  const fresh = imageVersion(wanted.record, wanted.source, wanted);
  const found = await manager.find(`The gallery ${gallery} cannot be looked at`, () =>
    compute.galleries.get(resourceGroup, gallery, call),
  );
  const mistakes: UserError[] = [];
  const steps: DefinitionStep[] = [];
  for (const place of definitions)
    steps.push(await planDefinition(manager, { place, wanted, fresh, mistakes, hasGallery: found !== undefined }));
  throwCollected(mistakes);
  return {
    galleryId: galleryId(settings),
    hasGallery: found !== undefined,
    gallery:
      found === undefined || found.provisioningState === 'Failed'
        ? {
            location: settings.location,
            tags: { 'dcos-build': wanted.record.inputs.tool },
            description: 'Images of DC/OS nodes',
          }
        : undefined,
    definitions: steps,
  };
}

interface Looking {
  readonly place: DefinitionPlace;
  readonly wanted: Wanted;
  readonly fresh: GalleryImageVersion;
  readonly mistakes: UserError[];
  readonly hasGallery: boolean;
}

async function planDefinition(
  manager: ResourceManager,
  { place, wanted, fresh, mistakes, hasGallery }: Looking,
): Promise<DefinitionStep> {
  const { settings, record, config, isTested } = wanted;
  const { resourceGroup, gallery } = settings;
  const { compute, call } = manager;
  const full = { ...settings, definition: place.name, version: record.version };
  const definition = imageDefinition(record, place, { settings, config });
  const there = hasGallery
    ? await manager.find(`The image definition ${place.name} cannot be looked at`, () =>
        compute.galleryImages.get(resourceGroup, gallery, place.name, call),
      )
    : undefined;
  if (there !== undefined) mistakes.push(...differencesOf(place, { there, definition, settings }));
  const version = there === undefined ? undefined : await findVersion(manager, full);
  if (version !== undefined) mistakes.push(...contentMistakes(record, place, version));
  if (version?.provisioningState === 'Deleting') mistakes.push(isGoing(record, place));
  return {
    place,
    id: definitionId(full),
    versionId: versionId(full),
    wanted: there === undefined || there.provisioningState === 'Failed' ? definition : undefined,
    isThere: there !== undefined,
    version: planVersion(version, fresh, isTested),
  };
}

/** With what only the query for it shows: how far it is copied to its regions. */
export async function findVersion(
  manager: ResourceManager,
  place: GallerySettingsPlace,
): Promise<GalleryImageVersion | undefined> {
  const { resourceGroup, gallery, definition, version } = place;
  return await manager.find(`The version ${version} of ${definition} cannot be looked at`, () =>
    manager.compute.galleryImageVersions.get(resourceGroup, gallery, definition, version, {
      ...manager.call,
      expand: 'ReplicationStatus',
    }),
  );
}

export interface GallerySettingsPlace {
  readonly resourceGroup: string;
  readonly gallery: string;
  readonly definition: string;
  readonly version: string;
}

function planVersion(
  there: GalleryImageVersion | undefined,
  fresh: GalleryImageVersion,
  isTested: boolean,
): VersionStep {
  // A new one is copied everywhere first, and only then taken as latest.
  const untested = { ...fresh, publishingProfile: { ...fresh.publishingProfile, excludeFromLatest: true } };
  if (there === undefined) return { kind: 'create', wanted: isTested ? fresh : untested };
  const hasFailed = there.provisioningState === 'Failed';
  if (hasFailed && !isAnywhere(there)) return { kind: 'again', wanted: isTested ? fresh : untested };
  const changes = [...versionChanges(there, fresh), ...(hasFailed ? ['what failed of it is tried again'] : [])];
  const step = { there, wanted: fresh, changes, becomesLatest: isTested && becomesLatest(there, fresh) };
  if (there.provisioningState !== 'Succeeded' && !hasFailed) return { kind: 'wait', ...step };
  return changes.length === 0 && !step.becomesLatest ? { kind: 'none', there } : { kind: 'change', ...step };
}

/** Machines may run on it: one that failed for a further region alone is as good as before in the others. */
function isAnywhere({ replicationStatus }: GalleryImageVersion): boolean {
  return replicationStatus?.summary?.some(({ state }) => state === 'Completed') ?? false;
}

function isGoing({ version }: ImageRecord, { name }: DefinitionPlace): UserError {
  return new UserError('IMAGE_CONFLICT', `The version ${version} of ${name} is being removed.`, {
    hint: 'Run the same command again when it is gone, or bake the image with a higher version.',
  });
}

function differencesOf(
  place: DefinitionPlace,
  image: { readonly there: GalleryImage; readonly definition: GalleryImage; readonly settings: GallerySettings },
): readonly UserError[] {
  const differences = immutableDifferences(image.there, image.definition, Object.keys(image.settings.features));
  if (differences.length === 0) return [];
  const what = differences.map((each) => `${each.property} is ${each.there} there, and the image needs ${each.wanted}`);
  return [
    new UserError('IMAGE_CONFLICT', `The image definition ${place.name} is for other images: ${what.join('; ')}.`, {
      hint: 'These never change. Give another name with --definition, or remove the definition if nobody needs it.',
    }),
  ];
}

/** That a version of that place and number holds another content. */
export function contentMistakes(
  record: ImageRecord,
  place: DefinitionPlace,
  there: GalleryImageVersion,
): readonly UserError[] {
  const known = there.tags?.[HASH_TAG];
  const own = record.disk.contentSha256;
  if (known === own) return [];
  const what = known === undefined ? 'was not made by dcos-build' : `has another content: pages sha256 ${known}`;
  return [
    new UserError(
      'IMAGE_CONFLICT',
      `The version ${record.version} of ${place.name} ${what}, and the image has the pages sha256 ${own}.`,
      { hint: 'A version never changes its content: bake the image with a higher version.' },
    ),
  ];
}
