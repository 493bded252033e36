/** What dcos-build.config.json says of the gallery that images are registered in, and of their offer in the Marketplace. */
import { z } from 'zod';
import { nearest } from '../model/did-you-mean.ts';
import { UserError } from '../model/errors.ts';
import type { JsonObject } from '../model/json.ts';

const text = z.string().regex(/^\S(?:.*\S)?$/);
const storage = z.enum(['Standard_LRS', 'Standard_ZRS', 'Premium_LRS']);
const replicas = z.int().min(1).max(100);

const regionSchema = z.strictObject({
  name: text.describe('as "westeurope"'),
  replicas: replicas.optional().describe('for machines that are made at the same time: about 20 for each'),
  storage: storage.optional(),
});

const identifierSchema = z.strictObject({ publisher: text, offer: text, sku: text });

const gallerySchema = z.strictObject({
  cloud: text.optional(),
  subscription: text.optional(),
  resourceGroup: text.optional(),
  gallery: text.optional(),
  /** Home of gallery, definitions and versions. */
  location: text.optional(),
  /** Of one name, an image that boots both ways has a second definition with `-gen1` behind it. */
  definition: z.union([text, z.strictObject({ V1: text.optional(), V2: text.optional() })]).optional(),
  identifier: identifierSchema.optional(),
  regions: z
    .array(z.union([text, regionSchema]))
    .min(1)
    .optional(),
  replicas: replicas.optional(),
  storage: storage.optional(),
  /** Of the image definition, over those that follow from the image. */
  features: z.record(text, z.string()).optional(),
  /** A day, or an age such as `365d` that counts from the time of the image. */
  endOfLife: text.optional(),
  /** Whether a version can be deleted before that. */
  blockDeletionBeforeEndOfLife: z.boolean().optional(),
  /** ARM id of the storage account of the uploaded VHDs. */
  storageAccountId: text.optional(),
  /** Another host of Azure Resource Manager, which takes tokens for that of the cloud: an Azure Stack does not. */
  resourceManager: z.url({ protocol: /^https$/ }).optional(),
  /** Between two looks at what is under way. */
  pollSeconds: z.int().min(0).max(600).optional(),
});

const marketplaceSchema = z.strictObject({
  offer: text.optional(),
  plan: text.optional(),
  /** Entra tenant of the gallery, which is that of the publisher. */
  tenant: text.optional(),
  /** Version of the schema of the technical configuration. */
  schema: text.optional(),
  endpoint: z.url({ protocol: /^https$/ }).optional(),
  pollSeconds: z.int().min(0).max(600).optional(),
});

export type GalleryConfig = z.infer<typeof gallerySchema>;
export type RegionConfig = z.infer<typeof regionSchema>;
export type ImageIdentifier = z.infer<typeof identifierSchema>;
export type MarketplaceConfig = z.infer<typeof marketplaceSchema>;

/** @param shown the file, as messages name it @throws UserError CONFIG_INVALID */
export function readGalleryConfig(json: JsonObject, shown: string): GalleryConfig {
  return read(gallerySchema, json, { shown, under: 'gallery' });
}

/** @param shown the file, as messages name it @throws UserError CONFIG_INVALID */
export function readMarketplaceConfig(json: JsonObject, shown: string): MarketplaceConfig {
  return read(marketplaceSchema, json, { shown, under: 'marketplace' });
}

const HINTS: Readonly<Record<string, string>> = {
  regions: 'Give a list of regions: "westeurope", or {"name": "westeurope", "replicas": 2, "storage": "Standard_ZRS"}.',
  storage: 'It is Standard_LRS, Standard_ZRS or Premium_LRS.',
  replicas: 'Give a whole number from 1 to 100.',
  definition: 'Give a name, or one for each generation: {"V1": "node-gen1", "V2": "node"}.',
  identifier: 'Give {"publisher": …, "offer": …, "sku": …}: they are one of a kind in a gallery.',
  features: 'Give an object of texts, such as {"DiskControllerType": "SCSI, NVMe"}.',
  pollSeconds: 'Give a whole number from 0 to 600.',
};

function read<Value>(
  schema: z.ZodType<Value> & { readonly shape: object },
  json: JsonObject,
  { shown, under }: { readonly shown: string; readonly under: string },
): Value {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = [under, ...(issue?.path.map(String) ?? [])];
  if (issue?.code === 'unrecognized_keys') {
    const [unknown = ''] = issue.keys;
    const known = path.length === 1 ? Object.keys(schema.shape) : [];
    const guess = nearest(unknown, known);
    const key = [...path, unknown].join('.');
    throw new UserError('CONFIG_INVALID', `${shown} has the unknown key "${key}".`, {
      hint: guess === undefined ? 'docs/image-gallery.md lists the keys.' : `Did you mean "${guess}"?`,
      place: { file: shown, key },
    });
  }
  const key = path.join('.');
  const known = path.toReversed().find((step) => Object.hasOwn(HINTS, step)) ?? '';
  throw new UserError('CONFIG_INVALID', `${shown} has a "${key}" that cannot be used.`, {
    hint: HINTS[known] ?? 'docs/image-gallery.md says what it has to be.',
    place: { file: shown, key },
  });
}
