/** From one container to another without the bytes coming here: the service fetches them itself. */
import type { BlobGetPropertiesResponse } from '@azure/storage-blob';
import { toSha256 } from '../model/digest.ts';
import { UserError } from '../model/errors.ts';
import type { PutOptions } from './artifact-store.ts';
import { MOST_SYNC_COPY_BYTES } from './azure-limits.ts';
import { readSas } from './azure-sas.ts';
import type { AzureSession } from './azure-session.ts';
import {
  blockId,
  conditionsOf,
  headersOf,
  metadataOf,
  newWrite,
  SHA256_KEY,
  writeOnce,
  type Writing,
} from './azure-write.ts';

export interface Copy {
  readonly from: AzureSession;
  /** In its container, prefix included. */
  readonly fromBlob: string;
  readonly to: AzureSession;
  readonly toBlob: string;
  /** Blobs up to this are copied in one request. Default: what the service takes. */
  readonly syncBytes?: number;
}

const SOURCE_SAS_MS = 3_600_000;

/**
 * Copies within the service, if it can.
 *
 * @returns undefined: it cannot, or will not say why, and the bytes have to go through this machine; whoever then fetches
 *   and puts them is told what is wrong
 */
export async function copyBlob(copy: Copy, options: PutOptions): Promise<boolean | undefined> {
  try {
    return await copyThere(copy, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/**
 * Small blobs in one request. Larger ones as blocks that the service fetches by their range, so that the name appears when
 * all are there: a blob that is copied in the background shows under its name before it is whole.
 */
async function copyThere(
  { from, fromBlob, to, toBlob, syncBytes = MOST_SYNC_COPY_BYTES }: Copy,
  options: PutOptions,
): Promise<boolean | undefined> {
  const { signal, condition } = options;
  const source = (await from.container()).getBlobClient(fromBlob);
  const found = await from.ask({ right: 'r', signal }, (attempt) =>
    source.getProperties({ abortSignal: attempt.signal }),
  );
  const { contentLength: bytes = 0, etag } = found;
  const sha256 = toSha256(found.metadata?.[SHA256_KEY] ?? '');
  // Without it, whoever reads the copy has nothing to verify it with.
  if (sha256 === undefined || (options.sha256 ?? sha256) !== sha256) return undefined;
  const sas = await readSas(from, { blob: fromBlob, forMs: SOURCE_SAS_MS, signal });
  const url = withSas(source.url, sas);
  const write = newWrite();
  const metadata = metadataOf(sha256, write, options.notes);
  const writing = { session: to, blob: toBlob, condition, write, signal, bytes };
  if (bytes > syncBytes) return await copyBlocks({ ...writing, url, partBytes: syncBytes }, { ...options, metadata });
  if (!isServedAlike(found, toBlob, options)) return undefined;
  const client = (await to.container()).getBlockBlobClient(toBlob);
  return await writeOnce(writing, (abortSignal) =>
    client.syncCopyFromURL(url, {
      ...{ abortSignal, metadata, conditions: conditionsOf(condition) },
      ...(etag === undefined ? {} : { sourceConditions: { ifMatch: etag } }),
    }),
  );
}

interface BlockCopy extends Writing {
  readonly url: string;
  readonly partBytes: number;
}

async function copyBlocks(
  copy: BlockCopy,
  { metadata, ...options }: PutOptions & { readonly metadata: Record<string, string> },
): Promise<boolean> {
  const { session, blob, url, write, signal, bytes, partBytes } = copy;
  const client = (await session.container()).getBlockBlobClient(blob);
  const ids: string[] = [];
  for (let offset = 0; offset < bytes; offset += partBytes) {
    const id = blockId(write, ids.length);
    const count = Math.min(partBytes, bytes - offset);
    ids.push(id);
    await session.ask({ right: 'w', signal, bytes: count }, (attempt) =>
      client.stageBlockFromURL(id, url, offset, count, { abortSignal: attempt.signal }),
    );
    options.onProgress?.(offset + count, bytes);
  }
  const conditions = conditionsOf(options.condition);
  return await writeOnce({ ...copy, bytes: 0 }, (abortSignal) =>
    client.commitBlockList(ids, { abortSignal, metadata, conditions, ...headersOf(blob, options) }),
  );
}

/** A copy in one request is served as its source is. */
function isServedAlike(found: BlobGetPropertiesResponse, blob: string, options: PutOptions): boolean {
  const { blobContentType, blobCacheControl } = headersOf(blob, options).blobHTTPHeaders;
  return found.contentType === blobContentType && found.cacheControl === blobCacheControl;
}

function withSas(url: string, sas: string): string {
  return url.includes('?') ? url : `${url}?${sas}`;
}
