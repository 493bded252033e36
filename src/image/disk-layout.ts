/** Where the partitions of our disks lie, and the ids that they have: numbers and places as in Debian's own cloud images. */
import { sha256, type Sha256 } from '../model/digest.ts';
import { SECTOR_BYTES } from './disk.ts';
import { GPT_TYPES } from './gpt.ts';
import { uuidFrom } from './uuid.ts';
import type { Generation } from './vhd-rules.ts';

export const MIB = 2 ** 20;

export interface PlannedPartition {
  readonly role: 'bios' | 'esp' | 'root';
  readonly number: number;
  readonly startByte: number;
  readonly bytes: number;
  readonly type: string;
  readonly id: string;
  readonly name: string;
}

/** All that tells one disk from another without being its content. */
export interface DiskIds {
  readonly disk: string;
  readonly partitions: Readonly<Record<PlannedPartition['role'], string>>;
  readonly rootFileSystem: string;
  /** What ext4 mixes into the hashes of names. */
  readonly hashSeed: string;
  /** Of the FAT: eight hex digits. */
  readonly espSerial: string;
}

/** The root is the last, so that it can grow with the disk, and begins behind the space of all others, whether they are there or not. */
const ROOT_START = 128 * MIB;
const BIOS_START = MIB;
const ESP_START = 4 * MIB;
/** For the second copy of the table. */
const TAIL = MIB;
/** What a disk holds besides its root partition. */
export const BYTES_BESIDES_ROOT = ROOT_START + TAIL;

/** Ids that are the same for the same inputs of a disk, and for no others. */
export function diskIds(contentId: Sha256): DiskIds {
  const uuid = (what: string): string => uuidFrom(sha256(`${contentId} ${what}`));
  return {
    disk: uuid('disk'),
    partitions: { bios: uuid('partition bios'), esp: uuid('partition esp'), root: uuid('partition root') },
    rootFileSystem: uuid('root file system'),
    hashSeed: uuid('hash seed'),
    espSerial: sha256(`${contentId} esp serial`).slice(0, 8),
  };
}

/**
 * In the order in which they lie on the disk.
 *
 * @param diskBytes whole MiB, more than {@link BYTES_BESIDES_ROOT}
 */
export function planPartitions(
  diskBytes: number,
  generations: readonly Generation[],
  ids: DiskIds,
): readonly PlannedPartition[] {
  const all: readonly PlannedPartition[] = [
    {
      ...{ role: 'bios', number: 14, startByte: BIOS_START, bytes: ESP_START - BIOS_START },
      ...{ type: GPT_TYPES.biosBoot, id: ids.partitions.bios, name: 'bios' },
    },
    {
      ...{ role: 'esp', number: 15, startByte: ESP_START, bytes: ROOT_START - ESP_START },
      ...{ type: GPT_TYPES.efiSystem, id: ids.partitions.esp, name: 'esp' },
    },
    {
      ...{ role: 'root', number: 1, startByte: ROOT_START, bytes: diskBytes - BYTES_BESIDES_ROOT },
      ...{ type: GPT_TYPES.linuxRootX64, id: ids.partitions.root, name: 'root' },
    },
  ];
  const needs: Readonly<Record<Generation, PlannedPartition['role']>> = { V1: 'bios', V2: 'esp' };
  return all.filter(({ role }) => role === 'root' || generations.some((generation) => needs[generation] === role));
}

/** What sfdisk reads to write the table. */
export function sfdiskScript(diskId: string, partitions: readonly PlannedPartition[]): string {
  const lines = partitions.map(({ number, startByte, bytes, type, id, name }) => {
    const place = `start=${startByte / SECTOR_BYTES}, size=${bytes / SECTOR_BYTES}`;
    return `${number} : ${place}, type=${type}, uuid=${id}, name="${name}"`;
  });
  return ['label: gpt', `label-id: ${diskId}`, 'unit: sectors', 'first-lba: 2048', ...lines, ''].join('\n');
}
