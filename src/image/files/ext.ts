/**
 * Reads ext2, ext3 and ext4, without mounting and without believing what stands there: every number is held against the
 * partition before it is used.
 *
 * @see https://docs.kernel.org/filesystems/ext4/
 */
import type { Disk } from '../disk.ts';
import { extentRuns, blockListRuns, type BlockReader, type Run } from './ext-runs.ts';
import { MOST_FOLDER_BYTES, VolumeError, type NodeFacts, type NodeKind, type Volume } from './volume.ts';

export interface ExtVolume extends Volume<number> {
  readonly uuid: string;
  /** Whether the journal holds changes that are not yet where they belong. */
  readonly needsRecovery: boolean;
}

interface Layout extends BlockReader {
  readonly inodes: number;
  readonly inodesPerGroup: number;
  readonly inodeBytes: number;
  readonly descriptorBytes: number;
  readonly firstDescriptorBlock: number;
}

interface Inode extends NodeFacts {
  readonly flags: number;
  /** Where the blocks are, or the target of a short link. */
  readonly blocks: Buffer;
}

const MAGIC = 0xef53;
const ROOT_INODE = 2;
const NEEDS_RECOVERY = 0x4;
/** Features that do not change what is read here: types in folders, recovery, extents, 64 bits, groups, checksums … */
const KNOWN_FEATURES = 0x2 | NEEDS_RECOVERY | 0x40 | 0x80 | 0x100 | 0x200 | 0x400 | 0x2000 | 0x4000 | 0x8000 | 0x10000;
const USES_EXTENTS = 0x80000;
const IS_ENCRYPTED = 0x800;
const IS_INLINE = 0x1000_0000;
const KINDS: Readonly<Record<number, NodeKind>> = { 0x8: 'file', 0x4: 'folder', 0xa: 'link' };
const MOST_LINK_BYTES = 4096;
const MOST_CACHED_BLOCKS = 4096;

/** @throws VolumeError if it is no such file system, or one with features that change its layout in unknown ways */
export async function openExt(disk: Disk): Promise<ExtVolume> {
  if (disk.bytes < 2048) throw new VolumeError('damaged', 'it is shorter than its superblock');
  const superblock = await disk.read(1024, 1024);
  const layout = layoutOf(disk, superblock);
  const inodes = new Map<number, Inode>();
  const inodeOf = async (number: number): Promise<Inode> => {
    const known = inodes.get(number) ?? (await readInode(layout, number));
    if (inodes.size < MOST_CACHED_BLOCKS) inodes.set(number, known);
    return known;
  };
  return {
    root: ROOT_INODE,
    uuid: superblock.subarray(0x68, 0x78).toString('hex'),
    needsRecovery: (superblock.readUInt32LE(0x60) & NEEDS_RECOVERY) !== 0,
    facts: inodeOf,
    children: async (number) => childrenOf(await contentOf(layout, await inodeOf(number), MOST_FOLDER_BYTES)),
    target: async (number) => linkTarget(layout, await inodeOf(number)),
    read: async (number, start, bytes) => readRuns(layout, await inodeOf(number), start, bytes),
    fold: (name) => name,
  };
}

function layoutOf(disk: Disk, superblock: Buffer): Layout {
  const damaged = (what: string): VolumeError => new VolumeError('damaged', what);
  if (superblock.readUInt16LE(0x38) !== MAGIC) throw damaged('it has no superblock of ext4');
  const unknown = superblock.readUInt32LE(0x60) & ~KNOWN_FEATURES;
  if (unknown !== 0)
    throw new VolumeError(
      'unread',
      `it uses features of ext4 that are not read here (0x${(unknown >>> 0).toString(16)})`,
    );
  const blockBytes = 1024 * 2 ** superblock.readUInt32LE(0x18);
  if (blockBytes > 65_536) throw damaged(`it says that its blocks have ${blockBytes} bytes`);
  const is64 = (superblock.readUInt32LE(0x60) & 0x80) !== 0;
  const inodeBytes = superblock.readUInt32LE(0x4c) === 0 ? 128 : superblock.readUInt16LE(0x58);
  const descriptorBytes = is64 ? superblock.readUInt16LE(0xfe) : 32;
  const inodesPerGroup = superblock.readUInt32LE(0x28);
  // Powers of two, so that neither an inode nor a descriptor reaches from one block into the next.
  const isOdd = (size: number, least: number): boolean =>
    size < least || size > blockBytes || (size & (size - 1)) !== 0;
  if (isOdd(inodeBytes, 128) || isOdd(descriptorBytes, is64 ? 64 : 32) || inodesPerGroup === 0)
    throw damaged('the sizes in its superblock are impossible');
  return {
    blockBytes,
    readBlock: cachedBlocks(disk, blockBytes),
    readBytes: (start, bytes) => within(disk, start, bytes),
    inodes: superblock.readUInt32LE(0),
    inodesPerGroup,
    inodeBytes,
    descriptorBytes,
    firstDescriptorBlock: superblock.readUInt32LE(0x14) + 1,
  };
}

function cachedBlocks(disk: Disk, blockBytes: number): (block: number) => Promise<Buffer> {
  const cache = new Map<number, Buffer>();
  return async (block) => {
    const known = cache.get(block);
    if (known !== undefined) return known;
    const bytes = await within(disk, block * blockBytes, blockBytes);
    if (cache.size >= MOST_CACHED_BLOCKS) cache.clear();
    cache.set(block, bytes);
    return bytes;
  };
}

async function within(disk: Disk, start: number, bytes: number): Promise<Buffer> {
  if (start + bytes > disk.bytes) throw new VolumeError('damaged', 'it points beyond its partition');
  return disk.read(start, bytes);
}

async function readInode(layout: Layout, number: number): Promise<Inode> {
  if (number < 1 || number > layout.inodes) throw new VolumeError('damaged', `it has no inode ${number}`);
  const { blockBytes, inodeBytes, descriptorBytes, inodesPerGroup } = layout;
  const group = Math.floor((number - 1) / inodesPerGroup);
  const descriptorAt = group * descriptorBytes;
  const descriptors = await layout.readBlock(layout.firstDescriptorBlock + Math.floor(descriptorAt / blockBytes));
  const at = descriptorAt % blockBytes;
  const high = descriptorBytes >= 64 ? descriptors.readUInt32LE(at + 0x28) : 0;
  const table = descriptors.readUInt32LE(at + 8) + high * 2 ** 32;
  const inodeAt = ((number - 1) % inodesPerGroup) * inodeBytes;
  const block = await layout.readBlock(table + Math.floor(inodeAt / blockBytes));
  return parseInode(block.subarray(inodeAt % blockBytes, (inodeAt % blockBytes) + 128));
}

function parseInode(bytes: Buffer): Inode {
  const mode = bytes.readUInt16LE(0);
  return {
    kind: KINDS[mode >> 12] ?? 'other',
    mode: mode & 0o7777,
    uid: bytes.readUInt16LE(2) + bytes.readUInt16LE(0x78) * 65_536,
    gid: bytes.readUInt16LE(0x18) + bytes.readUInt16LE(0x7a) * 65_536,
    bytes: bytes.readUInt32LE(4) + bytes.readUInt32LE(0x6c) * 2 ** 32,
    flags: bytes.readUInt32LE(0x20),
    blocks: bytes.subarray(0x28, 0x28 + 60),
  };
}

async function linkTarget(layout: Layout, inode: Inode): Promise<string> {
  if (inode.bytes > MOST_LINK_BYTES)
    throw new VolumeError('damaged', 'a symbolic link in it is longer than a path can be');
  const isShort = inode.bytes < 60 && (inode.flags & USES_EXTENTS) === 0;
  const content = isShort ? inode.blocks.subarray(0, inode.bytes) : await contentOf(layout, inode, MOST_LINK_BYTES);
  return content.toString('utf8');
}

async function contentOf(layout: Layout, inode: Inode, most: number): Promise<Buffer> {
  if (inode.bytes > most) throw new VolumeError('damaged', `a folder in it has ${inode.bytes} bytes`);
  return readRuns(layout, inode, 0, inode.bytes);
}

/** What no run covers reads as zeros. */
async function readRuns(layout: Layout, inode: Inode, start: number, bytes: number): Promise<Buffer> {
  const { blockBytes } = layout;
  const end = Math.min(start + bytes, inode.bytes);
  const content = Buffer.alloc(Math.max(0, end - start));
  if (content.length === 0) return content;
  for (const { logical, physical, count } of await runsOf(layout, inode, Math.ceil(end / blockBytes))) {
    const from = Math.max(start, logical * blockBytes);
    const until = Math.min(end, (logical + count) * blockBytes);
    if (from >= until) continue;
    const piece = await layout.readBytes(physical * blockBytes + (from - logical * blockBytes), until - from);
    piece.copy(content, from - start);
  }
  return content;
}

async function runsOf(layout: Layout, inode: Inode, blocks: number): Promise<readonly Run[]> {
  if ((inode.flags & IS_ENCRYPTED) !== 0) throw new VolumeError('unread', 'it has encrypted files');
  if ((inode.flags & IS_INLINE) !== 0) throw new VolumeError('unread', 'it has files inside of inodes');
  return (inode.flags & USES_EXTENTS) === 0
    ? blockListRuns(layout, inode.blocks, blocks)
    : extentRuns(layout, inode.blocks);
}

/** Folders with an index are read in the same way: its blocks look like entries without a name. */
function childrenOf(content: Buffer): ReadonlyMap<string, number> {
  const children = new Map<string, number>();
  for (let at = 0; at + 8 <= content.length;) {
    const inode = content.readUInt32LE(at);
    // 64 KiB do not fit into the field.
    const length = content.readUInt16LE(at + 4) % 65_535 || 65_536;
    const nameBytes = content.readUInt8(at + 6);
    if (length < 8 || at + length > content.length || 8 + nameBytes > length) {
      throw new VolumeError('damaged', 'a folder in it has entries that do not fit into it');
    }
    const name = content.subarray(at + 8, at + 8 + nameBytes).toString('utf8');
    if (inode !== 0 && name !== '.' && name !== '..') children.set(name, inode);
    at += length;
  }
  return children;
}
