/**
 * What is in an initial RAM disk: one or several cpio archives behind each other, the first ones not compressed if they
 * carry microcode, the last one compressed by one of many ways.
 */
import { promisify } from 'node:util';
import { gunzip, zstdDecompress } from 'node:zlib';
import { cleanEnvironment } from '../../host/environment.ts';
import { streamProcess } from '../../host/stream-process.ts';
import { isCpio, readCpio } from './cpio.ts';
import { decompressLz4, LZ4_LEGACY_MAGIC } from './lz4.ts';

/** Modules by name, with `_` for `-`; or why it cannot be told. */
export type InitrdReading = { readonly modules: ReadonlySet<string> } | { readonly unread: string };

/** More than any system has; a small file can become as large as one likes. */
export const MOST_INITRD_BYTES = 256 * 2 ** 20;
const MOST_UNPACKED_BYTES = 2 ** 29;
const MODULE = /\/([^/]+)\.ko(?:\.(?:xz|gz|zst))?$/;
/** Dracut's early archives, and what we would make of an archive in an archive in an archive. */
const MOST_LAYERS = 3;

class Unread extends Error {}

export async function readInitrd(bytes: Buffer, signal: AbortSignal): Promise<InitrdReading> {
  try {
    const names = await namesIn(bytes, MOST_LAYERS, signal);
    return { modules: new Set(names.flatMap((name) => moduleOf(name) ?? [])) };
  } catch (error) {
    if (error instanceof Unread) return { unread: error.message };
    signal.throwIfAborted();
    throw error;
  }
}

/** The module that a file is, as the kernel calls it; undefined: it is none. */
export function moduleOf(path: string): string | undefined {
  return MODULE.exec(`/${path}`)?.[1]?.replaceAll('-', '_');
}

async function namesIn(bytes: Buffer, layers: number, signal: AbortSignal): Promise<string[]> {
  const names: string[] = [];
  for (let at = pastZeros(bytes, 0); at < bytes.length; at = pastZeros(bytes, at)) {
    if (!isCpio(bytes, at)) {
      if (layers === 0) throw new Unread('it is compressed more often than it could be');
      const rest = await decompress(bytes.subarray(at), signal);
      return [...names, ...(await namesIn(rest, layers - 1, signal))];
    }
    const { names: found, end } = readCpio(bytes, at);
    if (end === undefined) throw new Unread('a cpio archive in it is broken');
    for (const name of found) names.push(name);
    at = end;
  }
  return names;
}

function pastZeros(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] === 0) at += 1;
  return at;
}

async function decompress(bytes: Buffer, signal: AbortSignal): Promise<Buffer> {
  const options = { maxOutputLength: MOST_UNPACKED_BYTES };
  try {
    switch (bytes.length < 6 ? 0 : bytes.readUInt32LE(0)) {
      case 0xfd2f_b528:
        return await promisify(zstdDecompress)(bytes, options);
      case LZ4_LEGACY_MAGIC:
        return decompressLz4(bytes, MOST_UNPACKED_BYTES);
      default:
    }
    if (bytes.readUInt16BE(0) === 0x1f8b) return await promisify(gunzip)(bytes, options);
  } catch (error) {
    throw new Unread(`it cannot be decompressed: ${error instanceof Error ? error.message : String(error)}`);
  }
  const program = programFor(bytes);
  if (program === undefined) throw new Unread('it is compressed in a way that is not known here');
  return decompressBy(program, bytes, signal);
}

function programFor(bytes: Buffer): readonly string[] | undefined {
  const head = bytes.toString('latin1', 0, 6);
  if (head === '\xFD7zXZ\0' || head.startsWith('\x5D\0\0')) return ['xz', '-dcq', '--memlimit-decompress=512MiB'];
  return head.startsWith('BZh') ? ['bzip2', '-dcq'] : undefined;
}

async function decompressBy([program = '', ...args]: readonly string[], input: Buffer, signal: AbortSignal) {
  const pieces: Buffer[] = [];
  const { status, stderr } = await streamProcess(program, args, {
    env: cleanEnvironment(),
    signal,
    input,
    read: async (stdout) => {
      let total = 0;
      for await (const piece of stdout) {
        if (!Buffer.isBuffer(piece)) continue;
        total += piece.length;
        if (total > MOST_UNPACKED_BYTES) throw new Unread(`it has more than ${MOST_UNPACKED_BYTES} bytes inside`);
        pieces.push(piece);
      }
    },
  });
  if (status !== 0) throw new Unread(`${program} cannot decompress it: ${stderr.trim().split('\n')[0] ?? ''}`);
  return Buffer.concat(pieces);
}
