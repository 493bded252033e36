/**
 * The master boot record in the first sector of a disk, and the logical partitions that hang from it.
 *
 * @see UEFI Specification, section "Legacy Master Boot Record"
 */
import { SECTOR_BYTES, type Disk, type Partition } from './disk.ts';

export interface Mbr {
  /** Eight hex digits. */
  readonly diskId: string;
  /** Whether there is anything for a BIOS to run. */
  readonly hasBootCode: boolean;
  readonly partitions: readonly Partition[];
  /** Whether an entry stands for a whole GPT; with others beside it, the MBR is a hybrid one. */
  readonly isProtective: boolean;
  /** Extended partitions that do not lead on as they should. */
  readonly mistakes: readonly string[];
}

interface Entry {
  readonly status: number;
  readonly type: number;
  readonly startSector: number;
  readonly sectors: number;
}

const BOOT_CODE_BYTES = 440;
const ENTRIES_AT = 446;
const ENTRY_BYTES = 16;
const PROTECTIVE = 0xee;
const EXTENDED: readonly number[] = [0x05, 0x0f, 0x85];
/** More logical partitions than Linux shows; a chain that runs in a circle ends here. */
const MOST_LOGICAL = 60;
const TYPE_NAMES: Readonly<Record<number, string>> = {
  ...{ 0x05: 'extended', 0x07: 'NTFS or exFAT', 0x0b: 'FAT32', 0x0c: 'FAT32 (LBA)', 0x0e: 'FAT16 (LBA)' },
  ...{ 0x0f: 'extended (LBA)', 0x82: 'Linux swap', 0x83: 'Linux', 0x85: 'extended (Linux)', 0x8e: 'Linux LVM' },
  ...{ 0xee: 'GPT protective', 0xef: 'EFI system', 0xfd: 'Linux RAID' },
};

/** @returns undefined if the first sector does not end as an MBR does */
export async function readMbr(disk: Disk): Promise<Mbr | undefined> {
  if (disk.bytes < SECTOR_BYTES) return undefined;
  const sector = await disk.read(0, SECTOR_BYTES);
  if (!isSigned(sector)) return undefined;
  const primary = entriesOf(sector).map((entry, index) => ({ entry, number: index + 1 }));
  const used = primary.filter(({ entry }) => isUsed(entry));
  const extended = used.find(({ entry }) => EXTENDED.includes(entry.type))?.entry;
  const { logical, mistakes } = extended === undefined ? NO_LOGICAL : await readLogical(disk, extended);
  return {
    diskId: sector.readUInt32LE(BOOT_CODE_BYTES).toString(16).padStart(8, '0'),
    hasBootCode: sector.subarray(0, BOOT_CODE_BYTES).some((byte) => byte !== 0),
    partitions: [...used.map(({ entry, number }) => partitionOf(entry, number)), ...logical],
    isProtective: used.some(({ entry }) => entry.type === PROTECTIVE),
    mistakes,
  };
}

/** Whether the partition is a shell around logical ones, which lie within it. */
export function isExtended({ type }: Partition): boolean {
  return EXTENDED.some((code) => twoDigits(code) === type);
}

/** Whether the entry of an MBR stands for the GPT. */
export function isProtectiveEntry({ type }: Partition): boolean {
  return type === twoDigits(PROTECTIVE);
}

interface Chain {
  readonly logical: readonly Partition[];
  readonly mistakes: readonly string[];
}

const NO_LOGICAL: Chain = { logical: [], mistakes: [] };

/** Each logical partition has a sector of its own, whose second entry leads to the next, counted from the extended one. */
async function readLogical(disk: Disk, extended: Entry): Promise<Chain> {
  const logical: Partition[] = [];
  for (let at = extended.startSector; logical.length < MOST_LOGICAL;) {
    const number = logical.length + 5;
    const sector = (at + 1) * SECTOR_BYTES > disk.bytes ? undefined : await disk.read(at * SECTOR_BYTES, SECTOR_BYTES);
    if (sector === undefined || !isSigned(sector)) {
      return {
        logical,
        mistakes: [`the entry of logical partition ${number} is at sector ${at}, where there is none`],
      };
    }
    const [own, next] = entriesOf(sector);
    if (own !== undefined && isUsed(own)) {
      logical.push(partitionOf({ ...own, startSector: at + own.startSector }, number));
    }
    if (next === undefined || !isUsed(next)) return { logical, mistakes: [] };
    if (own === undefined || !isUsed(own)) break;
    at = extended.startSector + next.startSector;
  }
  return { logical, mistakes: ['the chain of logical partitions has no end'] };
}

function isSigned(sector: Buffer): boolean {
  return sector.readUInt16LE(510) === 0xaa55;
}

function entriesOf(sector: Buffer): readonly Entry[] {
  return [0, 1, 2, 3].map((index) => {
    const at = ENTRIES_AT + index * ENTRY_BYTES;
    return {
      status: sector.readUInt8(at),
      type: sector.readUInt8(at + 4),
      startSector: sector.readUInt32LE(at + 8),
      sectors: sector.readUInt32LE(at + 12),
    };
  });
}

function isUsed({ type, sectors }: Entry): boolean {
  return type !== 0 && sectors !== 0;
}

function partitionOf({ status, type, startSector, sectors }: Entry, number: number): Partition {
  return {
    number,
    startByte: startSector * SECTOR_BYTES,
    bytes: sectors * SECTOR_BYTES,
    type: twoDigits(type),
    typeName: TYPE_NAMES[type],
    isActive: status === 0x80,
  };
}

function twoDigits(type: number): string {
  return type.toString(16).padStart(2, '0');
}
