/** The images of a work folder: `out/images/<name>/<version>/`, whole when its image.json is there. */
import { join } from 'node:path';
import { listFolder } from '../host/listing.ts';
import { readNamedText } from '../host/named-text.ts';
import { UserError } from '../model/errors.ts';
import { compareVersions } from '../bom/upstream-version.ts';
import { byCodePoint } from '../model/order.ts';
import { parseImageRecord, type ImageRecord } from '../recipe/image-record.ts';
import type { Folders } from '../tree/folders.ts';

export const OUTPUT = {
  disk: 'disk.vhd',
  record: 'image.json',
  bill: 'bom.cdx.json',
  /** What the root file system holds, one entry a line. */
  files: 'files.json.gz',
} as const;

export interface BakedImage {
  readonly folder: string;
  readonly record: ImageRecord;
}

export function outputFolder({ images }: Pick<Folders, 'images'>, name: string, version: string): string {
  return join(images, name, version);
}

/**
 * The record of a folder; undefined: there is no whole image in it.
 *
 * @param shown the path of the record for messages
 * @throws UserError IMAGE_INVALID
 */
function readRecord(folder: string, shown: string): ImageRecord | undefined {
  const text = readNamedText(join(folder, OUTPUT.record), (sentence, cause) => {
    const hint = 'Remove it, and bake the image again with "dcos-build image bake".';
    return new UserError('IMAGE_INVALID', `${shown} ${sentence}.`, { hint, place: { file: shown }, cause });
  });
  return text === undefined ? undefined : parseImageRecord(text, shown);
}

interface UsableOptions {
  /** The path of the record for messages; default: as it is. */
  readonly shown?: string;
  /** Is told of one that does not count. */
  readonly onBroken?: (error: UserError) => void;
}

/** The record of a folder; one that is none, or of another dcos-build, counts as not there. */
export function usableRecord(folder: string, options: UsableOptions = {}): ImageRecord | undefined {
  const { shown = join(folder, OUTPUT.record), onBroken } = options;
  try {
    return readRecord(folder, shown);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'IMAGE_INVALID') throw error;
    onBroken?.(error);
    return undefined;
  }
}

export interface ListOptions {
  /** How messages name a path; default: as it is. */
  readonly shown?: (path: string) => string;
  /** Is told of each record that is none, and may go on without it; default: throws. */
  readonly onBroken?: (error: UserError) => void;
}

/** Sorted by name, then the newest version first. @throws what `onBroken` throws */
export async function listImages(
  folders: Pick<Folders, 'images'>,
  { shown = (path) => path, onBroken = rethrow }: ListOptions = {},
): Promise<readonly BakedImage[]> {
  const found: BakedImage[] = [];
  for (const name of await foldersIn(folders.images)) {
    for (const version of await foldersIn(join(folders.images, name))) {
      const folder = outputFolder(folders, name, version);
      try {
        const record = readRecord(folder, shown(join(folder, OUTPUT.record)));
        if (record !== undefined) found.push({ folder, record });
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        onBroken(error);
      }
    }
  }
  return found.toSorted(
    ({ record: a }, { record: b }) =>
      byCodePoint(a.name, b.name) || (compareVersions(b.version, a.version) ?? byCodePoint(b.version, a.version)),
  );
}

function rethrow(error: UserError): never {
  throw error;
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  return (await listFolder(folder)).filter(({ isFolder }) => isFolder).map(({ path }) => path);
}
