/** Where images are registered, and how: what options say, else dcos-build.config.json, else what follows from the image. */
import { cloudNamed, type AzureCloud } from '../model/azure-cloud.ts';
import { UserError } from '../model/errors.ts';
import type { GalleryConfig, ImageIdentifier, RegionConfig } from '../recipe/gallery-config.ts';
import type { ImageRecord } from '../recipe/image-record.ts';
import { checkName, type GalleryPlace, type GroupPlace } from './resource-ids.ts';

export type Generation = ImageRecord['generations'][number];
type StorageType = 'Standard_LRS' | 'Standard_ZRS' | 'Premium_LRS';

/** What options say of it; each comes before the configuration. */
export interface GalleryOptions {
  readonly cloud: string | undefined;
  readonly subscription: string | undefined;
  readonly resourceGroup: string | undefined;
  readonly gallery: string | undefined;
  readonly location: string | undefined;
  readonly definition: string | undefined;
  /** `westeurope`, `westeurope=2`, `westeurope=2:Standard_ZRS` */
  readonly region: readonly string[];
  readonly endOfLife: string | undefined;
}

/** Who is asked, and how often. */
export interface ArmSettings extends GroupPlace {
  readonly cloud: AzureCloud;
  readonly endpoint: string | undefined;
  readonly pollMs: number;
}

interface TargetRegion {
  readonly name: string;
  readonly replicas: number;
  readonly storage: StorageType;
}

export interface GallerySettings extends ArmSettings, GalleryPlace {
  readonly location: string;
  /** The home region is one of them, and the first. */
  readonly regions: readonly TargetRegion[];
  readonly features: Readonly<Record<string, string>>;
  /** A day, or an age such as `365d`. */
  readonly endOfLife: string | undefined;
  readonly blockDeletionBeforeEndOfLife: boolean;
  readonly storageAccountId: string | undefined;
}

/** Of a version, in all regions together. */
const MOST_REPLICAS = 100;
const POLL_SECONDS = 10;
const STORAGE: StorageType = 'Standard_LRS';
const STORAGES: readonly StorageType[] = ['Standard_LRS', 'Standard_ZRS', 'Premium_LRS'];

/** @throws UserError USAGE */
export function armSettings(options: Partial<GalleryOptions>, config: GalleryConfig): ArmSettings {
  const wanted = (name: string, key: 'subscription' | 'resourceGroup'): string =>
    options[key] ?? config[key] ?? missing(name, key);
  return {
    cloud: cloudNamed(options.cloud ?? config.cloud),
    subscription: checkName('subscription', wanted('subscription', 'subscription')),
    resourceGroup: checkName('resource-group', wanted('resource-group', 'resourceGroup')),
    endpoint: config.resourceManager?.replace(/\/+$/, ''),
    pollMs: (config.pollSeconds ?? POLL_SECONDS) * 1000,
  };
}

/** @throws UserError USAGE */
export function galleryPlace(options: Partial<GalleryOptions>, config: GalleryConfig): ArmSettings & GalleryPlace {
  const gallery = options.gallery ?? config.gallery ?? missing('gallery', 'gallery');
  return { ...armSettings(options, config), gallery: checkName('gallery', gallery) };
}

/** @throws UserError USAGE */
export function gallerySettings(options: Partial<GalleryOptions>, config: GalleryConfig): GallerySettings {
  const place = galleryPlace(options, config);
  const location = regionName(options.location ?? config.location ?? missing('location', 'location'));
  const regions = regionsOf(options.region ?? [], config);
  const hasHome = regions.some(({ name }) => name === location);
  const home = { name: location, replicas: config.replicas ?? 1, storage: config.storage ?? STORAGE };
  const others = regions.filter(({ name }) => name !== location);
  const all = [hasHome ? (regions.find(({ name }) => name === location) ?? home) : home, ...others];
  refuseReplicas(all);
  const endOfLife = options.endOfLife ?? config.endOfLife;
  if (config.blockDeletionBeforeEndOfLife === true && endOfLife === undefined) {
    throw new UserError('USAGE', 'Deletion before the end of life is forbidden, and no end of life is said.', {
      hint: 'Give --end-of-life, or set "gallery.endOfLife" beside "gallery.blockDeletionBeforeEndOfLife".',
    });
  }
  return {
    ...place,
    location,
    regions: all,
    features: config.features ?? {},
    endOfLife,
    blockDeletionBeforeEndOfLife: config.blockDeletionBeforeEndOfLife ?? false,
    storageAccountId: config.storageAccountId,
  };
}

export interface DefinitionPlace {
  readonly name: string;
  readonly generation: Generation;
}

/** The image definitions of an image: one for each generation. @throws UserError USAGE */
export function definitionsOf(
  record: Pick<ImageRecord, 'name' | 'generations'>,
  options: Partial<GalleryOptions>,
  { definition: configured }: GalleryConfig,
): readonly DefinitionPlace[] {
  const named = options.definition ?? configured;
  const base = typeof named === 'string' ? named : record.name;
  const isHybrid = record.generations.length > 1;
  const own = typeof named === 'object' ? named : {};
  return record.generations.toSorted().map((generation) => {
    const name = own[generation] ?? (isHybrid && generation === 'V1' ? `${base}-gen1` : base);
    return { generation, name: checkName('definition', name) };
  });
}

/** Publisher, offer and sku: one of a kind in a gallery. */
export function identifierOf(
  record: Pick<ImageRecord, 'name' | 'generations' | 'marketplace'>,
  generation: Generation,
  { identifier }: GalleryConfig,
): ImageIdentifier {
  const { publisher, offer, sku } = identifier ??
    record.marketplace ?? { publisher: 'dcos', offer: 'dcos', sku: record.name };
  return { publisher, offer, sku: record.generations.length > 1 && generation === 'V1' ? `${sku}-gen1` : sku };
}

function regionsOf(given: readonly string[], config: GalleryConfig): readonly TargetRegion[] {
  const defaults = { replicas: config.replicas ?? 1, storage: config.storage ?? STORAGE };
  const regions =
    given.length > 0
      ? given.map((text) => ({ ...defaults, ...parseRegion(text) }))
      : (config.regions ?? []).map((region) => {
          const { name, replicas = defaults.replicas, storage = defaults.storage } = expanded(region);
          return { name: regionName(name), replicas, storage };
        });
  const twice = regions.find(({ name }, index) => regions.findIndex((other) => other.name === name) < index);
  if (twice === undefined) return regions;
  throw new UserError('USAGE', `The region ${twice.name} is named twice.`, {
    hint: 'Name each once, with its replicas.',
  });
}

function refuseReplicas(regions: readonly TargetRegion[]): void {
  const replicas = regions.reduce((sum, region) => sum + region.replicas, 0);
  if (replicas <= MOST_REPLICAS) return;
  throw new UserError(
    'USAGE',
    `The regions have ${replicas} replicas together, and a version has ${MOST_REPLICAS} at most.`,
    {
      hint: 'One is enough for some twenty machines that are made at the same time.',
    },
  );
}

function parseRegion(text: string): Partial<TargetRegion> & { readonly name: string } {
  const [, name, replicas, storage] = /^([A-Za-z0-9 ]+?)(?:=(\d{1,3})(?::(\w+))?)?$/.exec(text.trim()) ?? [];
  const count = replicas === undefined ? 1 : Number(replicas);
  const type = STORAGES.find((each) => each === storage);
  if (name !== undefined && count >= 1 && count <= 100 && (storage === undefined) === (type === undefined)) {
    return {
      name: regionName(name),
      ...(replicas === undefined ? {} : { replicas: count }),
      ...(type === undefined ? {} : { storage: type }),
    };
  }
  throw new UserError('USAGE', `--region does not take "${text}".`, {
    hint: 'Write westeurope, westeurope=2 for two replicas, or westeurope=2:Standard_ZRS; 1 to 100 replicas.',
  });
}

/** `West Europe`, as the service shows it, is `westeurope`. */
export function regionName(name: string): string {
  return name.replaceAll(' ', '').toLowerCase();
}

function expanded(region: string | RegionConfig): RegionConfig {
  return typeof region === 'string' ? { name: region } : region;
}

function missing(option: string, key: string): never {
  throw new UserError('USAGE', `It is not said which ${option.replace('-', ' ')} is meant.`, {
    hint: `Give --${option}, or set "gallery.${key}" in dcos-build.config.json.`,
  });
}
