/** From a tree to a disk that boots, as a fixed VHD: without root, loop device, mount or virtual machine. */
import { dirname } from 'node:path';
import { explainDiskFull } from '../host/disk-space.ts';
import { remove, temporaryBeside } from '../host/files.ts';
import { readHeadNow } from '../host/quick-files.ts';
import { makeSparseFile, writeBytesAt } from '../host/sparse-file.ts';
import type { Sha256 } from '../model/digest.ts';
import { UserError } from '../model/errors.ts';
import { addBootFiles, espFiles, FSTAB, requireFile } from './boot-files.ts';
import { diskIds, MIB, planPartitions, sfdiskScript, type DiskIds, type PlannedPartition } from './disk-layout.ts';
import { SECTOR_BYTES } from './disk.ts';
import { runDiskTool } from './disk-tools.ts';
import { neededDiskBytes } from './ext4-plan.ts';
import { turnIntoFixedVhd } from './fixed-vhd.ts';
import { BOOT_CODE_BYTES, patchBootImage, patchCoreImage } from './grub-bios.ts';
import { BOOT_PATHS } from './grub-config.ts';
import type { FileEntry, RootTree } from './root-tree.ts';
import { FOOTER_BYTES } from './vhd-footer.ts';
import type { Generation } from './vhd-rules.ts';
import { writeEsp } from './write-esp.ts';
import { writeExt4 } from './write-ext4.ts';

export interface DiskSettings {
  /** Of the disk that a machine sees: whole MiB. */
  readonly diskBytes: number;
  readonly generations: readonly Generation[];
  /** Of all that the disk is made from: its ids follow from it, and nothing else does. */
  readonly contentId: Sha256;
  /** SOURCE_DATE_EPOCH. */
  readonly epochSeconds: number;
  /** Besides `root=` and `ro`. */
  readonly kernelParameters: readonly string[];
}

export interface WriteDiskOptions {
  readonly tree: RootTree;
  readonly settings: DiskSettings;
  /** The VHD. What is unfinished stands beside it with `.tmp-` in its name. */
  readonly out: string;
  readonly signal: AbortSignal;
}

interface WrittenPartition extends Omit<PlannedPartition, 'role'> {
  readonly content: 'bios-boot' | 'vfat' | 'ext4';
}

export interface WrittenDisk {
  readonly virtualBytes: number;
  readonly fileBytes: number;
  /** The id in the GPT. */
  readonly tableId: string;
  /** By number. */
  readonly partitions: readonly WrittenPartition[];
  /** What is on the root: the tree that was given, and what was added to it so that it boots. */
  readonly tree: RootTree;
  /** Of the root file system, by which it is found and mounted. */
  readonly rootId: string;
}

const CONTENT = { bios: 'bios-boot', esp: 'vfat', root: 'ext4' } as const;

/**
 * The same tree and settings give the same bytes on every machine with the same e2fsprogs, dosfstools, mtools and
 * util-linux. Adds grub.cfg and fstab to the tree; the rest of the boot path is taken from packages in it.
 *
 * @throws UserError IMAGE_INVALID if the disk is too small, the tree lacks what boots it, or holds what cannot be written;
 *   DISK_FULL, HOST_INCOMPLETE
 */
export async function writeDisk({ tree, settings, out, signal }: WriteDiskOptions): Promise<WrittenDisk> {
  const { diskBytes, generations, contentId, epochSeconds } = settings;
  const ids = diskIds(contentId);
  const whole = withBootFiles(tree, settings);
  requireRoom(whole, diskBytes);
  const partitions = planPartitions(diskBytes, generations, ids);
  const raw = temporaryBeside(out);
  try {
    await makeSparseFile(raw, diskBytes);
    await writePartitions({ raw, tree: whole, ids, partitions, epochSeconds, signal, work: dirname(out) });
    await turnIntoFixedVhd(raw, out, { contentSha256: contentId, epochSeconds });
  } catch (error) {
    throw explainDiskFull(error, out);
  } finally {
    await remove(raw);
  }
  return {
    ...{ virtualBytes: diskBytes, fileBytes: diskBytes + FOOTER_BYTES },
    ...{ tree: whole, tableId: ids.disk, rootId: ids.rootFileSystem },
    partitions: partitions
      .map(({ role, ...partition }) => ({ ...partition, content: CONTENT[role] }))
      .toSorted((a, b) => a.number - b.number),
  };
}

/** The smallest disk that is sure to hold the tree: whole MiB. A node needs more to work with. */
export function leastDiskBytes(tree: RootTree, settings: Omit<DiskSettings, 'diskBytes'>): number {
  return neededDiskBytes(withBootFiles(tree, settings));
}

function withBootFiles(tree: RootTree, settings: Omit<DiskSettings, 'diskBytes'>): RootTree {
  const entry = tree.get(FSTAB);
  const fstab = entry?.kind === 'file' ? Buffer.from(contentOf(entry)).toString() : '';
  return addBootFiles(tree, { ids: diskIds(settings.contentId), ...settings, fstab });
}

function requireRoom(tree: RootTree, diskBytes: number): void {
  const needed = neededDiskBytes(tree);
  if (diskBytes >= needed && diskBytes % MIB === 0) return;
  const what =
    diskBytes % MIB === 0
      ? `is too small: its content needs ${needed} bytes (${needed / MIB} MiB)`
      : 'is no whole number of MiB, which Azure asks for';
  throw new UserError('IMAGE_INVALID', `A disk of ${diskBytes} bytes (${Math.floor(diskBytes / MIB)} MiB) ${what}.`, {
    hint: `Set disk_gib to ${Math.ceil(needed / (1024 * MIB))} or more in the image definition, or take packages out of it.`,
  });
}

interface Work {
  readonly raw: string;
  readonly tree: RootTree;
  readonly ids: DiskIds;
  readonly partitions: readonly PlannedPartition[];
  readonly epochSeconds: number;
  readonly signal: AbortSignal;
  readonly work: string;
}

async function writePartitions({ raw, tree, ids, partitions, ...options }: Work): Promise<void> {
  await runDiskTool('sfdisk', ['--quiet', '--wipe', 'never', '--no-reread', '--no-tell-kernel', raw], {
    ...options,
    disk: raw,
    input: sfdiskScript(ids.disk, partitions),
  });
  for (const { role, startByte, bytes } of partitions) {
    if (role === 'bios') await writeBiosBoot(tree, raw, { startByte, bytes });
    else if (role === 'esp') {
      await writeEsp(espFiles(tree, ids), raw, { ...options, startByte, bytes, serial: ids.espSerial });
    } else {
      const id = ids.rootFileSystem;
      await writeExt4(tree, raw, { ...options, startByte, bytes, id, hashSeed: ids.hashSeed });
    }
  }
}

async function writeBiosBoot(
  tree: RootTree,
  raw: string,
  { startByte, bytes }: Pick<PlannedPartition, 'startByte' | 'bytes'>,
): Promise<void> {
  const sector = startByte / SECTOR_BYTES;
  const code = patchBootImage(contentOf(requireFile(tree, BOOT_PATHS.bootImage, 'grub-pc-bin')), sector);
  const core = patchCoreImage(contentOf(requireFile(tree, BOOT_PATHS.coreImage, 'grub-mkimage')), sector);
  if (core.length > bytes) throw new Error(`a core image of ${core.length} bytes is larger than its partition`);
  await writeBytesAt(raw, code.subarray(0, BOOT_CODE_BYTES), 0);
  await writeBytesAt(raw, core, startByte);
}

function contentOf({ content, bytes }: FileEntry): Uint8Array {
  return 'text' in content ? Buffer.from(content.text) : readHeadNow(content.file, bytes);
}
