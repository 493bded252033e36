/** What the work folder holds, found by walking it: nothing is remembered that could be wrong. */
import { join } from 'node:path';
import { listFiles, listFolder, folderBytes, type FileFacts } from '../host/listing.ts';
import { byCodePoint } from '../model/order.ts';
import { isTemporary } from './directory.ts';

export type ItemKind =
  'package' | 'bootstrap' | 'unpacked' | 'builder' | 'stage' | 'source' | 'git' | 'log' | 'leftover' | 'damaged';

/** One thing that can be removed by itself. */
export interface Item {
  readonly kind: ItemKind;
  /** Id of a package or bootstrap, digest of a builder, content id of a stage of images, hash of a source; the name of file or folder otherwise. */
  readonly id: string;
  /** Absolute, in the order in which they are to be removed: a package's manifest before its tarball. */
  readonly paths: readonly string[];
  readonly bytes: number;
  /** When it was last written, in milliseconds since the epoch. */
  readonly modifiedMs: number;
}

export interface InventoryFolders {
  readonly repository: string;
  /** Unpacked packages. */
  readonly unpacked: string;
  /** Downloads by hash: `cache/sources`. */
  readonly sources: string;
  /** Mirrors of git repositories. */
  readonly git: string;
  /** Builder roots by digest. */
  readonly builders: string;
  /** Stages of disk images: a folder for each kind, and in that one for each content id. */
  readonly imageStages: string;
  readonly logs: string;
  /** Folders of running builds; only those of dead processes are ever removed. */
  readonly work: string;
}

/** Everything that was found, sorted by kind and id. */
export async function takeInventory(folders: InventoryFolders): Promise<Item[]> {
  const found = await Promise.all([
    artifacts(join(folders.repository, 'packages'), 'package'),
    artifacts(join(folders.repository, 'bootstrap'), 'bootstrap'),
    unpackedPackages(folders.unpacked),
    singleFiles(folders.sources, 'source'),
    wholeFolders(folders.git, 'git'),
    wholeFolders(folders.builders, 'builder'),
    stages(folders.imageStages),
    singleFiles(folders.logs, 'log'),
    wholeFolders(folders.work, 'leftover'),
  ]);
  return found.flat().toSorted((a, b) => byCodePoint(a.kind, b.kind) || byCodePoint(a.id, b.id));
}

/** Files of one id make one item. What belongs to no id, such as `latest`, is no item. */
async function artifacts(folder: string, kind: ItemKind): Promise<Item[]> {
  const byId = Map.groupBy(await listFiles(folder), ({ path }) => artifactId(path));
  return [...byId].flatMap(([id, files]) => {
    const loose = files.filter(({ path }) => isLoose(path)).map((file) => itemOf(folder, looseKind(file.path), file));
    const parts = files.filter(({ path }) => !isLoose(path)).toSorted(manifestFirst);
    const [first] = parts;
    if (id === undefined || first === undefined) return loose;
    const paths = parts.map(({ path }) => join(folder, path));
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
    return [...loose, { kind, id, paths, bytes, modifiedMs: first.modifiedMs }];
  });
}

function artifactId(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return /^(.+?)\.(?:manifest\.json|active\.json|intoto\.jsonl|tar\.(?:xz|zst)|bootstrap\.tar\.(?:xz|zst))(?=$|\.)/.exec(
    name,
  )?.[1];
}

function isLoose(path: string): boolean {
  return isTemporary(path) || path.endsWith('.corrupt');
}

function looseKind(path: string): ItemKind {
  return isTemporary(path) ? 'leftover' : 'damaged';
}

function manifestFirst(a: FileFacts, b: FileFacts): number {
  return (
    Number(b.path.endsWith('.manifest.json')) - Number(a.path.endsWith('.manifest.json')) || byCodePoint(a.path, b.path)
  );
}

async function unpackedPackages(folder: string): Promise<Item[]> {
  const entries = (await listFolder(folder)).filter(({ isFolder }) => isFolder);
  return Promise.all(
    entries.map(async ({ path, modifiedMs }) => {
      const kind = isTemporary(path) ? 'leftover' : 'unpacked';
      const marker = join(folder, `${path}.json`);
      const paths = [...(kind === 'unpacked' ? [marker] : []), join(folder, path)];
      // The folder's own time is that of its tarball; the marker's is when it was made.
      const [made] = (await listFolder(folder)).filter((entry) => entry.path === `${path}.json`);
      const bytes = await folderBytes(join(folder, path));
      return { kind, id: path, paths, bytes, modifiedMs: made?.modifiedMs ?? modifiedMs } as const;
    }),
  );
}

async function singleFiles(folder: string, kind: ItemKind): Promise<Item[]> {
  return (await listFiles(folder)).map((file) => itemOf(folder, isTemporary(file.path) ? 'leftover' : kind, file));
}

/** Every entry with all that is below it, but lock files: a process may hold one at any time. */
async function wholeFolders(folder: string, kind: ItemKind): Promise<Item[]> {
  const entries = (await listFolder(folder)).filter(({ path }) => !path.endsWith('.lock'));
  return Promise.all(
    entries.map(async (entry) => {
      const bytes = entry.isFolder ? await folderBytes(join(folder, entry.path)) : entry.bytes;
      return itemOf(folder, isTemporary(entry.path) ? 'leftover' : kind, { ...entry, bytes });
    }),
  );
}

async function stages(folder: string): Promise<Item[]> {
  const kinds = (await listFolder(folder)).filter(({ isFolder }) => isFolder);
  return (await Promise.all(kinds.map(({ path }) => wholeFolders(join(folder, path), 'stage')))).flat();
}

function itemOf(folder: string, kind: ItemKind, { path, bytes, modifiedMs }: FileFacts): Item {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const id = kind === 'log' ? name.replace(/\.log$/, '') : name;
  return { kind, id, paths: [join(folder, path)], bytes, modifiedMs };
}
