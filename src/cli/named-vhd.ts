/** The VHD that a word of the command line means: a file, or a baked image by its name. */
import { join, relative, resolve } from 'node:path';
import { findImage } from '../gallery/image-files.ts';
import { statIfThere } from '../host/stat.ts';
import type { CommonArguments, Context } from './context.ts';
import { locateIfThere } from './read-side.ts';

/**
 * A word that can only be a path is returned as it is, whether there is such a file or not.
 *
 * @param word a path, a folder with an image.json, `node`, which is the newest version of that name, or `node@1.7.0`
 * @returns a path, from the current folder on
 * @throws UserError USAGE if there is no image of that name, IMAGE_INVALID for a record that is none
 */
export async function namedVhd(word: string, args: CommonArguments, context: Context): Promise<string> {
  const { cwd } = context;
  const stats = statIfThere(resolve(cwd, word));
  const isImage = stats?.isDirectory() === true && statIfThere(resolve(cwd, word, 'image.json')) !== undefined;
  if ((stats !== undefined && !isImage) || word.endsWith('.vhd')) return word;
  const located = locateIfThere({ ...args, variant: undefined, builderIds: undefined }, context);
  const images = located === undefined ? undefined : join(located.folders.out, 'images');
  const { path } = await findImage(word, { cwd, images });
  return relative(cwd, path);
}
