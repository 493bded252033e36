/** A baked image on this machine, by the path of its disk, of its record or of their folder, or by its name. */
import { dirname, join, resolve } from 'node:path';
import { readTextIfThere } from '../host/files.ts';
import { listFolder } from '../host/listing.ts';
import { nearest } from '../model/did-you-mean.ts';
import { UserError } from '../model/errors.ts';
import { parseImageRecord, type ImageRecord } from '../recipe/image-record.ts';
import { compareVersions } from './resource-ids.ts';

const RECORD = 'image.json';

export interface BakedImage {
  readonly record: ImageRecord;
  /** The VHD. */
  readonly path: string;
}

export interface ImagePlaces {
  readonly cwd: string;
  /** Where baked images are, in a folder for each name, and in that one for each version; undefined: there is no tree. */
  readonly images: string | undefined;
}

/**
 * @param word a path, `node`, which is the highest version of it that is whole, or `node@1.7.0`
 * @throws UserError USAGE if there is none, IMAGE_INVALID for a record that is none and an image that is not whole
 */
export async function findImage(word: string, { cwd, images }: ImagePlaces): Promise<BakedImage> {
  const path = resolve(cwd, word);
  for (const folder of [path, dirname(path)]) {
    const found = await imageIn(folder);
    if (found !== undefined && (folder === path || [found.path, join(folder, RECORD)].includes(path))) return found;
  }
  const [, name = '', version] = /^([\w.+-]+?)(?:@(\d+\.\d+\.\d+))?$/.exec(word) ?? [];
  const known = images === undefined || name === '' ? [] : await versionsIn(join(images, name));
  const newestFirst = known.toSorted((a, b) => compareVersions(b, a)).filter((each) => each === (version ?? each));
  for (const each of newestFirst) {
    const found = await imageIn(join(images ?? '', name, each));
    if (found !== undefined) return found;
  }
  const [unfinished] = newestFirst;
  if (unfinished !== undefined) throw notWhole(name, unfinished);
  const names = images === undefined ? [] : await namesIn(images);
  const guess = nearest(word, names);
  throw new UserError('USAGE', `There is no baked image "${word}".`, {
    hint:
      guess === undefined
        ? 'Give a name of pipelines/images, or the path of a VHD that has its image.json beside it.'
        : `Did you mean "${guess}"?`,
  });
}

function notWhole(name: string, version: string): UserError {
  return new UserError('IMAGE_INVALID', `The image ${name} ${version} is not whole: its bake did not end.`, {
    hint: `Run "dcos-build image bake ${name} --version ${version}" again, or wait for the one that runs.`,
  });
}

/** The record beside a VHD, if it has one. */
export async function imageIn(folder: string): Promise<BakedImage | undefined> {
  const path = join(folder, RECORD);
  const text = await readTextIfThere(path);
  if (text === undefined) return undefined;
  const record = parseImageRecord(text, path);
  return { record, path: join(folder, record.disk.file) };
}

/** The name of its blob, where none is given: that of the file says nothing. */
export function blobName({ name, version }: Pick<ImageRecord, 'name' | 'version'>): string {
  return `${name}-${version}.vhd`;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return (await listFolder(folder)).filter(({ isFolder }) => isFolder).map(({ path }) => path);
}

async function versionsIn(folder: string): Promise<readonly string[]> {
  return (await namesIn(folder)).filter((name) => /^\d+\.\d+\.\d+$/.test(name));
}
