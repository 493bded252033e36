/** Conditions of writes to Blob Storage, and whether they held. */
import { randomBytes } from 'node:crypto';
import type { Sha256 } from '../model/digest.ts';
import type { Attributes, Condition } from './artifact-store.ts';
import type { AzureSession } from './azure-session.ts';
import { failureOf } from './azure-failure.ts';
import { contentTypeOf } from './content-type.ts';

/** The name of the metadata that holds the SHA-256 of the content. */
export const SHA256_KEY = 'sha256';
/** Names the one write that made a blob: by it a write knows its own work when the answer was lost. */
export const WRITE_KEY = 'dcos_build_write';

export interface Headers {
  readonly blobHTTPHeaders: { readonly blobContentType: string; readonly blobCacheControl: string };
}

/** How a blob of that name is served. */
export function headersOf(name: string, { contentType, cache = 'immutable' }: Attributes): Headers {
  return {
    blobHTTPHeaders: {
      blobContentType: contentType ?? contentTypeOf(name),
      blobCacheControl: cache === 'immutable' ? 'public, max-age=31536000, immutable' : 'no-cache',
    },
  };
}

/** @throws Error for notes that cannot be metadata: the caller has a bug */
export function metadataOf(sha256: Sha256, write: string, notes: Attributes['notes'] = {}): Record<string, string> {
  for (const [key, value] of Object.entries(notes)) {
    const isFree = key !== SHA256_KEY && key !== WRITE_KEY;
    if (isFree && /^[a-z_]+$/.test(key) && /^[\x20-\x7e]*$/.test(value)) continue;
    throw new Error(`not a note that a store can keep: ${key}: ${value}`);
  }
  return { ...notes, [SHA256_KEY]: sha256, [WRITE_KEY]: write };
}

export function newWrite(): string {
  return randomBytes(12).toString('hex');
}

/** As long as those of other tools: all blocks that wait for one blob must have ids of one length. */
export function blockId(write: string, index: number): string {
  return Buffer.from(`${write}-${String(index).padStart(6, '0')}`.padEnd(48, '-')).toString('base64');
}

/** A condition as the service spells it. */
export function conditionsOf(condition: Condition | undefined): { ifNoneMatch?: string; ifMatch?: string } {
  if (condition === undefined) return {};
  return condition.kind === 'absent' ? { ifNoneMatch: '*' } : { ifMatch: condition.version };
}

export interface Writing {
  readonly session: AzureSession;
  /** In the container, prefix included. */
  readonly blob: string;
  readonly condition: Condition | undefined;
  /** The mark of this write, in the metadata. */
  readonly write: string;
  readonly signal: AbortSignal | undefined;
  /** Bytes that are sent. */
  readonly bytes: number;
}

/**
 * Does the one request that makes a blob appear.
 *
 * @returns false: the condition did not hold. When an earlier try was cut, a condition that fails may be our own work.
 */
export async function writeOnce(
  writing: Writing,
  request: (signal: AbortSignal) => Promise<unknown>,
): Promise<boolean> {
  const { session, condition, signal, bytes } = writing;
  let isUnsure = false;
  const isDone = await session.ask({ right: 'w', signal, bytes }, async (attempt) => {
    try {
      await request(attempt.signal);
      return true;
    } catch (error) {
      if (condition === undefined || !isConditionFailure(error, condition)) throw error;
      isUnsure = attempt.isUnsure;
      return false;
    }
  });
  return isDone || (isUnsure && (await isOwnWork(writing)));
}

async function isOwnWork({ session, blob, write, signal }: Writing): Promise<boolean> {
  const client = (await session.container()).getBlobClient(blob);
  return await session.ask({ right: 'r', signal }, async (attempt) => {
    try {
      return (await client.getProperties({ abortSignal: attempt.signal })).metadata?.[WRITE_KEY] === write;
    } catch (error) {
      if (failureOf(error, session.redact)?.code === 'BlobNotFound') return false;
      throw error;
    }
  });
}

/** Whether the service refused because of the condition, and nothing else. */
export function isConditionFailure(error: unknown, condition: Condition): boolean {
  const failure = failureOf(error, (text) => text);
  if (failure === undefined) return false;
  const { status, code } = failure;
  if (condition.kind === 'version') {
    return (
      code === 'ConditionNotMet' || code === 'TargetConditionNotMet' || (status === 404 && code === 'BlobNotFound')
    );
  }
  // A SAS that may create and not replace is refused with 403 where something is.
  return code === 'BlobAlreadyExists' || code === 'UnauthorizedBlobOverwrite' || code === 'ConditionNotMet';
}
