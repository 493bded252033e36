/** What the actions of `image` that speak to Azure begin with: settings, the image, the store, who is asked. */
import { join } from 'node:path';
import { findImage, type BakedImage } from '../../gallery/image-files.ts';
import { ResourceManager } from '../../gallery/resource-manager.ts';
import type { ArmSettings } from '../../gallery/settings.ts';
import { isError, type Finding } from '../../image/rules.ts';
import { cloudNamed, cloudOfEndpoint } from '../../model/azure-cloud.ts';
import { UserError } from '../../model/errors.ts';
import {
  readGalleryConfig,
  readMarketplaceConfig,
  type GalleryConfig,
  type MarketplaceConfig,
} from '../../recipe/gallery-config.ts';
import type { ImageRecord } from '../../recipe/image-record.ts';
import { AzureBlobStore } from '../../store/azure-blob.ts';
import { findStorageConfig, openNamedStore } from '../../store/named.ts';
import type { CommonArguments, Context } from '../context.ts';
import { checksToday } from '../image-ignores.ts';
import type { Located } from '../load.ts';
import { locateIfThere } from '../read-side.ts';
import type { GalleryArguments } from './options.ts';

export interface AzureSetup {
  readonly gallery: GalleryConfig;
  readonly marketplace: MarketplaceConfig;
  /** The tree that the command stands in; undefined: there is none. */
  readonly located: Located | undefined;
}

/** @throws UserError CONFIG_INVALID */
export async function setUp(args: CommonArguments, context: Context): Promise<AzureSetup> {
  const located = locateIfThere({ ...args, variant: undefined, builderIds: undefined }, context);
  const config = located === undefined ? undefined : await findStorageConfig(located.treeFolders.root);
  const { gallery = {}, marketplace = {}, shown = '' } = config ?? {};
  return {
    located,
    gallery: readGalleryConfig(gallery, shown),
    marketplace: readMarketplaceConfig(marketplace, shown),
  };
}

/** @throws UserError USAGE, IMAGE_INVALID */
export async function imageNamed(
  word: string | undefined,
  { located }: AzureSetup,
  context: Context,
): Promise<BakedImage> {
  if (word === undefined) {
    throw new UserError('USAGE', 'It is not said which image is meant.', {
      hint: 'Name a baked image, or the path of its VHD.',
    });
  }
  const images = located === undefined ? undefined : join(located.folders.out, 'images');
  return await findImage(word, { cwd: context.cwd, images });
}

/** @throws UserError USAGE, CONFIG_INVALID */
export async function blobStore(
  to: string | undefined,
  { cloud }: Pick<GalleryArguments, 'cloud'>,
  {
    located,
    gallery,
    context,
    verb = 'is',
  }: AzureSetup & { readonly context: Context; readonly verb?: 'is' | 'is to go' },
): Promise<AzureBlobStore> {
  if (to === undefined) throw new UserError('USAGE', `It is not said where the image ${verb}.`, { hint: PLACES });
  const { storageSuffix, name } = cloudNamed(cloud ?? gallery.cloud);
  const treeRoot = located?.treeFolders.root;
  const store = await openNamedStore(to, { treeRoot, cwd: context.cwd, env: context.env, storageSuffix });
  if (store instanceof AzureBlobStore) {
    const own = cloudOfEndpoint(store.location)?.name ?? name;
    // An upload asks nobody else: where nothing is said of a cloud, the place says it.
    const isFree = verb === 'is to go' && (cloud ?? gallery.cloud) === undefined;
    if (own === name || isFree) return store;
    throw new UserError('USAGE', `${store.location} is in ${own}, and ${name} is meant.`, {
      hint: `Give --cloud ${own}, or a place in ${name}: no cloud reads from another one.`,
    });
  }
  throw new UserError('USAGE', `${store.location} is no place for an image: Azure takes page blobs only.`, {
    hint: PLACES,
  });
}

const PLACES = 'Name az://ACCOUNT/CONTAINER/FOLDER, a Blob URL with a SAS, or a storage of dcos-build.config.json.';

export async function openManager(
  { cloud, subscription, endpoint, pollMs }: ArmSettings,
  { dryRun: isDryRun }: Pick<GalleryArguments, 'dryRun'>,
  { signal }: Context,
): Promise<ResourceManager> {
  return await ResourceManager.open({ cloud, subscription, endpoint, pollMs, isDryRun, signal });
}

/**
 * That an image was tested, only whoever tested it knows; that it cannot have passed, its record does. What is ignored does
 * not count.
 *
 * @param what is not to be done with it, for the message
 * @returns what its record says of it today
 * @throws UserError IMAGE_INVALID
 */
export function refuseFailed(record: ImageRecord, what: string, context: Context): readonly Finding[] {
  const findings = checksToday(record, context);
  const failed = errorsOf(findings);
  if (failed.length === 0) return findings;
  throw new UserError(
    'IMAGE_INVALID',
    `${record.name} ${record.version} is not ${what}, since it failed ${failed.join(', ')} when it was baked.`,
    { hint: '"dcos-build image test" says more; bake it again when the cause is mended.' },
  );
}

/** Of what {@link refuseFailed} will refuse once it is uploaded, which takes long. */
export function warnOfFailed(record: ImageRecord | undefined, context: Context): void {
  if (record === undefined) return;
  const failed = errorsOf(checksToday(record, context));
  if (failed.length === 0) return;
  context.stderr.write(
    `warning: ${record.name} ${record.version} failed ${failed.join(', ')} when it was baked, for which ` +
      '"image register --tested" and "image publish" will refuse it.\n',
  );
}

/** Ids of rules. */
function errorsOf(findings: readonly Finding[]): readonly string[] {
  return findings.filter(isError).map(({ id }) => id);
}
