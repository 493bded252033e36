/** The image that the nodes of a cluster boot from, as Azure finds it. */
import { findImage } from '../../gallery/image-files.ts';
import { compareVersions, versionId } from '../../gallery/resource-ids.ts';
import { definitionsOf, galleryPlace } from '../../gallery/settings.ts';
import { listImages } from '../../bake/image-outputs.ts';
import type { ConfiguredTree } from '../../cluster/config/config-packages.ts';
import type { ResolvedImage } from '../../cluster/template-context.ts';
import { nearest } from '../../model/did-you-mean.ts';
import { throwCollected, type UserError } from '../../model/errors.ts';
import type { ClusterDefinition } from '../../recipe/cluster-definition.ts';
import type { GalleryConfig } from '../../recipe/gallery-config.ts';
import type { ImageRecord } from '../../recipe/image-record.ts';
import type { RecipeFile } from '../../recipe/recipe-file.ts';
import type { AzureSetup } from '../gallery/open.ts';
import type { Context } from '../context.ts';

export type WantedImage = ClusterDefinition['image'];
type BakedImage = Extract<WantedImage, { readonly definition: string }>;

interface Resolving {
  readonly file: RecipeFile;
  readonly location: string | undefined;
  readonly setup: AzureSetup;
  readonly context: Context;
}

export interface FoundImage {
  readonly resolved: ResolvedImage;
  /** The DC/OS in it, where that is known. */
  readonly tree: ConfiguredTree | undefined;
}

/**
 * That a version is registered is not asked: a template can be made before that.
 *
 * @throws UserError, UserErrors CLUSTER_INVALID
 */
export async function resolveImage(image: WantedImage, resolving: Resolving): Promise<FoundImage> {
  const { trusted_launch: trustedLaunch } = image;
  if ('stock' in image) {
    return { resolved: { kind: 'stock', ...image.stock, trustedLaunch, plan: image.plan }, tree: undefined };
  }
  const { generation } = image;
  if ('id' in image) {
    const { id, plan } = image;
    return { resolved: { kind: 'gallery', id, generation, trustedLaunch, plan }, tree: undefined };
  }
  const record = await findRecord(image, resolving);
  throwCollected([...recordMistakes(image, record, resolving), ...galleryMistakes(resolving)]);
  const { gallery } = resolving.setup;
  const definition = definitionsOf(record, {}, gallery).find((each) => each.generation === `V${generation}`);
  const place = { ...galleryPlace({}, gallery), definition: definition?.name ?? record.name, version: record.version };
  const plan = record.marketplace?.plan;
  return { resolved: { kind: 'gallery', id: versionId(place), generation, trustedLaunch, plan }, tree: treeOf(record) };
}

/** An image without a version of DC/OS gives nodes none to be told. */
export function treeOf({ inputs: { dcos } }: ImageRecord): ConfiguredTree | undefined {
  const { version, variant, bootstrapId, packageIds } = dcos;
  if (version === null) return undefined;
  return { version, commit: undefined, variant: variant ?? undefined, bootstrap: bootstrapId, packages: packageIds };
}

async function findRecord(image: BakedImage, { file, setup, context }: Resolving): Promise<ImageRecord> {
  const { definition: name, version } = image;
  const known = setup.located === undefined ? [] : await listImages(setup.located.folders);
  const versions = known.filter(({ record }) => record.name === name).map(({ record }) => record.version);
  const newest = versions.toSorted(compareVersions).at(-1);
  const wanted = version ?? newest;
  const found = known.find(({ record }) => record.name === name && record.version === wanted);
  if (found !== undefined) return found.record;
  // A path, of an image in another folder.
  if (name.includes('/')) return (await findImage(name, { cwd: context.cwd, images: undefined })).record;
  if (versions.length > 0) {
    const guess = nearest(version ?? '', versions);
    const hint = guess === undefined ? `There is ${versions.join(', ')}.` : `Did you mean "${guess}"?`;
    throw wrong(file, ['image', 'version'], {
      message: `There is no version ${version} of the image "${name}".`,
      hint,
    });
  }
  const names = [...new Set(known.map(({ record }) => record.name))];
  const guess = nearest(name, names);
  const list = names.length === 0 ? 'None was baked yet: dcos-build image bake NAME.' : `There is ${names.join(', ')}.`;
  throw wrong(file, ['image', 'definition'], {
    message: `There is no baked image "${name}".`,
    hint: guess === undefined ? list : `Did you mean "${guess}"?`,
  });
}

function recordMistakes(
  { generation, trusted_launch: isTrusted }: BakedImage,
  { name, version, generations, secureBoot }: ImageRecord,
  { file, location, setup: { gallery } }: Resolving,
): readonly UserError[] {
  const mistakes: UserError[] = [];
  const titled = `The image ${name} ${version}`;
  if (!generations.includes(`V${generation}`)) {
    const has = generations.map((each) => each.slice(1)).join(' and ');
    const message = `${titled} does not boot as generation ${generation}.`;
    mistakes.push(wrong(file, ['image', 'generation'], { message, hint: `It boots as ${has}.` }));
  } else if (isTrusted && generation === '2' && !secureBoot) {
    const message = `${titled} does not start by Secure Boot, which Trusted Launch needs.`;
    const hint = 'Set "image.trusted_launch" to false, or bake it with a signed boot loader and kernel.';
    mistakes.push(wrong(file, ['image', 'trusted_launch'], { message, hint }));
  }
  const regions = regionsOf(gallery);
  if (location !== undefined && regions.length > 0 && !regions.includes(location)) {
    const message = `The gallery does not copy its versions to ${location}.`;
    const hint = `It has them in ${regions.join(', ')}: use one of these, or add "${location}" to "gallery.regions".`;
    mistakes.push(wrong(file, ['location'], { message, hint }));
  }
  return mistakes;
}

function regionsOf({ location, regions = [] }: GalleryConfig): readonly string[] {
  const names = [
    ...(location === undefined ? [] : [location]),
    ...regions.map((region) => (typeof region === 'string' ? region : region.name)),
  ];
  return [...new Set(names.map((name) => name.replaceAll(' ', '').toLowerCase()))];
}

/** The version has no id before it is said where its gallery is. */
function galleryMistakes({ file, setup: { gallery } }: Resolving): readonly UserError[] {
  const missing = (['subscription', 'resourceGroup', 'gallery'] as const).filter((key) => gallery[key] === undefined);
  if (missing.length === 0) return [];
  const keys = missing.map((key) => `"gallery.${key}"`).join(', ');
  const message = `It is not said in which gallery the image is: dcos-build.config.json has no ${keys}.`;
  return [wrong(file, ['image'], { message, hint: 'Add it there, or name the version by its "id".' })];
}

function wrong(
  file: RecipeFile,
  path: readonly string[],
  { message, hint }: { readonly message: string; readonly hint: string },
): UserError {
  return file.mistake(path, message, { hint, code: 'CLUSTER_INVALID' });
}
