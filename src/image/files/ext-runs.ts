/** Where on an ext file system the blocks of one file lie: by extents (ext4), or by lists of blocks (ext2 and ext3). */
import { VolumeError } from './volume.ts';

export interface BlockReader {
  readonly blockBytes: number;
  /** One block of structure, kept for the next that asks. */
  readonly readBlock: (block: number) => Promise<Buffer>;
  readonly readBytes: (start: number, bytes: number) => Promise<Buffer>;
}

/** `count` blocks of a file from its block `logical`, which lie at `physical` and behind it. */
export interface Run {
  readonly logical: number;
  readonly physical: number;
  readonly count: number;
}

const EXTENT_MAGIC = 0xf30a;
const MOST_DEPTH = 5;
const MOST_RUNS = 1_000_000;
/** Blocks of one tree: enough for the runs above, and an end for trees whose branches meet again. */
const MOST_NODES = 20_000;
/** An extent of more blocks than this is set aside and not written: it reads as zeros. */
const MOST_WRITTEN = 32_768;
const DIRECT_BLOCKS = 12;

/** @param root the 60 bytes in the inode */
export async function extentRuns(reader: BlockReader, root: Buffer): Promise<readonly Run[]> {
  const runs: Run[] = [];
  await collectExtents(reader, { node: root, depth: MOST_DEPTH }, { runs, nodes: 0 });
  return runs;
}

interface Branch {
  readonly node: Buffer;
  /** How deep it may be at most. */
  readonly depth: number;
}

interface Found {
  readonly runs: Run[];
  nodes: number;
}

async function collectExtents(reader: BlockReader, { node, depth }: Branch, found: Found): Promise<void> {
  found.nodes += 1;
  const [magic, entries, ownDepth] = [node.readUInt16LE(0), node.readUInt16LE(2), node.readUInt16LE(6)];
  if (magic !== EXTENT_MAGIC || 12 + entries * 12 > node.length || ownDepth > depth) {
    throw new VolumeError('damaged', 'a file in it has a broken tree of extents');
  }
  for (let at = 12; at < 12 + entries * 12; at += 12) {
    if (found.runs.length >= MOST_RUNS || found.nodes > MOST_NODES)
      throw new VolumeError('damaged', 'a file in it is in more pieces than can be');
    if (ownDepth === 0) {
      const count = node.readUInt16LE(at + 4);
      const physical = node.readUInt16LE(at + 6) * 2 ** 32 + node.readUInt32LE(at + 8);
      if (count <= MOST_WRITTEN) found.runs.push({ logical: node.readUInt32LE(at), physical, count });
    } else {
      const child = node.readUInt16LE(at + 8) * 2 ** 32 + node.readUInt32LE(at + 4);
      // Depth goes down by one on each step, so that a loop ends.
      await collectExtents(reader, { node: await reader.readBlock(child), depth: ownDepth - 1 }, found);
    }
  }
}

/** @param blocks how many of the file's first blocks are asked for */
export async function blockListRuns(reader: BlockReader, root: Buffer, blocks: number): Promise<readonly Run[]> {
  const runs: Run[] = [];
  const perBlock = reader.blockBytes / 4;
  const take = async (pointer: number, logical: number, level: number): Promise<void> => {
    if (pointer === 0 || logical >= blocks) return;
    if (level === 0) {
      runs.push({ logical, physical: pointer, count: 1 });
      return;
    }
    const list = await reader.readBlock(pointer);
    for (let index = 0; index < perBlock; index += 1) {
      await take(list.readUInt32LE(index * 4), logical + index * perBlock ** (level - 1), level - 1);
    }
  };
  for (let index = 0; index < DIRECT_BLOCKS; index += 1) await take(root.readUInt32LE(index * 4), index, 0);
  let logical = DIRECT_BLOCKS;
  for (const level of [1, 2, 3]) {
    await take(root.readUInt32LE((DIRECT_BLOCKS + level - 1) * 4), logical, level);
    logical += perBlock ** level;
  }
  return runs;
}
