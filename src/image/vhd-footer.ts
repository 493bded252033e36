/**
 * The footer of a VHD: 512 bytes, big-endian, at the very end of the file. All that makes a raw disk a fixed VHD.
 *
 * @see Virtual Hard Disk Image Format Specification, "Hard Disk Footer Format"
 */
import type { Sha256 } from '../model/digest.ts';
import { formatUuid, uuidBytesFrom } from './uuid.ts';
import { geometryOf, type Geometry } from './vhd-geometry.ts';

export const FOOTER_BYTES = 512;

type DiskType = 'fixed' | 'dynamic' | 'differencing' | 'unknown';

/** What a footer says, as far as anybody asks. */
export interface VhdFooter {
  readonly type: DiskType;
  /** The size of the disk inside. */
  readonly virtualBytes: number;
  readonly originalBytes: number;
  readonly geometry: Geometry;
  /** Seconds since 1970. */
  readonly createdSeconds: number;
  /** Four characters, such as `win ` or `qem2`; what is no printable ASCII stands as `.`. */
  readonly creator: string;
  readonly creatorHost: string;
  readonly id: string;
}

export interface FooterReading {
  readonly footer: VhdFooter;
  /** What contradicts the specification, in the order of the fields; empty: nothing. */
  readonly mistakes: readonly string[];
}

export interface FooterOptions {
  readonly virtualBytes: number;
  /** Of what the disk holds: the id of the disk follows from it. */
  readonly contentSha256: Sha256;
  /** Seconds since 1970, as in SOURCE_DATE_EPOCH. What lies before 2000 becomes 2000. */
  readonly epochSeconds: number;
}

const COOKIE = 'conectix';
/** 2000-01-01T00:00:00Z, where the clock of VHDs starts. */
const VHD_EPOCH_SECONDS = 946_684_800;
const FORMAT_VERSION = 0x0001_0000;
/** Always set. */
const RESERVED_FEATURE = 2;
/** "No further structure", as fixed disks have it. */
const NO_OFFSET = 0xffff_ffff_ffff_ffffn;
const TYPES: Readonly<Record<number, DiskType>> = { 2: 'fixed', 3: 'dynamic', 4: 'differencing' };
const AT = {
  ...{ features: 8, version: 12, dataOffset: 16, time: 24, creator: 28, creatorVersion: 32, creatorHost: 36 },
  ...{ original: 40, current: 48, cylinders: 56, heads: 58, sectors: 59, type: 60, checksum: 64, id: 68 },
  ...{ savedState: 84, reserved: 85 },
} as const;

/** The footer of a fixed disk; the same options give the same bytes. */
export function makeFixedFooter({ virtualBytes, contentSha256, epochSeconds }: FooterOptions): Buffer {
  const bytes = Buffer.alloc(FOOTER_BYTES);
  const { cylinders, heads, sectorsPerTrack } = geometryOf(virtualBytes);
  bytes.write(COOKIE, 'latin1');
  bytes.writeUInt32BE(RESERVED_FEATURE, AT.features);
  bytes.writeUInt32BE(FORMAT_VERSION, AT.version);
  bytes.writeBigUInt64BE(NO_OFFSET, AT.dataOffset);
  bytes.writeUInt32BE(Math.min(Math.max(0, epochSeconds - VHD_EPOCH_SECONDS), 0xffff_ffff), AT.time);
  // Of other creators, such as one of our own, qemu takes the size from the geometry, which is less than the disk.
  bytes.write('win ', AT.creator, 'latin1');
  bytes.writeUInt32BE(0x000a_0000, AT.creatorVersion);
  bytes.write('Wi2k', AT.creatorHost, 'latin1');
  bytes.writeBigUInt64BE(BigInt(virtualBytes), AT.original);
  bytes.writeBigUInt64BE(BigInt(virtualBytes), AT.current);
  bytes.writeUInt16BE(cylinders, AT.cylinders);
  bytes.writeUInt8(heads, AT.heads);
  bytes.writeUInt8(sectorsPerTrack, AT.sectors);
  bytes.writeUInt32BE(2, AT.type);
  uuidBytesFrom(contentSha256).copy(bytes, AT.id);
  bytes.writeUInt32BE(checksumOf(bytes), AT.checksum);
  return bytes;
}

/** Whether these bytes begin as a footer does, whatever follows. */
export function hasCookie(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, COOKIE.length)).toString('latin1') === COOKIE;
}

/** @returns undefined for what is no footer at all: another length, or without its cookie */
export function readFooter(data: Uint8Array): FooterReading | undefined {
  if (data.length !== FOOTER_BYTES || !hasCookie(data)) return undefined;
  const bytes = Buffer.from(data);
  const footer: VhdFooter = {
    type: TYPES[bytes.readUInt32BE(AT.type)] ?? 'unknown',
    virtualBytes: Number(bytes.readBigUInt64BE(AT.current)),
    originalBytes: Number(bytes.readBigUInt64BE(AT.original)),
    geometry: {
      cylinders: bytes.readUInt16BE(AT.cylinders),
      heads: bytes.readUInt8(AT.heads),
      sectorsPerTrack: bytes.readUInt8(AT.sectors),
    },
    createdSeconds: bytes.readUInt32BE(AT.time) + VHD_EPOCH_SECONDS,
    creator: textAt(bytes, AT.creator),
    creatorHost: textAt(bytes, AT.creatorHost),
    id: formatUuid(bytes.subarray(AT.id, AT.id + 16)),
  };
  return { footer, mistakes: mistakesOf(bytes, footer) };
}

/** One's complement of the sum of all bytes but those of the checksum itself. */
function checksumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (const [at, byte] of bytes.entries()) {
    if (at < AT.checksum || at >= AT.checksum + 4) sum += byte;
  }
  return ~sum >>> 0;
}

function mistakesOf(bytes: Buffer, { type, virtualBytes }: VhdFooter): string[] {
  const features = bytes.readUInt32BE(AT.features);
  const version = bytes.readUInt32BE(AT.version);
  const offset = bytes.readBigUInt64BE(AT.dataOffset);
  const [said, sum] = [bytes.readUInt32BE(AT.checksum), checksumOf(bytes)];
  const savedState = bytes.readUInt8(AT.savedState);
  const checks: readonly (readonly [isWrong: boolean, text: string])[] = [
    [(features & ~1) !== RESERVED_FEATURE, `its features are ${hex(features)}, not 0x00000002`],
    [version !== FORMAT_VERSION, `its format version is ${hex(version)}, not ${hex(FORMAT_VERSION)}`],
    [type === 'fixed' && offset !== NO_OFFSET, 'it is fixed and yet has a data offset'],
    [!Number.isSafeInteger(virtualBytes), 'its size is beyond all disks'],
    [type === 'unknown', `its disk type is ${bytes.readUInt32BE(AT.type)}, which is none of 2, 3 and 4`],
    [said !== sum, `its checksum is ${hex(said)}, and its bytes give ${hex(sum)}`],
    [savedState > 1, `its saved state is ${savedState}, neither 0 nor 1`],
    [bytes.subarray(AT.reserved).some((byte) => byte !== 0), 'its reserved bytes are not zero'],
  ];
  return checks.flatMap(([isWrong, text]) => (isWrong ? [text] : []));
}

function textAt(bytes: Buffer, at: number): string {
  return bytes
    .subarray(at, at + 4)
    .toString('latin1')
    .replaceAll(/[^ -~]/g, '.');
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
