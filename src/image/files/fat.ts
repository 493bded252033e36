/**
 * Reads FAT12, FAT16 and FAT32 with long names, as EFI system partitions are made of.
 *
 * @see UEFI Specification, section "EFI File System Format"; Microsoft's FAT specification of 2000
 */
import type { Disk } from '../disk.ts';
import { MOST_FOLDER_BYTES, VolumeError, type NodeFacts, type Volume } from './volume.ts';

export interface FatRef {
  readonly kind: 'file' | 'folder';
  /** 0 for the root folder of FAT12 and FAT16, and for a file without bytes. */
  readonly cluster: number;
  /** Of a folder: 0. */
  readonly bytes: number;
  readonly isFixedRoot: boolean;
}

interface Layout {
  readonly disk: Disk;
  readonly clusterBytes: number;
  /** Byte at which cluster 2 starts. */
  readonly dataStart: number;
  readonly clusters: number;
  readonly rootStart: number;
  readonly rootBytes: number;
  readonly bits: 12 | 16 | 32;
  readonly fat: Buffer;
}

const MOST_FAT_BYTES = 64 * 2 ** 20;
const ENTRY_BYTES = 32;
const LONG_NAME = 0x0f;
const IS_FOLDER = 0x10;
const IS_LABEL = 0x08;
/** Where the 13 letters of one piece of a long name stand. */
const LETTERS = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30];

/** @throws VolumeError if it is no FAT file system */
export async function openFat(disk: Disk): Promise<Volume<FatRef>> {
  const layout = await readLayout(disk);
  const isWide = layout.bits === 32;
  const boot = await disk.read(0, 512);
  return {
    root: { kind: 'folder', cluster: isWide ? boot.readUInt32LE(0x2c) : 0, bytes: 0, isFixedRoot: !isWide },
    facts: async (ref): Promise<NodeFacts> => ({ kind: ref.kind, bytes: ref.bytes, mode: undefined, uid: 0, gid: 0 }),
    children: async (ref) => entriesOf(await folderBytes(layout, ref)),
    target: () => Promise.reject(new VolumeError('damaged', 'FAT has no symbolic links')),
    read: async (ref, start, bytes) => readChain(layout, ref, start, bytes),
    fold: (name) => name.toLowerCase(),
  };
}

async function readLayout(disk: Disk): Promise<Layout> {
  if (disk.bytes < 512) throw new VolumeError('damaged', 'it is shorter than its first sector');
  const boot = await disk.read(0, 512);
  const sectorBytes = boot.readUInt16LE(0x0b);
  const clusterBytes = boot.readUInt8(0x0d) * sectorBytes;
  const reserved = boot.readUInt16LE(0x0e) * sectorBytes;
  const copies = boot.readUInt8(0x10);
  const rootBytes = boot.readUInt16LE(0x11) * ENTRY_BYTES;
  const sectors = boot.readUInt16LE(0x13) || boot.readUInt32LE(0x20);
  const fatBytes = (boot.readUInt16LE(0x16) || boot.readUInt32LE(0x24)) * sectorBytes;
  if (![512, 1024, 2048, 4096].includes(sectorBytes) || clusterBytes === 0 || copies === 0 || fatBytes === 0) {
    throw new VolumeError('damaged', 'the sizes in its first sector are impossible');
  }
  const rootStart = reserved + copies * fatBytes;
  const dataStart = rootStart + Math.ceil(rootBytes / sectorBytes) * sectorBytes;
  const clusters = Math.floor((Math.min(sectors * sectorBytes, disk.bytes) - dataStart) / clusterBytes);
  if (clusters < 1 || fatBytes > MOST_FAT_BYTES || reserved + fatBytes > disk.bytes) {
    throw new VolumeError('damaged', 'it does not fit into its partition');
  }
  const bits = clusters < 4085 ? 12 : clusters < 65_525 ? 16 : 32;
  const fat = await disk.read(reserved, Math.min(fatBytes, Math.ceil(((clusters + 2) * bits) / 8)));
  return { disk, clusterBytes, dataStart, clusters, rootStart, rootBytes, bits, fat };
}

function nextCluster({ fat, bits }: Layout, cluster: number): number | undefined {
  const at = Math.floor((cluster * bits) / 8);
  if (at + (bits === 32 ? 4 : 2) > fat.length) return undefined;
  if (bits === 32) return (fat.readUInt32LE(at) & 0x0fff_ffff) >>> 0;
  const pair = fat.readUInt16LE(at);
  if (bits === 16) return pair;
  return cluster % 2 === 0 ? pair & 0xfff : pair >> 4;
}

/** Numbers of the clusters, as many as hold that many bytes. */
function chainOf(layout: Layout, first: number, bytes: number): number[] {
  const chain: number[] = [];
  for (let cluster: number | undefined = first; chain.length * layout.clusterBytes < bytes;) {
    if (cluster === undefined || cluster < 2 || cluster >= layout.clusters + 2) break;
    chain.push(cluster);
    cluster = nextCluster(layout, cluster);
  }
  return chain;
}

async function readChain(layout: Layout, ref: FatRef, start: number, bytes: number): Promise<Buffer> {
  const end = Math.min(start + bytes, ref.bytes);
  const content = await readClusters(layout, ref.cluster, end);
  if (content.length < end) throw new VolumeError('damaged', 'a file in it ends before its size');
  return content.subarray(start, Math.max(start, end));
}

async function folderBytes(layout: Layout, { cluster, isFixedRoot }: FatRef): Promise<Buffer> {
  if (isFixedRoot) return layout.disk.read(layout.rootStart, layout.rootBytes);
  return readClusters(layout, cluster, MOST_FOLDER_BYTES);
}

async function readClusters(layout: Layout, first: number, bytes: number): Promise<Buffer> {
  const { disk, clusterBytes, dataStart } = layout;
  const pieces: Buffer[] = [];
  for (const cluster of chainOf(layout, first, bytes)) {
    pieces.push(await disk.read(dataStart + (cluster - 2) * clusterBytes, clusterBytes));
  }
  return Buffer.concat(pieces).subarray(0, bytes);
}

function entriesOf(content: Buffer): ReadonlyMap<string, FatRef> {
  const children = new Map<string, FatRef>();
  let long = '';
  for (let at = 0; at + ENTRY_BYTES <= content.length && content.readUInt8(at) !== 0; at += ENTRY_BYTES) {
    const entry = content.subarray(at, at + ENTRY_BYTES);
    const attributes = entry.readUInt8(0x0b);
    if (entry.readUInt8(0) === 0xe5) long = '';
    else if (attributes === LONG_NAME) long = `${lettersOf(entry)}${long}`;
    else {
      const name = long === '' ? shortName(entry) : long;
      long = '';
      if ((attributes & IS_LABEL) === 0 && name !== '.' && name !== '..') {
        children.set(name.toLowerCase(), refOf(entry, attributes));
      }
    }
  }
  return children;
}

function refOf(entry: Buffer, attributes: number): FatRef {
  const kind = (attributes & IS_FOLDER) === 0 ? 'file' : 'folder';
  const cluster = entry.readUInt16LE(0x14) * 65_536 + entry.readUInt16LE(0x1a);
  return { kind, cluster, bytes: kind === 'file' ? entry.readUInt32LE(0x1c) : 0, isFixedRoot: false };
}

function lettersOf(entry: Buffer): string {
  const letters = LETTERS.map((at) => String.fromCharCode(entry.readUInt16LE(at))).join('');
  return letters.replace(/\0.*$/s, '').replaceAll('\uFFFF', '');
}

function shortName(entry: Buffer): string {
  const [name, extension] = [
    entry.toString('latin1', 0, 8).trimEnd(),
    entry.toString('latin1', 8, 11).trimEnd(),
  ] as const;
  return extension === '' ? name : `${name}.${extension}`;
}
