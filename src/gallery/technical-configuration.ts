/** What an offer of a virtual machine says of its images: the same with one more version in it; pure. */
import { UserError } from '../model/errors.ts';
import type { Generation } from './settings.ts';

export type ImageSource =
  | {
      readonly sourceType: 'sharedImageGallery';
      readonly sharedImage: { readonly tenantId: string; readonly resourceId: string };
    }
  | { readonly sourceType: 'sasUri'; readonly osDisk: { readonly uri: string }; readonly dataDisks: readonly [] };

export interface VersionWanted {
  readonly versionNumber: string;
  readonly images: readonly { readonly generation: Generation; readonly source: ImageSource }[];
  readonly product: string;
  readonly plan: string;
  /** Of the plan, as people name it: one of the SKUs has it as its id. */
  readonly planName: string;
  readonly schema: string;
  /** Of the V2 images. */
  readonly securityTypes: readonly string[];
}

/** As the service has it: fields that are not known here stay as they are. */
export type Configuration = Readonly<Record<string, unknown>>;

const IMAGE_TYPES: Readonly<Record<Generation, string>> = { V1: 'x64Gen1', V2: 'x64Gen2' };
const SCHEMAS = 'https://schema.mp.microsoft.com/schema';

/** @param kind and version, as `virtual-machine-plan-technical-configuration/2022-03-01-preview5` */
export function schemaUrl(kind: string, version: string): string {
  return `${SCHEMAS}/${kind}/${version}`;
}

export interface ConfigurationChange {
  readonly resource: Configuration;
  /** Whether the plan has the version already, by a URL or a tenant that is another one by now. */
  readonly isRenewed: boolean;
}

/**
 * @param current undefined or empty: the plan has none yet
 * @returns undefined: it has that version already
 * @throws UserError IMAGE_CONFLICT if it has another image under the version
 */
export function withVersion(
  current: Configuration | undefined,
  wanted: VersionWanted,
): ConfigurationChange | undefined {
  const { product, plan, schema, versionNumber } = wanted;
  const versions = listOf(current?.['vmImageVersions']);
  const there = versions.find((version) => version['versionNumber'] === versionNumber);
  const fresh = versionOf(wanted);
  if (there !== undefined) {
    refuseOther(there, fresh, wanted);
    if (!isOutdated(there, fresh)) return undefined;
  }
  // The service refuses its own id when it is sent back.
  const { id: _, ...rest } = current ?? {};
  const renewed = versions.map((version) =>
    version === there ? { ...version, vmImages: fresh['vmImages'] } : version,
  );
  const resource = {
    operatingSystem: { family: 'linux', type: 'debian', friendlyName: 'Debian' },
    vmProperties: VM_PROPERTIES,
    ...rest,
    $schema: schemaUrl('virtual-machine-plan-technical-configuration', schema),
    product,
    plan,
    skus: skusOf(listOf(current?.['skus']), wanted),
    vmImageVersions: there === undefined ? [...versions, fresh] : renewed,
  };
  return { resource, isRenewed: there !== undefined };
}

const VM_PROPERTIES = {
  supportsExtensions: true,
  supportsBackup: false,
  supportsAcceleratedNetworking: true,
  isNetworkVirtualAppliance: false,
  supportsNVMe: false,
  supportsCloudInit: true,
  supportsAadLogin: false,
  supportsHibernation: false,
  supportsRemoteConnection: true,
  requiresCustomArmTemplate: false,
};

function versionOf({ versionNumber, images }: VersionWanted): Configuration {
  return {
    versionNumber,
    lifecycleState: 'generallyAvailable',
    vmImages: images.map(({ generation, source }) => ({ imageType: IMAGE_TYPES[generation], source })),
  };
}

/** Each image needs a SKU of its type; one of them is called as the plan is. */
function skusOf(
  there: readonly Configuration[],
  { images, planName, securityTypes }: VersionWanted,
): readonly Configuration[] {
  const skus = [...there];
  for (const { generation } of images.toSorted((a, b) => b.generation.localeCompare(a.generation, 'en'))) {
    const imageType = IMAGE_TYPES[generation];
    if (skus.some((sku) => sku['imageType'] === imageType)) continue;
    const isTaken = skus.some((sku) => sku['skuId'] === planName);
    const skuId = isTaken ? `${planName}-${generation === 'V1' ? 'gen1' : 'gen2'}` : planName;
    skus.push({
      imageType,
      skuId,
      ...(generation === 'V2' && securityTypes.length > 0 ? { securityType: securityTypes } : {}),
    });
  }
  return skus;
}

/** A signature that has ended, or a wrong tenant, is put right. What the service does not show is taken for the same. */
function isOutdated(there: Configuration, fresh: Configuration): boolean {
  const known = new Map(listOf(there['vmImages']).map(({ imageType, source }) => [imageType, accessOf(source)]));
  return listOf(fresh['vmImages']).some(({ imageType, source }) => {
    const access = known.get(imageType);
    return access !== undefined && access !== accessOf(source);
  });
}

/** By what right an image is read. */
function accessOf(source: unknown): string | undefined {
  const { sharedImage, osDisk } = objectOf(source) ?? {};
  const tenant = objectOf(sharedImage)?.['tenantId'];
  if (typeof tenant === 'string') return tenant.toLowerCase();
  const uri = objectOf(osDisk)?.['uri'];
  return typeof uri === 'string' ? uri.split('?')[1] : undefined;
}

/** A signature is made anew each time, and says nothing of the image. */
function refuseOther(there: Configuration, fresh: Configuration, { versionNumber }: VersionWanted): void {
  const [known, own] = [imagesOf(there), imagesOf(fresh)];
  if (known === own) return;
  throw new UserError(
    'IMAGE_CONFLICT',
    `The plan has other images as version ${versionNumber}: ${known}, and not ${own}.`,
    {
      hint: 'A version that was published is never used again: bake the image with a higher version.',
    },
  );
}

function imagesOf(version: Configuration): string {
  return listOf(version['vmImages'])
    .map(({ imageType, source }) => `${String(imageType)} ${placeOf(source)}`)
    .toSorted()
    .join(', ');
}

function placeOf(source: unknown): string {
  const shared = objectOf(objectOf(source)?.['sharedImage'])?.['resourceId'];
  if (typeof shared === 'string') return shared.toLowerCase();
  const uri = objectOf(objectOf(source)?.['osDisk'])?.['uri'];
  return typeof uri === 'string' ? (uri.split('?')[0] ?? '') : 'something else';
}

export function listOf(value: unknown): readonly Configuration[] {
  if (!Array.isArray(value)) return [];
  const items: readonly unknown[] = value;
  return items.map(objectOf).filter((item) => item !== undefined);
}

export function objectOf(value: unknown): Configuration | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined;
}
