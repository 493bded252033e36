/**
 * ISO 9660 images with one small file, as a machine finds its provisioning data on. One volume descriptor, one folder, a
 * path table in both byte orders: the least that a reader may ask for.
 *
 * @see ECMA-119, sections 8.4 (volume), 9.1 (records of a folder), 9.4 (path table)
 */

const SECTOR = 2048;
const VOLUME_AT = 16;
const TERMINATOR_AT = 17;
const LITTLE_TABLE_AT = 18;
const BIG_TABLE_AT = 19;
const FOLDER_AT = 20;
const FILE_AT = 21;
const PATH_TABLE_BYTES = 10;
/** A date of 17 digits that is not set. */
const NO_DATE = `${'0'.repeat(16)}\0`;

export interface IsoOptions {
  /** At most 32 characters. */
  readonly label: string;
  /** In capitals, at most 8 characters, a point, and 3: Linux shows it in small letters. */
  readonly fileName: string;
  readonly content: Buffer;
}

/** The whole image. */
export function isoImage({ label, fileName, content }: IsoOptions): Buffer {
  const fileSectors = Math.ceil(content.length / SECTOR);
  const image = Buffer.alloc((FILE_AT + fileSectors) * SECTOR);
  volumeDescriptor(label, FILE_AT + fileSectors).copy(image, VOLUME_AT * SECTOR);
  image.write('\u00ffCD001\u0001', TERMINATOR_AT * SECTOR, 'latin1');
  pathTable('little').copy(image, LITTLE_TABLE_AT * SECTOR);
  pathTable('big').copy(image, BIG_TABLE_AT * SECTOR);
  Buffer.concat([
    folderRecord('\0'),
    folderRecord('\u0001'),
    record({ name: `${fileName};1`, at: FILE_AT, bytes: content.length, flags: 0 }),
  ]).copy(image, FOLDER_AT * SECTOR);
  content.copy(image, FILE_AT * SECTOR);
  return image;
}

function volumeDescriptor(label: string, sectors: number): Buffer {
  const volume = Buffer.alloc(SECTOR);
  const text = (value: string, at: number, length: number): void => {
    volume.write(value.padEnd(length).slice(0, length), at, 'latin1');
  };
  volume.write('\u0001CD001\u0001', 'latin1');
  text('LINUX', 8, 32);
  text(label, 40, 32);
  both32(sectors).copy(volume, 80);
  both16(1).copy(volume, 120);
  both16(1).copy(volume, 124);
  both16(SECTOR).copy(volume, 128);
  both32(PATH_TABLE_BYTES).copy(volume, 132);
  volume.writeUInt32LE(LITTLE_TABLE_AT, 140);
  volume.writeUInt32BE(BIG_TABLE_AT, 148);
  folderRecord('\0').copy(volume, 156);
  text('', 190, 623);
  for (let at = 813; at < 881; at += NO_DATE.length) volume.write(NO_DATE, at, 'latin1');
  volume[881] = 1;
  return volume;
}

function pathTable(order: 'little' | 'big'): Buffer {
  const table = Buffer.alloc(PATH_TABLE_BYTES);
  table[0] = 1;
  if (order === 'little') table.writeUInt32LE(FOLDER_AT, 2);
  else table.writeUInt32BE(FOLDER_AT, 2);
  table[order === 'little' ? 6 : 7] = 1;
  return table;
}

/** The folder as it stands in itself: as what it is (`\0`), and as what is above it (`\1`). */
function folderRecord(name: '\0' | '\u0001'): Buffer {
  return record({ name, at: FOLDER_AT, bytes: SECTOR, flags: 2 });
}

interface RecordFields {
  readonly name: string;
  readonly at: number;
  readonly bytes: number;
  readonly flags: number;
}

function record({ name, at, bytes, flags }: RecordFields): Buffer {
  const length = 33 + name.length;
  const fields = Buffer.alloc(length + (length % 2));
  fields[0] = fields.length;
  both32(at).copy(fields, 2);
  both32(bytes).copy(fields, 10);
  // 1 January 1970; no time would be a date that some readers refuse.
  Buffer.from([70, 1, 1]).copy(fields, 18);
  fields[25] = flags;
  both16(1).copy(fields, 28);
  fields[32] = name.length;
  fields.write(name, 33, 'latin1');
  return fields;
}

function both16(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16LE(value, 0);
  bytes.writeUInt16BE(value, 2);
  return bytes;
}

function both32(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(value, 0);
  bytes.writeUInt32BE(value, 4);
  return bytes;
}
