/** Composes what debugfs is told to fill an empty ext4 file system: a line for each step, in an order that no host decides. */
import { UserError } from '../model/errors.ts';
import { sorted } from '../model/order.ts';
import { unreachable } from '../model/unreachable.ts';
import { blocksOfNames } from './ext4-plan.ts';
import { parentOf, type HardlinkEntry, type RootEntry, type RootTree } from './root-tree.ts';

export interface Ext4Script {
  readonly lines: readonly string[];
  /** What lines read from files, by the paths that stand in them. */
  readonly files: ReadonlyMap<string, string | Buffer>;
}

export interface Ext4ScriptOptions {
  /** Seconds since 1970: when inodes were made, changed and last read. What is in them has a time of its own. */
  readonly epochSeconds: number;
  /** Where the files are going to be. */
  readonly folder: string;
}

type Inode = Exclude<RootEntry, HardlinkEntry>;
/** Notes what a line reads from a file, and gives the path to name it by. */
type Keep = (content: string | Buffer) => string;

const TYPE_BITS = { folder: 0o040000, file: 0o100000, link: 0o120000 } as const;
/** debugfs reads into 8192 bytes, which have to hold the end of the line and a zero as well. */
const MOST_LINE_BYTES = 8190;

/**
 * @throws UserError IMAGE_INVALID for a name that debugfs cannot be told: one with a line break, or one so deep that its
 *   line is too long
 */
export function composeExt4Script(tree: RootTree, { epochSeconds, folder }: Ext4ScriptOptions): Ext4Script {
  const files = new Map<string, string | Buffer>();
  const keep: Keep = (content) => {
    const path = `${folder}/${files.size}`;
    files.set(path, content);
    return path;
  };
  const lines = [`set_current_time @${epochSeconds}`];
  const hardlinks: HardlinkEntry[] = [];
  for (const entry of tree.values()) {
    if (entry.kind === 'hardlink') hardlinks.push(entry);
    else lines.push(...linesOf(entry, keep));
  }
  return { lines: [...lines, ...furtherNames(hardlinks)], files };
}

function linesOf(entry: Inode, keep: Keep): string[] {
  const { path, mode, uid, gid, mtime, kind, xattrs = {} } = entry;
  const fields = [
    ['mode', `0${(TYPE_BITS[kind] | mode).toString(8)}`],
    ...(uid === 0 ? [] : [['uid', `${uid}`]]),
    ...(gid === 0 ? [] : [['gid', `${gid}`]]),
    ['mtime', `@${mtime}`],
    // Beyond 2038 the bits that are left of 32 stand in a field of their own.
    ...(mtime > 0x7fff_ffff ? [['mtime_extra', '1']] : []),
  ];
  return [
    ...makingOf(entry, keep),
    ...fields.map(([field = '', value = '']) => line(path, 'set_inode_field', path, field, value)),
    ...sorted(Object.keys(xattrs)).map((name) =>
      line(path, 'ea_set', '-f', keep(xattrs[name] ?? Buffer.of()), path, name),
    ),
  ];
}

/** The line that makes the inode; the root and the folder for e2fsck's finds are there already. */
function makingOf(entry: Inode, keep: Keep): string[] {
  const { path } = entry;
  switch (entry.kind) {
    case 'folder':
      return path === '/' || path === '/lost+found' ? [] : [line(path, 'mkdir', path)];
    case 'file': {
      const source = 'file' in entry.content ? entry.content.file : keep(entry.content.text);
      return [line(path, 'write', source, path)];
    }
    case 'link':
      return [line(path, 'symlink', path, entry.target)];
    default:
      return unreachable(entry);
  }
}

/** `ln` finds no room in a folder by itself, and leaves the count of names as it was. */
function furtherNames(hardlinks: readonly HardlinkEntry[]): string[] {
  const rooms = [...Map.groupBy(hardlinks, ({ path }) => parentOf(path))].flatMap(([folder, entries]) =>
    Array.from({ length: blocksOfNames(entries) }, () => line(folder, 'expand_dir', folder)),
  );
  const counts = [...Map.groupBy(hardlinks, ({ target }) => target)].map(([target, { length }]) =>
    line(target, 'set_inode_field', target, 'links_count', `${1 + length}`),
  );
  return [...rooms, ...hardlinks.map(({ path, target }) => line(path, 'ln', target, path)), ...counts];
}

function line(path: string, ...words: readonly string[]): string {
  const text = words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `"${word.replaceAll('"', '""')}"`))
    .join(' ');
  const mistake = /[\n\r]/.test(text)
    ? 'has a line break in its name or target'
    : Buffer.byteLength(text) > MOST_LINE_BYTES
      ? 'has names that are too long together'
      : undefined;
  if (mistake === undefined) return text;
  throw new UserError('IMAGE_INVALID', `${JSON.stringify(path)} cannot be written to a disk: it ${mistake}.`, {
    hint: 'debugfs, which writes the file system, reads its commands by lines; rename the file, or leave it out.',
  });
}
