/** Files that grow while they are read. */
import { watch } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/** Where the content goes; resolves when it may be given more. */
export type TakeChunk = (chunk: Uint8Array) => Promise<void>;

const CHUNK_BYTES = 64 * 1024;

/** Passes on the whole content of a file. */
export async function readChunks(path: string, take: TakeChunk): Promise<void> {
  await using file = await open(path, 'r');
  await takeRest(file, 0, take);
}

/**
 * Passes on the content of a file and what is appended to it, until `end` resolves; then what is left. A file that is
 * begun anew is passed on anew.
 */
export async function followFile(path: string, end: Promise<void>, take: TakeChunk): Promise<void> {
  let offset = 0;
  let isOver = false;
  let wake: () => void = () => {};
  // Before anything is waited for: an end that fails while nobody listens would end the process.
  const ended = Promise.allSettled([end]).then(([outcome]) => {
    isOver = true;
    wake();
    return outcome;
  });
  await using file = await open(path, 'r');
  using watcher = new DisposableStack();
  watcher.adopt(
    watch(path, () => wake()),
    (each) => each.close(),
  );
  for (let isLast = false; !isLast;) {
    isLast = isOver;
    const changed = new Promise<void>((resolve) => (wake = resolve));
    if ((await file.stat()).size < offset) offset = 0;
    offset = await takeRest(file, offset, take);
    if (!isLast && !isOver) await changed;
  }
  const outcome = await ended;
  if (outcome.status === 'rejected') throw outcome.reason;
}

async function takeRest(file: FileHandle, from: number, take: TakeChunk): Promise<number> {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  for (let offset = from; ;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
    if (bytesRead === 0) return offset;
    offset += bytesRead;
    await take(buffer.subarray(0, bytesRead));
  }
}
