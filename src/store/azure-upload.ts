/** Bytes to one blob: in one request, or in blocks side by side, each with its MD5; the blob appears when all are there. */
import { hash } from 'node:crypto';
import { PieceReader } from '../host/file-pieces.ts';
import { sha256, Sha256Stream, type Sha256 } from '../model/digest.ts';
import { UserError } from '../model/errors.ts';
import type { PutOptions, WriteOptions } from './artifact-store.ts';
import type { Buffers } from './azure-buffers.ts';
import { failureOf } from './azure-failure.ts';
import { planUpload, type UploadSizes } from './azure-limits.ts';
import type { AzureSession } from './azure-session.ts';
import { blockId, conditionsOf, headersOf, metadataOf, newWrite, writeOnce } from './azure-write.ts';

export interface Upload {
  readonly session: AzureSession;
  readonly buffers: Buffers;
  readonly sizes: UploadSizes;
  /** In the container, prefix included. */
  readonly blob: string;
}

/** How often blocks are sent anew, when another writer of the same blob has made the service forget them. */
const MOST_ROUNDS = 4;

/** @returns whether it was written; false: the condition did not hold */
export async function uploadBytes(upload: Upload, bytes: Uint8Array, options: WriteOptions): Promise<boolean> {
  return await putWhole(upload, bytes, { ...options, sha256: sha256(bytes) });
}

/**
 * Reads the file once, and hashes it on the way.
 *
 * @returns whether it was written; false: the condition did not hold
 * @throws UserError STORE_CORRUPT if the file is not what the caller said that it is
 */
export async function uploadFile(upload: Upload, path: string, options: PutOptions): Promise<boolean> {
  await using reader = await PieceReader.open(path);
  const plan = planUpload(reader.bytes, upload.sizes);
  if (plan.kind === 'blocks') {
    for (let round = 1; ; round += 1) {
      const end = await putBlocks(
        { ...upload, reader, path, blockBytes: plan.blockBytes, isLast: round === MOST_ROUNDS },
        options,
      );
      if (end !== undefined) return end;
    }
  }
  using taken = await upload.buffers.take(reader.bytes, options.signal ?? new AbortController().signal);
  await reader.fill(taken.bytes, 0);
  const digest = sha256(taken.bytes);
  checkDigest(digest, path, options);
  return await putWhole(upload, taken.bytes, { ...options, sha256: digest });
}

async function putWhole(
  { session, blob }: Upload,
  bytes: Uint8Array,
  options: WriteOptions & { readonly sha256: Sha256 },
): Promise<boolean> {
  const { condition, signal } = options;
  const write = newWrite();
  const md5 = hash('md5', bytes, 'buffer');
  const { blobHTTPHeaders } = headersOf(blob, options);
  const client = (await session.container()).getBlockBlobClient(blob);
  const isWritten = await writeOnce({ session, blob, condition, write, signal, bytes: bytes.length }, (abortSignal) =>
    client.upload(bytes, bytes.length, {
      abortSignal,
      blobHTTPHeaders: { ...blobHTTPHeaders, blobContentMD5: md5 },
      metadata: metadataOf(options.sha256, write, options.notes),
      conditions: conditionsOf(condition),
      transactionalContentMD5: md5,
    }),
  );
  options.onProgress?.(bytes.length, bytes.length);
  return isWritten;
}

interface BlockUpload extends Upload {
  readonly reader: PieceReader;
  readonly path: string;
  readonly blockBytes: number;
  readonly isLast: boolean;
}

/** @returns undefined: the service has forgotten the blocks, since another writer has made the same blob meanwhile */
async function putBlocks(upload: BlockUpload, options: PutOptions): Promise<boolean | undefined> {
  const { session, blob, path, isLast } = upload;
  const { condition, signal } = options;
  const client = (await session.container()).getBlockBlobClient(blob);
  if (condition?.kind === 'absent') {
    const isThere = await session.ask({ right: 'r', signal }, (attempt) =>
      client.exists({ abortSignal: attempt.signal }),
    );
    if (isThere) return false;
  }
  const write = newWrite();
  const { ids, digest } = await stageAll(upload, write, options);
  checkDigest(digest, path, options);
  let isForgotten = false;
  const once = { session, blob, condition, write, signal, bytes: 0 };
  const isWritten = await writeOnce(once, async (abortSignal) => {
    try {
      await client.commitBlockList(ids, {
        abortSignal,
        ...headersOf(blob, options),
        metadata: metadataOf(digest, write, options.notes),
        conditions: conditionsOf(condition),
      });
    } catch (error) {
      isForgotten = !isLast && failureOf(error, session.redact)?.code === 'InvalidBlockList';
      if (!isForgotten) throw error;
    }
  });
  return isForgotten ? undefined : isWritten;
}

/** Reads in order, for the hash, and sends as many blocks at once as the buffers allow. */
async function stageAll(
  upload: BlockUpload,
  write: string,
  { signal, onProgress }: PutOptions,
): Promise<{ readonly ids: string[]; readonly digest: Sha256 }> {
  const { reader, blockBytes, buffers } = upload;
  const failed = new AbortController();
  const stop = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  const stream = new Sha256Stream();
  const ids: string[] = [];
  const running: Promise<void>[] = [];
  let sent = 0;
  try {
    for (let position = 0; position < reader.bytes; position += blockBytes) {
      using owner = new DisposableStack();
      const { bytes } = owner.use(await buffers.take(Math.min(blockBytes, reader.bytes - position), stop));
      await reader.fill(bytes, position);
      stream.update(bytes);
      const id = blockId(write, ids.length);
      ids.push(id);
      const held = owner.move();
      const send = async (): Promise<void> => {
        using _held = held;
        await stage(upload, { id, bytes, signal: stop });
        sent += bytes.length;
        onProgress?.(sent, reader.bytes);
      };
      running.push(send().catch((error: unknown) => failed.abort(error)));
    }
  } finally {
    await Promise.all(running);
  }
  stop.throwIfAborted();
  return { ids, digest: stream.digest() };
}

async function stage(
  { session, blob }: Upload,
  { id, bytes, signal }: { readonly id: string; readonly bytes: Buffer; readonly signal: AbortSignal },
): Promise<void> {
  const client = (await session.container()).getBlockBlobClient(blob);
  const transactionalContentMD5 = hash('md5', bytes, 'buffer');
  await session.ask({ right: 'w', signal, bytes: bytes.length }, async ({ signal: abortSignal }) => {
    await client.stageBlock(id, bytes, bytes.length, { abortSignal, transactionalContentMD5 });
  });
}

function checkDigest(actual: Sha256, path: string, { sha256: expected }: PutOptions): void {
  if (expected === undefined || expected === actual) return;
  const message = `${path} should have the sha256 ${expected}, but has ${actual}; it is not uploaded.`;
  throw new UserError('STORE_CORRUPT', message, {
    hint: 'Look whether something writes to the file, and whether the disk is sound.',
  });
}
