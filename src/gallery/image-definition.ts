/** Image definitions: what one says of the image, and what of one that is there cannot be changed any more. */
import type { GalleryImage } from '@azure/arm-compute';
import type { GalleryConfig } from '../recipe/gallery-config.ts';
import type { ImageRecord } from '../recipe/image-record.ts';
import { identifierOf, type DefinitionPlace, type GallerySettings } from './settings.ts';

/** The body of the request that makes the definition. */
export function imageDefinition(
  record: ImageRecord,
  { generation }: DefinitionPlace,
  { settings, config }: { readonly settings: GallerySettings; readonly config: GalleryConfig },
): GalleryImage {
  const { marketplace } = record;
  const plan = marketplace?.plan;
  return {
    location: settings.location,
    tags: { 'dcos-build': record.inputs.tool, image: record.name },
    description: `${record.name}: Debian with DC/OS, made by ${record.inputs.tool}`,
    osType: 'Linux',
    osState: 'Generalized',
    hyperVGeneration: generation,
    architecture: record.architecture,
    identifier: identifierOf(record, generation, config),
    features: Object.entries(featuresOf(record, generation, settings)).map(([name, value]) => ({ name, value })),
    ...(plan === undefined ? {} : { purchasePlan: plan }),
  };
}

/**
 * The type of security is always said: without it, Azure takes generation 2 for one that Trusted Launch works with.
 *
 * @see https://learn.microsoft.com/en-us/azure/virtual-machines/trusted-launch-faq
 */
function featuresOf(
  { secureBoot }: ImageRecord,
  generation: Generation,
  { features }: GallerySettings,
): Readonly<Record<string, string>> {
  return {
    SecurityType: generation === 'V2' && secureBoot ? 'TrustedLaunchSupported' : 'Standard',
    IsAcceleratedNetworkSupported: 'True',
    ...features,
  };
}

type Generation = DefinitionPlace['generation'];

/** One property that is another one there. */
export interface Difference {
  readonly property: string;
  readonly there: string;
  readonly wanted: string;
}

/**
 * What the service would refuse to change, or would change for machines that others run.
 *
 * @param said names of the features that somebody has asked for; others are as they may be
 */
export function immutableDifferences(
  there: GalleryImage,
  wanted: GalleryImage,
  said: readonly string[] = [],
): readonly Difference[] {
  const facts = (image: GalleryImage): Readonly<Record<string, string>> => ({
    osType: shown(image.osType),
    osState: shown(image.osState),
    hyperVGeneration: shown(image.hyperVGeneration),
    // What a definition does not say is the default of the service.
    architecture: shown(image.architecture ?? 'x64'),
    'identifier.publisher': shown(image.identifier?.publisher),
    'identifier.offer': shown(image.identifier?.offer),
    'identifier.sku': shown(image.identifier?.sku),
    'purchasePlan.name': shown(image.purchasePlan?.name),
    'purchasePlan.publisher': shown(image.purchasePlan?.publisher),
    'purchasePlan.product': shown(image.purchasePlan?.product),
    SecurityType: securityOf(image),
    ...Object.fromEntries(
      said.filter((name) => name !== 'SecurityType').map((name) => [name, shown(featureOf(image, name))]),
    ),
  });
  const [found, asked] = [facts(there), facts(wanted)];
  return Object.entries(asked).flatMap(([property, value]) => {
    const other = found[property] ?? 'none';
    return other.toLowerCase() === value.toLowerCase() ? [] : [{ property, there: other, wanted: value }];
  });
}

function securityOf(image: GalleryImage): string {
  return featureOf(image, 'SecurityType') ?? (image.hyperVGeneration === 'V2' ? 'TrustedLaunchSupported' : 'Standard');
}

function featureOf({ features }: GalleryImage, wanted: string): string | undefined {
  return features?.find(({ name }) => name === wanted)?.value;
}

function shown(value: string | undefined): string {
  return value ?? 'none';
}
