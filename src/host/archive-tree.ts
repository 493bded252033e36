/**
 * The tree that the entries of archives make, kept in memory while they are written into a new folder. It decides what
 * may be written where, so that nothing is ever looked up through a link. Pure; names are bytes (see archive-entry).
 */
import { type ArchiveEntry, ArchiveRefusal, refuseEntry, shownName } from './archive-entry.ts';

export type Node =
  | { readonly kind: 'folder' }
  | { readonly kind: 'file'; readonly archive: number }
  | { readonly kind: 'symlink'; readonly archive: number; readonly target: string };

export interface Placed {
  readonly path: string;
  /** Folders to make first, outermost first: none of them is there. */
  readonly newFolders: readonly string[];
  /** Whether a file of that path is there, which this entry takes the place of, as in tar. */
  readonly replaces: boolean;
}

const MOST_NAME_BYTES = 3000;
const MOST_PART_BYTES = 255;
/** Links followed one after another until it counts as a ring, which the kernel follows no further either. */
const MOST_HOPS = 40;

export class ArchiveTree {
  readonly #nodes = new Map<string, Node>();

  /** The node of a path, if an entry or the way to one has made it. */
  get(path: string): Node | undefined {
    return this.#nodes.get(path);
  }

  symlinks(): [path: string, target: string][] {
    return [...this.#nodes].flatMap(([path, node]) => (node.kind === 'symlink' ? [[path, node.target]] : []));
  }

  /** Names of what lies at the top. */
  topNames(): string[] {
    return [...this.#nodes.keys()].filter((path) => !path.includes('/'));
  }

  /** Takes the entry in under its checked path. @throws ArchiveRefusal if something else is in the way */
  place(path: string, name: string, node: Node): Placed {
    const newFolders = this.#foldersTo(path, name);
    const there = this.#nodes.get(path);
    if (there !== undefined && (there.kind === 'folder') !== (node.kind === 'folder')) {
      throw refuseEntry(name, `takes the place of ${there.kind === 'folder' ? 'a folder' : `a ${there.kind}`}`);
    }
    if (there !== undefined && there.kind !== 'folder' && node.kind !== 'folder' && there.archive !== node.archive) {
      throw refuseEntry(name, 'is in two of the packages');
    }
    this.#nodes.set(path, node);
    return {
      path,
      newFolders: node.kind === 'folder' && there === undefined ? [...newFolders, path] : newFolders,
      replaces: there?.kind === 'file',
    };
  }

  /**
   * Whether a link, followed as the kernel would follow it through the other links, leaves the folder.
   *
   * @param top path parts of the folder that must not be left; empty: the whole tree
   */
  leaves(path: string, target: string, top: readonly string[]): boolean {
    const at = path.split('/').slice(0, -1);
    let ahead = target.split('/');
    for (let hops = 0; ahead.length > 0;) {
      const [part = '', ...rest] = ahead;
      ahead = rest;
      if (part === '' || part === '.') continue;
      if (part === '..') {
        if (at.length <= top.length) return true;
        at.pop();
        continue;
      }
      const node = this.#nodes.get([...at, part].join('/'));
      if (node?.kind !== 'symlink') at.push(part);
      else if ((hops += 1) > MOST_HOPS) return false;
      else ahead = [...node.target.split('/'), ...rest];
    }
    return false;
  }

  #foldersTo(path: string, name: string): string[] {
    const made: string[] = [];
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
      const folder = path.slice(0, end);
      const node = this.#nodes.get(folder);
      if (node === undefined) {
        this.#nodes.set(folder, { kind: 'folder' });
        made.push(folder);
      } else if (node.kind !== 'folder') {
        const what = node.kind === 'file' ? 'file' : 'link';
        throw refuseEntry(name, `lies below "${shownName(folder)}", which an earlier entry made a ${what}`);
      }
    }
    return made;
  }
}

/**
 * The path of a name below the folder, without `.` and doubled `/`; empty for the folder itself.
 *
 * @param stripFirst drop the first part, as `tar --strip-components=1` does (where a leading `.` is a part too)
 * @throws ArchiveRefusal for an absolute path, `..`, a NUL or a name too long to be made
 */
export function checkedPath(name: string, stripFirst: boolean, entry = name): string {
  if (name === '') throw new ArchiveRefusal('an entry has no name');
  if (name.startsWith('/')) throw refuseEntry(entry, 'has an absolute path');
  if (name.includes('\0')) throw refuseEntry(entry, 'has a NUL in its name');
  const parts = name.split('/').filter((part) => part !== '');
  if (parts.includes('..')) throw refuseEntry(entry, 'has ".." in its path');
  const path = (stripFirst ? parts.slice(1) : parts).filter((part) => part !== '.');
  if (name.length > MOST_NAME_BYTES || path.some((part) => part.length > MOST_PART_BYTES)) {
    throw refuseEntry(`${entry.slice(0, 100)}…`, 'has a name that is too long');
  }
  return path.join('/');
}

/**
 * The target of a symbolic link, as it is to be made.
 *
 * @param absolute what a target such as `/etc/x` means: nothing allowed, or the folder itself as the root, in which
 *   case the link is made relative and so stays within
 */
export function checkedTarget(entry: ArchiveEntry, path: string, absolute: 'refuse' | 'root'): string {
  const { target, name } = entry;
  if (target === '' || target.includes('\0') || target.length > MOST_NAME_BYTES) {
    throw refuseEntry(name, 'is a link without a usable target');
  }
  if (!target.startsWith('/')) return target;
  if (absolute === 'refuse') throw refuseEntry(name, `is a link to the absolute path "${shownName(target)}"`);
  const up = '../'.repeat(path.split('/').length - 1);
  return `${up}${target.replace(/^\/+/, '')}` || '.';
}
