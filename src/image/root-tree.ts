/** A root file system as data: what is to stand in it, wherever its bytes lie on this machine. No owner or mode of a host enters. */
import { UserError } from '../model/errors.ts';
import type { Sha256 } from '../model/digest.ts';
import { sorted } from '../model/order.ts';
import { unreachable } from '../model/unreachable.ts';

interface Common {
  /** Absolute and canonical, such as `/etc/passwd`; `/` is the root itself. */
  readonly path: string;
  /** Permission bits with setuid, setgid and sticky; no type. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** Extended attributes by their whole names, such as `security.capability`. */
  readonly xattrs?: Readonly<Record<string, Buffer>>;
}

interface FolderEntry extends Common {
  readonly kind: 'folder';
}

export interface FileEntry extends Common {
  readonly kind: 'file';
  readonly bytes: number;
  readonly sha256?: Sha256;
  /** A file of this machine, or the text itself. */
  readonly content: { readonly file: string } | { readonly text: string };
}

/** A symbolic link. */
interface LinkEntry extends Common {
  readonly kind: 'link';
  readonly target: string;
}

/** One more name of a file of the tree, whose mode, owner, time and attributes it has, whatever is said here. */
export interface HardlinkEntry extends Common {
  readonly kind: 'hardlink';
  readonly target: string;
}

/** One entry of a root file system that is to be written. */
export type RootEntry = FolderEntry | FileEntry | LinkEntry | HardlinkEntry;

/** By path. {@link makeRootTree} makes one that is sorted and whole. */
export type RootTree = ReadonlyMap<string, RootEntry>;

/** What ext4 takes of a name and of the target of a link. */
const MOST_NAME_BYTES = 255;
const MOST_TARGET_BYTES = 4095;
const ATTRIBUTE = /^(?:user|trusted|security|system)\.[^\0\n\r]{1,246}$/;

/**
 * The entries sorted by path, by code point, so that a folder stands before what is in it. Of two entries of one path the
 * later counts, as in an archive.
 *
 * @throws UserError IMAGE_INVALID that names the first entry that no file system can hold, or that has no folder to be in
 */
export function makeRootTree(entries: Iterable<RootEntry>): RootTree {
  const byPath = new Map([...entries].map((entry) => [entry.path, entry]));
  const tree = new Map(sorted(byPath.keys()).flatMap((path) => pairOf(path, byPath.get(path))));
  for (const entry of tree.values()) {
    const mistake = mistakeOf(entry, tree);
    if (mistake === undefined) continue;
    throw new UserError(
      'IMAGE_INVALID',
      `${JSON.stringify(entry.path)} cannot stand in a root file system: ${mistake}.`,
      {
        hint: 'Look at what puts it there: a package, the hook, or the files of the image definition.',
      },
    );
  }
  return tree;
}

function pairOf(path: string, entry: RootEntry | undefined): [string, RootEntry][] {
  return entry === undefined ? [] : [[path, entry]];
}

/** The folder that holds a path; that of the root is the root. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export interface TreeSize {
  readonly folders: number;
  readonly files: number;
  readonly links: number;
  /** Further names of files. */
  readonly hardlinks: number;
  /** Of all files; what several names share counts once. */
  readonly bytes: number;
}

export function sizeOfTree(tree: RootTree): TreeSize {
  const size = { folders: 0, files: 0, links: 0, hardlinks: 0, bytes: 0 };
  const counted = { folder: 'folders', file: 'files', link: 'links', hardlink: 'hardlinks' } as const;
  for (const entry of tree.values()) {
    size[counted[entry.kind]] += 1;
    if (entry.kind === 'file') size.bytes += entry.bytes;
  }
  return size;
}

function mistakeOf(entry: RootEntry, tree: RootTree): string | undefined {
  const { path } = entry;
  if (path === '/') return entry.kind === 'folder' ? undefined : 'the root is a folder';
  return (
    mistakeOfName(path) ??
    mistakeOfFields(entry) ??
    (tree.get(parentOf(path))?.kind === 'folder' || parentOf(path) === '/'
      ? undefined
      : `${JSON.stringify(parentOf(path))} is no folder of it`) ??
    mistakeOfContent(entry, tree)
  );
}

function mistakeOfName(path: string): string | undefined {
  const names = path.split('/').slice(1);
  if (!path.startsWith('/') || names.some((name) => name === '' || name === '.' || name === '..')) {
    return 'its path is not absolute and canonical';
  }
  if (path.includes('\0') || !path.isWellFormed()) return 'its name holds what no name can hold';
  return Buffer.byteLength(nameOf(path)) > MOST_NAME_BYTES
    ? `its name is longer than ${MOST_NAME_BYTES} bytes`
    : undefined;
}

function mistakeOfFields({ mode, uid, gid, mtime, xattrs = {} }: RootEntry): string | undefined {
  const odd = Object.keys(xattrs).find((name) => !ATTRIBUTE.test(name));
  if (odd !== undefined) return `its attribute ${JSON.stringify(odd)} is of no kind that there is`;
  if (!isWithin(mode, 0o7777)) return `its mode ${mode} is none`;
  if (!isWithin(uid, 0xffff_fffe) || !isWithin(gid, 0xffff_fffe)) return `its owner ${uid}:${gid} is none`;
  return isWithin(mtime, 0xffff_ffff) ? undefined : `its time ${mtime} is none`;
}

function mistakeOfContent(entry: RootEntry, tree: RootTree): string | undefined {
  switch (entry.kind) {
    case 'folder':
      return undefined;
    case 'file':
      return 'text' in entry.content && Buffer.byteLength(entry.content.text) !== entry.bytes
        ? `its text has ${Buffer.byteLength(entry.content.text)} bytes, not ${entry.bytes}`
        : undefined;
    case 'link': {
      const bytes = Buffer.byteLength(entry.target);
      return bytes === 0 || bytes > MOST_TARGET_BYTES || entry.target.includes('\0')
        ? 'it links to what is no path'
        : undefined;
    }
    case 'hardlink':
      return tree.get(entry.target)?.kind === 'file'
        ? undefined
        : `it is a hard link to ${JSON.stringify(entry.target)}, which is no file of it`;
    default:
      return unreachable(entry);
  }
}

function isWithin(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most;
}
