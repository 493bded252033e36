/** Finds the file systems of a disk that the booted system would mount, and opens them. */
import type { Disk, Partition } from '../disk.ts';
import { GPT_TYPES } from '../gpt.ts';
import type { InspectedPartition, InspectedTable } from '../vhd-rules.ts';
import { openExt, type ExtVolume } from './ext.ts';
import { openFat } from './fat.ts';
import { openFiles, type ImageFiles, type Mount } from './image-files.ts';
import { VolumeError } from './volume.ts';

export type DiskFiles =
  | {
      readonly state: 'read';
      /** Number of the partition that is the root. */
      readonly partition: number;
      readonly needsRecovery: boolean;
      /** Of the root, and of a partition for /boot if there is one. */
      readonly files: ImageFiles;
      /** Of the EFI system partition; one that cannot be read counts as empty. Undefined: there is none. */
      readonly esp: ImageFiles | undefined;
    }
  /** `unread`: it may be right, but is not read here; `broken`: nothing could boot from it. */
  | { readonly state: 'unread' | 'broken'; readonly why: string };

interface Opened {
  readonly partition: InspectedPartition;
  readonly volume: ExtVolume;
  readonly names: readonly string[];
}

const EFI_TYPES: readonly string[] = [GPT_TYPES.efiSystem, 'ef'];
const NOT_READ: Readonly<Record<string, string>> = {
  xfs: 'XFS',
  btrfs: 'Btrfs',
  lvm: 'LVM',
  luks: 'encrypted by LUKS',
};

export async function openDiskFiles(disk: Disk, table: InspectedTable): Promise<DiskFiles> {
  const opened: Opened[] = [];
  const refused: VolumeError[] = [];
  for (const partition of table.partitions.filter(({ content }) => content === 'ext')) {
    try {
      opened.push(await openPartition(disk, partition));
    } catch (error) {
      if (!(error instanceof VolumeError)) throw error;
      refused.push(new VolumeError(error.reason, `partition ${partition.number} cannot be read: ${error.message}`));
    }
  }
  const root = opened.find(({ names }) => names.includes('etc') && names.includes('usr'));
  if (root === undefined) return whyNoRoot(table, refused);
  const boot = opened.find(
    ({ names }) => !names.includes('etc') && names.some((name) => /^grub2?$|^vmlinuz/.test(name)),
  );
  const mounts = [
    { path: '/', volume: root.volume },
    ...(boot === undefined ? [] : [{ path: '/boot', volume: boot.volume }]),
  ];
  return {
    state: 'read',
    partition: root.partition.number,
    needsRecovery: root.volume.needsRecovery,
    files: openFiles(mounts),
    esp: await openEsp(disk, table),
  };
}

async function openPartition(disk: Disk, partition: InspectedPartition): Promise<Opened> {
  const volume = await openExt(partOf(disk, partition));
  const names = await openFiles([{ path: '/', volume: volume }]).list('/');
  return { partition, volume, names };
}

function whyNoRoot({ partitions }: InspectedTable, [refused]: readonly VolumeError[]): DiskFiles {
  if (refused !== undefined) {
    return { state: refused.reason === 'unread' ? 'unread' : 'broken', why: refused.message };
  }
  const other = partitions.find(({ content }) => NOT_READ[content ?? ''] !== undefined);
  const kind = NOT_READ[other?.content ?? ''];
  return kind === undefined || other === undefined
    ? { state: 'broken', why: 'no partition has a root file system' }
    : { state: 'unread', why: `partition ${other.number} is ${kind}, which is not read here` };
}

async function openEsp(disk: Disk, { partitions }: InspectedTable): Promise<ImageFiles | undefined> {
  const esp = partitions.find(({ type }) => EFI_TYPES.includes(type));
  if (esp === undefined) return undefined;
  const mounts: Mount[] = [];
  try {
    mounts.push({ path: '/', volume: await openFat(partOf(disk, esp)) });
  } catch (error) {
    if (!(error instanceof VolumeError)) throw error;
    return NO_FILES;
  }
  return withoutErrors(openFiles(mounts));
}

/** What breaks off inside of an EFI system partition is not there, as for the firmware; it is no fault of the root. */
function withoutErrors(files: ImageFiles): ImageFiles {
  const or = async <Result>(reading: Promise<Result>, otherwise: Result): Promise<Result> => {
    try {
      return await reading;
    } catch (error) {
      if (!(error instanceof VolumeError)) throw error;
      return otherwise;
    }
  };
  return {
    find: (path) => or(files.find(path), undefined),
    look: (path) => or(files.look(path), undefined),
    target: (path) => or(files.target(path), undefined),
    list: (path) => or(files.list(path), []),
    read: (path, most) => or(files.read(path, most), undefined),
    text: (path, most) => or(files.text(path, most), undefined),
  };
}

const NO_FILES: ImageFiles = {
  find: () => Promise.resolve(undefined),
  look: () => Promise.resolve(undefined),
  target: () => Promise.resolve(undefined),
  list: () => Promise.resolve([]),
  read: () => Promise.resolve(undefined),
  text: () => Promise.resolve(undefined),
};

/** A partition as a disk of its own: nothing outside of it can be reached. */
function partOf(disk: Disk, { startByte, bytes }: Partition): Disk {
  const length = Math.max(0, Math.min(bytes, disk.bytes - startByte));
  return {
    bytes: length,
    read: (start, count) => {
      if (start < 0 || count < 0 || start + count > length)
        throw new VolumeError('damaged', 'it points beyond its partition');
      return disk.read(startByte + start, count);
    },
  };
}
