/**
 * The GUID partition table: a header and its entries at the beginning of a disk, and a second copy at its end.
 *
 * @see UEFI Specification, section "GUID Partition Table (GPT) Disk Layout"
 */
import { crc32 } from 'node:zlib';
import { SECTOR_BYTES, type Disk, type Partition } from './disk.ts';
import { formatGuid } from './uuid.ts';

export interface Gpt {
  readonly diskId: string;
  readonly partitions: readonly Partition[];
  /** In either copy, and between them. */
  readonly mistakes: readonly string[];
}

/** One copy, as whole as its checksums say. */
interface Copy {
  readonly diskId: string;
  readonly otherSector: number;
  readonly firstUsable: number;
  readonly lastUsable: number;
  readonly entrySize: number;
  readonly entries: Buffer;
}

type Reading = { readonly copy: Copy } | { readonly mistake: string };

const SIGNATURE = 'EFI PART';
const LEAST_HEADER_BYTES = 92;
const LEAST_ENTRY_BYTES = 128;
/** 128 entries take 16 KiB; what asks for more than this is no table. */
const MOST_TABLE_BYTES = 2 ** 20;
const UNUSED = '00000000-0000-0000-0000-000000000000';

export const GPT_TYPES = {
  biosBoot: '21686148-6449-6e6f-744e-656564454649',
  efiSystem: 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b',
  linuxSwap: '0657fd6d-a4ab-43c4-84e5-0933c84b4f4f',
  linuxRootX64: '4f68bce3-e8cd-4db1-96e7-fbcaf984b709',
} as const;
const TYPE_NAMES: Readonly<Record<string, string>> = {
  [GPT_TYPES.biosBoot]: 'BIOS boot',
  [GPT_TYPES.efiSystem]: 'EFI system',
  [GPT_TYPES.linuxSwap]: 'Linux swap',
  '0fc63daf-8483-4772-8e79-3d69d8477de4': 'Linux',
  [GPT_TYPES.linuxRootX64]: 'Linux root (x86-64)',
  'b921b045-1df0-41c3-af44-4c6f280d3fae': 'Linux root (ARM64)',
  'bc13c2ff-59e6-4262-a352-b275fd6f7172': 'Linux extended boot',
  'e6d6d379-f507-44c2-a23c-238f2a3df928': 'Linux LVM',
  'ebd0a0a2-b9e5-4433-87c0-68b6b72699c7': 'Microsoft basic data',
};

/** @returns undefined if neither of the two places has the signature of a GPT */
export async function readGpt(disk: Disk): Promise<Gpt | undefined> {
  const lastSector = Math.floor(disk.bytes / SECTOR_BYTES) - 1;
  if (lastSector < 2) return undefined;
  const first = await readCopy(disk, 1);
  const second = await readCopy(disk, lastSector);
  if (first === undefined && second === undefined) return undefined;
  const whole = [first, second].flatMap((each) => (each !== undefined && 'copy' in each ? [each.copy] : []));
  const mistakes = [
    ...mistakesOfCopy('first', first),
    ...mistakesOfCopy('second', second),
    ...mistakesBetween(whole, lastSector),
  ];
  const [copy] = whole;
  if (copy === undefined) return { diskId: UNUSED, partitions: [], mistakes };
  const partitions = partitionsOf(copy);
  return { diskId: copy.diskId, partitions, mistakes: [...mistakes, ...mistakesOfPlaces(copy, partitions)] };
}

/** @returns undefined if the sector does not begin as the header of a GPT does */
async function readCopy(disk: Disk, sector: number): Promise<Reading | undefined> {
  const header = await disk.read(sector * SECTOR_BYTES, SECTOR_BYTES);
  if (header.subarray(0, 8).toString('latin1') !== SIGNATURE) return undefined;
  const headerBytes = header.readUInt32LE(12);
  if (headerBytes < LEAST_HEADER_BYTES || headerBytes > SECTOR_BYTES) {
    return { mistake: `says that its header has ${headerBytes} bytes` };
  }
  const summed = Buffer.from(header.subarray(0, headerBytes));
  summed.writeUInt32LE(0, 16);
  if (crc32(summed) !== header.readUInt32LE(16)) return { mistake: 'has a header that does not match its checksum' };
  const ownSector = sectorAt(header, 24);
  if (ownSector !== sector) return { mistake: `is at sector ${sector} and says that it is at ${ownSector}` };
  return readEntries(disk, header);
}

async function readEntries(disk: Disk, header: Buffer): Promise<Reading> {
  const [startByte, count, entrySize] = [
    sectorAt(header, 72) * SECTOR_BYTES,
    header.readUInt32LE(80),
    header.readUInt32LE(84),
  ];
  const tableBytes = count * entrySize;
  if (entrySize < LEAST_ENTRY_BYTES || tableBytes > MOST_TABLE_BYTES || startByte + tableBytes > disk.bytes) {
    return { mistake: `says that it has ${count} entries of ${entrySize} bytes at byte ${startByte}` };
  }
  const entries = await disk.read(startByte, tableBytes);
  if (crc32(entries) !== header.readUInt32LE(88)) return { mistake: 'has entries that do not match their checksum' };
  const copy: Copy = {
    diskId: formatGuid(header.subarray(56, 72)),
    otherSector: sectorAt(header, 32),
    firstUsable: sectorAt(header, 40),
    lastUsable: sectorAt(header, 48),
    entrySize,
    entries,
  };
  return { copy };
}

function mistakesOfCopy(which: string, reading: Reading | undefined): string[] {
  if (reading === undefined) return [`the ${which} copy of the GPT is not there`];
  return 'mistake' in reading ? [`the ${which} copy of the GPT ${reading.mistake}`] : [];
}

function mistakesBetween([first, second]: readonly Copy[], lastSector: number): string[] {
  if (first === undefined || second === undefined) return [];
  return [
    ...(first.otherSector === lastSector
      ? []
      : [`the GPT says that its second copy is at sector ${first.otherSector}`]),
    ...(second.otherSector === 1 ? [] : [`the second copy of the GPT says that the first is at ${second.otherSector}`]),
    ...(first.diskId === second.diskId && first.entries.equals(second.entries)
      ? []
      : ['the two copies of the GPT differ']),
  ];
}

function partitionsOf({ entries, entrySize }: Copy): Partition[] {
  const numbers = Array.from({ length: Math.floor(entries.length / entrySize) }, (_, index) => index);
  return numbers.flatMap((index) => {
    const entry = entries.subarray(index * entrySize, (index + 1) * entrySize);
    const type = formatGuid(entry.subarray(0, 16));
    if (type === UNUSED) return [];
    const [first, last] = [sectorAt(entry, 32), sectorAt(entry, 40)];
    const [name = ''] = entry.subarray(56, LEAST_ENTRY_BYTES).toString('utf16le').split('\0');
    return {
      number: index + 1,
      startByte: first * SECTOR_BYTES,
      bytes: (last - first + 1) * SECTOR_BYTES,
      type,
      typeName: TYPE_NAMES[type],
      id: formatGuid(entry.subarray(16, 32)),
      name,
    };
  });
}

function mistakesOfPlaces({ firstUsable, lastUsable }: Copy, partitions: readonly Partition[]): string[] {
  return partitions
    .filter(({ startByte, bytes }) => {
      const firstSector = startByte / SECTOR_BYTES;
      return bytes <= 0 || firstSector < firstUsable || firstSector + bytes / SECTOR_BYTES - 1 > lastUsable;
    })
    .map(({ number }) => `partition ${number} is not within the sectors ${firstUsable} to ${lastUsable} of the GPT`);
}

/** Numbers beyond 2^53 lose digits, and stay beyond every disk. */
function sectorAt(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}
