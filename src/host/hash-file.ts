/** Hash and size of bytes, taken in one pass. */
import { open, type FileHandle } from 'node:fs/promises';
import { Sha256Stream, type Sha256 } from '../model/digest.ts';

export interface HashedBytes {
  readonly sha256: Sha256;
  readonly bytes: number;
}

const PIECE = 2 ** 20;

/**
 * Reads a file from its beginning to its end.
 *
 * @param file a path, or an open file, whose position is neither used nor moved
 */
export async function hashFile(file: string | FileHandle, signal?: AbortSignal): Promise<HashedBytes> {
  if (typeof file === 'string') {
    await using opened = await open(file, 'r');
    return await hashFile(opened, signal);
  }
  const hash = new Sha256Stream();
  const buffer = Buffer.allocUnsafe(PIECE);
  for (let bytes = 0; ;) {
    signal?.throwIfAborted();
    const { bytesRead } = await file.read(buffer, 0, PIECE, bytes);
    if (bytesRead === 0) return { sha256: hash.digest(), bytes };
    hash.update(buffer.subarray(0, bytesRead));
    bytes += bytesRead;
  }
}
