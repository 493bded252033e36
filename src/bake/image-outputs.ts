/** The images of a work folder: `out/images/<name>/<version>/`, whole when its image.json is there. */
import { join } from 'node:path';
import { listFolder } from '../host/listing.ts';
import { readTextIfThere } from '../host/files.ts';
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

/** The record of a folder; undefined: there is no whole image in it. @throws UserError IMAGE_INVALID */
export async function readRecord(folder: string): Promise<ImageRecord | undefined> {
  const path = join(folder, OUTPUT.record);
  const text = await readTextIfThere(path);
  return text === undefined ? undefined : parseImageRecord(text, path);
}

/** Sorted by name, then the newest version first. */
export async function listImages(folders: Pick<Folders, 'images'>): Promise<readonly BakedImage[]> {
  const found: BakedImage[] = [];
  for (const name of await foldersIn(folders.images)) {
    for (const version of await foldersIn(join(folders.images, name))) {
      const folder = outputFolder(folders, name, version);
      const record = await readRecord(folder);
      if (record !== undefined) found.push({ folder, record });
    }
  }
  return found.toSorted(
    ({ record: a }, { record: b }) =>
      byCodePoint(a.name, b.name) || (compareVersions(b.version, a.version) ?? byCodePoint(b.version, a.version)),
  );
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  return (await listFolder(folder)).filter(({ isFolder }) => isFolder).map(({ path }) => path);
}
