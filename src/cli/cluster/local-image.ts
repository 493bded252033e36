/** The image that a local cluster starts from: a baked one, or any VHD. */
import { dirname, join, relative, resolve } from 'node:path';
import type { ConfiguredTree } from '../../cluster/config/config-packages.ts';
import { findImage, imageIn } from '../../gallery/image-files.ts';
import { statIfThere } from '../../host/stat.ts';
import { inspectVhd } from '../../image/inspect-vhd.ts';
import { UserError } from '../../model/errors.ts';
import type { ClusterDefinition } from '../../recipe/cluster-definition.ts';
import type { CommonArguments, Context } from '../context.ts';
import { locateIfThere } from '../read-side.ts';
import { treeOf } from './resolve-image.ts';

export interface LocalImage {
  readonly path: string;
  /** From the current folder on. */
  readonly shown: string;
  readonly bytes: number;
  /** The DC/OS in it, where that is known. */
  readonly tree: ConfiguredTree | undefined;
}

/**
 * @param word a name, `NAME@VERSION` or a path; undefined: the image of the definition, if it was baked here
 * @throws UserError USAGE, IMAGE_INVALID
 */
export async function localImage(
  word: string | undefined,
  { image }: Pick<ClusterDefinition, 'image'>,
  { args, context }: { readonly args: CommonArguments; readonly context: Context },
): Promise<LocalImage> {
  const named = word ?? nameOf(image);
  if (named === undefined) {
    throw new UserError('USAGE', 'The image of this definition is not on this machine.', {
      hint: 'Name one with --image: a baked image, or a VHD that is made for Azure.',
    });
  }
  const { cwd, signal } = context;
  const located = locateIfThere({ ...args, variant: undefined, builderIds: undefined }, context);
  const images = located === undefined ? undefined : join(located.folders.out, 'images');
  const file = resolve(cwd, named);
  const isFile = statIfThere(file)?.isFile() === true && !named.endsWith('.json');
  const beside = isFile ? await imageIn(dirname(file)) : undefined;
  const baked = beside?.path === file ? beside : isFile ? undefined : await findImage(named, { cwd, images });
  const path = baked?.path ?? file;
  const shown = relative(cwd, path);
  const { footer } = await inspectVhd(path, { shown, signal });
  return { path, shown, bytes: footer.virtualBytes, tree: baked && treeOf(baked.record) };
}

function nameOf(image: ClusterDefinition['image']): string | undefined {
  if (!('definition' in image)) return undefined;
  return image.version === undefined ? image.definition : `${image.definition}@${image.version}`;
}
