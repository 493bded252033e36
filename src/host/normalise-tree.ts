/**
 * Gives a built folder the modes and times that it would have if it had been unpacked from its own tarball, and says
 * what is in it. A package that was just built and one that was fetched then look the same to those that need them.
 */
import { chmodSync, lstatSync, lutimesSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { byCodePoint } from '../model/order.ts';

/**
 * Modes as they are, but the owner can always read and write, folders can be entered by the owner, and nobody else can
 * write: what a umask of 002 or 000 during the build has left open is closed. Set-user-id bits stay. In chmod's words,
 * for tar.
 */
export const NORMAL_MODE = 'u+rwX,go-w';

export interface TreeEntry {
  /** Relative to the folder, without `./`; a name that is no UTF-8 holds U+FFFD. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** Permission bits as the build left them. */
  readonly mode: number;
  /** Target of a link; otherwise empty. */
  readonly target: string;
  readonly bytes: number;
}

export interface NormaliseOptions {
  /** The time that everything gets, in seconds since the epoch. */
  readonly epoch: number;
  readonly signal?: AbortSignal;
}

/** Folders between two looks at whether the run was cancelled, and two chances for other work. */
const FOLDERS_AT_A_TIME = 200;

/** Sets modes and times below a folder and of the folder itself; returns its entries sorted by path. */
export async function normaliseTree(folder: string, options: NormaliseOptions): Promise<TreeEntry[]> {
  const entries: TreeEntry[] = [];
  const pending: Folder[] = [{ at: Buffer.from(folder), path: '' }];
  normaliseEntry(Buffer.from(folder), lstatSync(folder), options.epoch);
  for (let seen = 1, next = pending.pop(); next !== undefined; next = pending.pop(), seen += 1) {
    for (const name of readdirSync(next.at, { encoding: 'buffer' })) {
      const at = Buffer.concat([next.at, SLASH, name]);
      const stats = lstatSync(at);
      const entry = describeEntry(joined(next.path, name), at, stats);
      normaliseEntry(at, stats, options.epoch);
      entries.push(entry);
      if (entry.kind === 'folder') pending.push({ at, path: entry.path });
    }
    if (seen % FOLDERS_AT_A_TIME === 0) await new Promise(setImmediate);
    options.signal?.throwIfAborted();
  }
  return entries.sort((a, b) => byCodePoint(a.path, b.path));
}

interface Folder {
  /** As bytes: names need not be UTF-8. */
  readonly at: Buffer;
  readonly path: string;
}

const SLASH = Buffer.from('/');
const PERMISSIONS = 0o7777;

/** A folder's mode comes first, for one that nobody may enter could not be read; its time is not changed by that. */
function normaliseEntry(at: Buffer, stats: Stats, epoch: number): void {
  if (!stats.isSymbolicLink()) {
    const mode = normalMode(stats);
    if (mode !== (stats.mode & PERMISSIONS)) chmodSync(at, mode);
  }
  lutimesSync(at, epoch, epoch);
}

/** {@link NORMAL_MODE} in numbers. */
function normalMode(stats: Stats): number {
  const mode = stats.mode & PERMISSIONS;
  const mayRun = stats.isDirectory() || (mode & 0o111) !== 0;
  return (mode | 0o600 | (mayRun ? 0o100 : 0)) & ~0o022;
}

function describeEntry(path: string, at: Buffer, stats: Stats): TreeEntry {
  const isLink = stats.isSymbolicLink();
  return {
    path,
    kind: isLink ? 'link' : stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : 'other',
    mode: stats.mode & PERMISSIONS,
    target: isLink ? readlinkSync(at) : '',
    bytes: stats.size,
  };
}

function joined(folder: string, name: Buffer): string {
  const text = name.toString('utf8');
  return folder === '' ? text : `${folder}/${text}`;
}
