/**
 * Root file systems as plain files that belong to whoever runs this, beside a list of what they are: owners, modes, times
 * and capabilities are data there, so that no privilege is needed.
 */
import {
  closeSync,
  createReadStream,
  fchmodSync,
  futimesSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Sha256Stream, type Sha256 } from '../model/digest.ts';
import { byCodePoint } from '../model/order.ts';
import { unreachable } from '../model/unreachable.ts';
import type { ArchiveEntry } from './archive-entry.ts';
import { readTar } from './archive-tar.ts';
import { explainDiskFull } from './disk-space.ts';
import { hashFile } from './hash-file.ts';

interface Common {
  /** Absolute within the root. */
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly xattrs?: Readonly<Record<string, Buffer>>;
}

/** One entry; the content of a file is at its path below the folder. */
export type PlainEntry =
  | (Common & { readonly kind: 'folder' })
  | (Common & { readonly kind: 'file'; readonly bytes: number; readonly sha256: Sha256 })
  | (Common & { readonly kind: 'link' | 'hardlink'; readonly target: string });

const PERMISSIONS = 0o7777;
const READ_BYTES = 2 ** 20;

/**
 * @param tarball a tar archive
 * @param folder where it is to be; not there yet
 * @returns what was in it, in the order of the archive, without the root itself
 * @throws UserError DISK_FULL; ArchiveRefusal
 */
export async function unpackPlain(tarball: string, folder: string): Promise<readonly PlainEntry[]> {
  try {
    mkdirSync(folder);
    // A pipeline closes the file also where an entry is refused and the rest is not read.
    return await pipeline(
      createReadStream(tarball, { highWaterMark: READ_BYTES }),
      (chunks: AsyncIterable<Buffer>): Promise<readonly PlainEntry[]> => unpackEntries(readTar(chunks), folder),
    );
  } catch (error) {
    throw explainDiskFull(error, folder);
  }
}

async function unpackEntries(from: AsyncIterable<ArchiveEntry>, folder: string): Promise<readonly PlainEntry[]> {
  const entries = new Map<string, PlainEntry>();
  for await (const entry of from) {
    const path = pathOf(entry.name);
    if (path === '/') continue;
    const parent = posix.dirname(path);
    // Nothing is written through a link, wherever it leads.
    if (parent !== '/' && entries.get(parent)?.kind !== 'folder') throw new Error(`${parent} is no folder there`);
    if (entries.has(path)) throw new Error(`${path} is there twice`);
    entries.set(path, await unpackEntry(entry, path, { folder, entries }));
  }
  return [...entries.values()];
}

function pathOf(name: string): string {
  const path = posix.join('/', Buffer.from(name, 'latin1').toString('utf8'));
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

interface Place {
  readonly folder: string;
  readonly entries: ReadonlyMap<string, PlainEntry>;
}

async function unpackEntry(entry: ArchiveEntry, path: string, { folder, entries }: Place): Promise<PlainEntry> {
  const { uid, gid } = entry.owner ?? { uid: 0, gid: 0 };
  const xattrs = entry.xattrs === undefined ? {} : { xattrs: Object.fromEntries(entry.xattrs) };
  const common = { path, mode: entry.mode & PERMISSIONS, uid, gid, mtime: entry.mtime, ...xattrs };
  const at = `${folder}${path}`;
  const { kind } = entry;
  switch (kind) {
    case 'folder':
      mkdirSync(at, 0o755);
      return { ...common, kind };
    case 'symlink': {
      const target = Buffer.from(entry.target, 'latin1').toString('utf8');
      symlinkSync(target, at);
      return { ...common, kind: 'link', target };
    }
    case 'hardlink': {
      const target = pathOf(entry.target);
      if (entries.get(target)?.kind !== 'file') throw new Error(`${path} is a link to ${target}, which is no file`);
      linkSync(`${folder}${target}`, at);
      return { ...common, kind, target };
    }
    case 'file':
      return { ...common, kind, ...(await writeContent(entry, at)) };
    default:
      return unreachable(kind);
  }
}

/** Readable by its owner, and executable where it is that in the root; its time is what Python's compiled files go by. */
async function writeContent(entry: ArchiveEntry, at: string): Promise<{ sha256: Sha256; bytes: number }> {
  const hash = new Sha256Stream();
  let bytes = 0;
  const file = openSync(at, 'wx', 0o644);
  try {
    for await (const chunk of entry.content) {
      hash.update(chunk);
      for (let from = 0; from < chunk.length;) from += writeSync(file, chunk, from);
      bytes += chunk.length;
    }
    if ((entry.mode & 0o111) !== 0) fchmodSync(file, 0o755);
    futimesSync(file, entry.mtime, entry.mtime);
  } finally {
    closeSync(file);
  }
  return { sha256: hash.digest(), bytes };
}

/**
 * The entries of a folder of this machine as they would be in a root, owned by root there: an unpacked package.
 *
 * @param under the path of the folder itself in the root
 */
export async function listPlain(folder: string, under: string, signal: AbortSignal): Promise<readonly PlainEntry[]> {
  const entries: PlainEntry[] = [];
  const firstNames = new Map<string, string>();
  const visit = async (at: string, path: string): Promise<void> => {
    signal.throwIfAborted();
    const stats = lstatSync(at);
    const common = { path, mode: stats.mode & PERMISSIONS, uid: 0, gid: 0, mtime: Math.floor(stats.mtimeMs / 1000) };
    if (stats.isDirectory()) {
      entries.push({ ...common, kind: 'folder' });
      for (const name of readdirSync(at).sort(byCodePoint)) await visit(`${at}/${name}`, `${path}/${name}`);
    } else if (stats.isSymbolicLink()) {
      entries.push({ ...common, mode: 0o777, kind: 'link', target: readlinkSync(at) });
    } else {
      const key = `${stats.dev}:${stats.ino}`;
      const first = stats.nlink > 1 ? firstNames.get(key) : undefined;
      firstNames.set(key, first ?? path);
      if (first !== undefined) entries.push({ ...common, kind: 'hardlink', target: first });
      else entries.push({ ...common, kind: 'file', ...(await hashFile(at, signal)) });
    }
  };
  await visit(folder, under);
  return entries;
}
