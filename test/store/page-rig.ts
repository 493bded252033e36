/** Sparse files that stand for disks: large, nearly empty, with a last page as a VHD has it. */
import { closeSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { PieceReader } from '../../src/host/file-pieces.ts';
import { readPageContent, type PageContent } from '../../src/store/page-content.ts';
import type { PageRange, WriteSizes } from '../../src/store/page-ranges.ts';

export const KIB = 1024;
export const GIB = 2 ** 30;

export interface Disk {
  readonly path: string;
  readonly bytes: number;
  /** Where it was written to. */
  readonly allocated: readonly PageRange[];
}

/**
 * Makes a disk with a footer.
 *
 * @param virtualBytes without the footer
 * @param data where which bytes are
 */
export function makeDisk(path: string, virtualBytes: number, data: readonly (readonly [number, Buffer])[]): Disk {
  const footer: readonly [number, Buffer] = [virtualBytes, Buffer.from('conectix'.padEnd(512, '.'))];
  const file = openSync(path, 'w');
  ftruncateSync(file, virtualBytes + 512);
  const all = [...data, footer];
  for (const [start, bytes] of all) writeSync(file, bytes, 0, bytes.length, start);
  closeSync(file);
  return {
    ...{ path, bytes: virtualBytes + 512 },
    allocated: all.map(([start, bytes]) => ({ start, bytes: bytes.length })),
  };
}

/** Bytes of which no page is zero, and no two are the same. */
export function noise(bytes: number, seed = 1): Buffer {
  const buffer = Buffer.alloc(bytes);
  let state = seed;
  for (let at = 0; at < bytes; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    buffer.writeUInt32LE(state, at);
  }
  return buffer;
}

export async function contentOf({ path, allocated }: Disk, sizes?: WriteSizes): Promise<PageContent> {
  await using reader = await PieceReader.open(path);
  return await readPageContent(reader, allocated, sizes === undefined ? {} : { sizes });
}

export function readRange(path: string, { start, bytes }: PageRange): Buffer {
  const buffer = Buffer.alloc(bytes);
  const file = openSync(path, 'r');
  readSync(file, buffer, 0, bytes, start);
  closeSync(file);
  return buffer;
}
