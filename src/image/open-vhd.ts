/** Finds out what a file is, and opens the disk of a VHD. */
import { PieceReader } from '../host/file-pieces.ts';
import { isMissing } from '../host/files.ts';
import { statIfThere } from '../host/stat.ts';
import { UserError } from '../model/errors.ts';
import type { Disk } from './disk.ts';
import { FOOTER_BYTES, hasCookie, readFooter, type FooterReading } from './vhd-footer.ts';

export interface OpenVhd extends AsyncDisposable {
  readonly fileBytes: number;
  readonly footer: FooterReading;
  /** Of a dynamic or differencing disk: whether its first 512 bytes are the same as its footer, as they have to be. */
  readonly hasFooterCopy: boolean;
  /** What is inside; undefined for a disk that is not fixed. It ends where the file does, whatever the footer says. */
  readonly disk: Disk | undefined;
}

/** Other formats by their first bytes, with what to call them. */
const OTHERS: readonly (readonly [magic: string, name: string])[] = [
  ['vhdxfile', 'a VHDX'],
  ['QFI\xFB', 'a qcow2 image'],
  ['KDMV', 'a VMDK'],
  ['\x1F\x8B', 'compressed by gzip'],
  ['\xFD7zXZ', 'compressed by xz'],
  ['\x28\xB5\x2F\xFD', 'compressed by zstd'],
];
const CONVERT = 'Azure takes fixed VHDs only: convert it, for example with qemu-img, and inspect the result.';

/**
 * @param shown the path as it was typed
 * @throws UserError IMAGE_INVALID, in one sentence, if it is no VHD
 */
export async function openVhd(path: string, shown: string): Promise<OpenVhd> {
  const file = await openFile(path, shown);
  try {
    const head = await readHead(file);
    const footer = file.bytes < FOOTER_BYTES ? undefined : readFooter(await read(file, file.bytes - FOOTER_BYTES, 512));
    if (footer === undefined) throw noVhd(head, file.bytes, shown);
    const disk: Disk = { bytes: file.bytes - FOOTER_BYTES, read: (start, bytes) => read(file, start, bytes) };
    const { type, virtualBytes } = footer.footer;
    return {
      fileBytes: file.bytes,
      footer,
      hasFooterCopy: head.equals(await read(file, file.bytes - FOOTER_BYTES, 512)),
      disk: type === 'fixed' ? { ...disk, bytes: Math.min(disk.bytes, virtualBytes) } : undefined,
      [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
    };
  } catch (error) {
    await file[Symbol.asyncDispose]();
    throw error;
  }
}

async function openFile(path: string, shown: string): Promise<PieceReader> {
  const stats = statIfThere(path);
  if (stats === undefined) throw invalid(`There is no file ${shown}.`, 'Name a file that ends in .vhd.');
  if (!stats.isFile()) throw invalid(`${shown} is no file.`, 'Name a file that ends in .vhd.');
  try {
    return await PieceReader.open(path);
  } catch (error) {
    if (isMissing(error)) throw invalid(`There is no file ${shown}.`, 'Name a file that ends in .vhd.');
    throw invalid(`${shown} cannot be read.`, error instanceof Error ? `${error.message}.` : 'Look at its mode.');
  }
}

async function readHead(file: PieceReader): Promise<Buffer> {
  return read(file, 0, Math.min(file.bytes, FOOTER_BYTES));
}

async function read(file: PieceReader, start: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  await file.fill(buffer, start);
  return buffer;
}

function noVhd(head: Buffer, fileBytes: number, shown: string): UserError {
  const text = head.toString('latin1');
  const other = OTHERS.find(([magic]) => text.startsWith(magic))?.[1];
  if (other !== undefined) return invalid(`${shown} is ${other}, no VHD.`, CONVERT);
  if (hasCookie(head)) {
    const hint = 'Copy it once more; a fixed VHD, which is what Azure takes, has no header.';
    return invalid(`${shown} was cut short: it has the header of a dynamic VHD and no footer.`, hint);
  }
  if (fileBytes < FOOTER_BYTES) return invalid(`${shown} has ${fileBytes} bytes, too few for a VHD.`, CONVERT);
  const hint = 'It is a disk that was never made a VHD, a VHD that was cut short, or something else.';
  return invalid(`${shown} is no VHD: its last 512 bytes are no footer.`, hint);
}

function invalid(message: string, hint: string): UserError {
  return new UserError('IMAGE_INVALID', message, { hint });
}
