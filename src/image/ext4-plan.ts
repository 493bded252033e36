/** How an ext4 file system is laid out for a tree, and how large it has to be: reckoned before anything is written. */
import { unreachable } from '../model/unreachable.ts';
import { BYTES_BESIDES_ROOT, MIB } from './disk-layout.ts';
import { nameOf, parentOf, sizeOfTree, type RootEntry, type RootTree } from './root-tree.ts';

export interface Ext4Plan {
  readonly blocks: number;
  readonly inodes: number;
  readonly journalMib: number;
}

export const BLOCK_BYTES = 4096;
export const INODE_BYTES = 256;
/** As many as one block of a bitmap has bits; for both blocks and inodes of a group. */
const PER_GROUP = 8 * BLOCK_BYTES;
const DESCRIPTORS_PER_BLOCK = BLOCK_BYTES / 64;
/** What mke2fs's own configuration says; a tree of many small files gets more. */
const BYTES_PER_INODE = 16_384;
/** Of smaller file systems mke2fs finds that half of them would be journal. */
const LEAST_BYTES = 16 * MIB;
/** For ext4 itself, and for what a node makes until somebody looks. */
const SPARE_INODES = 2048;
/** Symbolic links stand in the inode as long as they leave room for a zero. */
const SHORT_TARGET_BYTES = 59;
/** What a block of a folder surely holds: 12 bytes are its checksum, and 263 bytes more may be too few for the next name. */
const FOLDER_BLOCK_BYTES = BLOCK_BYTES - 12 - 263;
/** `.` and `..`. */
const DOTS_BYTES = 24;
/** More blocks than this may need more extents than an inode has room for. */
const EXTENTS_IN_INODE = 4;

export function planExt4(tree: RootTree, rootBytes: number): Ext4Plan {
  const { folders, files, links } = sizeOfTree(tree);
  return {
    blocks: Math.floor(rootBytes / BLOCK_BYTES),
    inodes: Math.max(Math.floor(rootBytes / BYTES_PER_INODE), folders + files + links + SPARE_INODES),
    journalMib: journalMibFor(rootBytes),
  };
}

/** Bytes of a whole disk that surely holds the tree: whole MiB. A smaller one may do, but nobody can promise it. */
export function neededDiskBytes(tree: RootTree): number {
  const content = contentBlocks(tree);
  let bytes = LEAST_BYTES;
  for (;;) {
    const plan = planExt4(tree, bytes);
    const needed = Math.ceil(((content + overheadBlocks(plan)) * BLOCK_BYTES) / MIB) * MIB;
    if (needed <= bytes) return bytes + BYTES_BESIDES_ROOT;
    bytes = needed;
  }
}

/** A quarter of what mke2fs would take: a node writes no faster, and space that is never used is still uploaded by others. */
function journalMibFor(rootBytes: number): number {
  if (rootBytes >= 4096 * MIB) return 64;
  if (rootBytes >= 1024 * MIB) return 32;
  return rootBytes >= 256 * MIB ? 16 : 4;
}

function contentBlocks(tree: RootTree): number {
  const entries = [...tree.values()];
  const below = ({ path }: RootEntry): string => parentOf(path);
  const named = entries.filter(({ path }) => path !== '/');
  const first = Map.groupBy(
    named.filter(({ kind }) => kind !== 'hardlink'),
    below,
  );
  // They are written when all else is there, into blocks of their own.
  const further = Map.groupBy(
    named.filter(({ kind }) => kind === 'hardlink'),
    below,
  );
  const folders = new Set(['/', ...entries.filter(({ kind }) => kind === 'folder').map(({ path }) => path)]);
  const names = [...folders].map((path) => blocksOfNames(first.get(path) ?? [], DOTS_BYTES));
  const moreNames = [...further.values()].map((group) => blocksOfNames(group));
  const sum = (blocks: readonly number[]): number => blocks.reduce((total, each) => total + each, 0);
  return sum([...names, ...moreNames].map(withExtents)) + sum(entries.map(blocksOf));
}

/** Blocks of a folder that surely hold the names of these entries. @param taken bytes that are in use by then */
export function blocksOfNames(entries: readonly Pick<RootEntry, 'path'>[], taken = 0): number {
  const bytes = entries.map(({ path }) => 8 + Math.ceil(Buffer.byteLength(nameOf(path)) / 4) * 4);
  return Math.ceil(bytes.reduce((total, each) => total + each, taken) / FOLDER_BLOCK_BYTES);
}

/** Besides the names in it, if it is a folder. */
function blocksOf(entry: RootEntry): number {
  const attributes = entry.xattrs === undefined ? 0 : 1;
  switch (entry.kind) {
    case 'folder':
      return attributes;
    case 'file':
      return attributes + withExtents(Math.ceil(entry.bytes / BLOCK_BYTES));
    case 'link':
      return attributes + (Buffer.byteLength(entry.target) > SHORT_TARGET_BYTES ? 1 : 0);
    case 'hardlink':
      return 0;
    default:
      return unreachable(entry);
  }
}

/** With the blocks that say where the others are: one has room for 340 extents, and holes save more than they cost. */
function withExtents(blocks: number): number {
  return blocks <= EXTENTS_IN_INODE ? blocks : blocks + 1 + Math.ceil(blocks / 500);
}

/** What the file system takes for itself, rather too much than too little. */
function overheadBlocks({ blocks, inodes, journalMib }: Ext4Plan): number {
  const groups = Math.max(Math.ceil(blocks / PER_GROUP), Math.ceil(inodes / PER_GROUP));
  const inodesPerBlock = BLOCK_BYTES / INODE_BYTES;
  const tableOfGroup = Math.ceil(inodes / groups / inodesPerBlock) + 1;
  const descriptors = Math.ceil(groups / DESCRIPTORS_PER_BLOCK);
  // So that the file system can grow to 1024 times its size, but within one block of addresses.
  const reserved = Math.min(1024, Math.ceil(groups * (1024 / DESCRIPTORS_PER_BLOCK)) + 1);
  const copy = 1 + descriptors + reserved;
  const journal = journalMib * (MIB / BLOCK_BYTES) + 3;
  // mke2fs leaves the last group out if little more than its own tables would fit, and that is lost.
  const lost = tableOfGroup + copy + 2 + 50;
  const fixed = 16; // lost+found, and the inode that holds the reserved descriptors
  return groups * (tableOfGroup + 2) + copiesOfDescriptors(groups) * copy + journal + lost + fixed;
}

/** Groups 0 and 1, and those that are a power of 3, 5 or 7. */
function copiesOfDescriptors(groups: number): number {
  const powers = [3, 5, 7].flatMap((base) => {
    const found: number[] = [];
    for (let power = base; power < groups; power *= base) found.push(power);
    return found;
  });
  return Math.min(groups, 2) + powers.length;
}
