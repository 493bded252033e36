/** How far a page blob has come, by its metadata: the hash of its content, and whether all of it is there. */
import { toSha256, type Sha256 } from '../model/digest.ts';
import { UserError } from '../model/errors.ts';
import { BrokenAnswer, failureOf } from './azure-failure.ts';
import { showPlace } from './azure-place.ts';
import type { AzureSession } from './azure-session.ts';
import { WRITE_KEY } from './azure-write.ts';
import type { PageContent } from './page-content.ts';
import { toPages, type PageRange, type WriteSizes } from './page-ranges.ts';

export interface PageBlob {
  readonly session: AzureSession;
  /** In the container, prefix included. */
  readonly blob: string;
  readonly sizes: WriteSizes;
}

/** The hash of `page-content.ts`. Not `sha256`, under which other blobs have that of all their bytes. */
const CONTENT_KEY = 'pages_sha256';
const COMPLETE_KEY = 'complete';

export type PageState =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unfinished' | 'complete'; readonly version: string; readonly write: string };

/** @param write the mark of the request that made the blob */
export function pageMetadata(
  { sha256 }: PageContent,
  { write, isComplete }: { readonly write: string; readonly isComplete: boolean },
): Record<string, string> {
  return { [CONTENT_KEY]: sha256, [COMPLETE_KEY]: String(isComplete), [WRITE_KEY]: write };
}

/**
 * What is there of that content.
 *
 * @throws UserError STORE_CONFLICT if something else is under that name
 */
export async function readState(
  target: PageBlob,
  content: PageContent,
  signal: AbortSignal | undefined,
): Promise<PageState> {
  const found = await propertiesOf(target, signal);
  if (found === undefined) return { kind: 'absent' };
  const { metadata = {}, blobType, contentLength, etag } = found;
  const known = toSha256(metadata[CONTENT_KEY] ?? '');
  const isComplete = metadata[COMPLETE_KEY] === 'true';
  if (known === content.sha256 && blobType === 'PageBlob' && contentLength === content.bytes) {
    const version = etag ?? '';
    return { kind: isComplete ? 'complete' : 'unfinished', version, write: metadata[WRITE_KEY] ?? '' };
  }
  const what =
    known === undefined
      ? `a ${blobType === 'PageBlob' ? 'page blob' : 'blob'} that no upload of an image made`
      : `${isComplete ? 'another content' : 'an unfinished upload of another content'}: pages sha256 ${known}`;
  const message = `${shownBlob(target)} has ${what}, and the file has the pages sha256 ${content.sha256}.`;
  throw new UserError('STORE_CONFLICT', message, {
    hint: 'Nothing is overwritten. Give another name, or remove the blob if nobody needs it.',
  });
}

/** What the metadata of a disk say, whoever asks; undefined: there is no blob of that name. */
export interface DiskBlob {
  readonly isPageBlob: boolean;
  readonly bytes: number;
  /** undefined: no upload of an image made it. */
  readonly sha256: Sha256 | undefined;
  readonly isComplete: boolean;
  readonly modifiedMs: number | undefined;
}

export async function describeDisk(target: PageBlob, signal?: AbortSignal): Promise<DiskBlob | undefined> {
  const found = await propertiesOf(target, signal);
  if (found === undefined) return undefined;
  const { metadata = {}, blobType, contentLength, lastModified } = found;
  return {
    isPageBlob: blobType === 'PageBlob',
    bytes: contentLength ?? 0,
    sha256: toSha256(metadata[CONTENT_KEY] ?? ''),
    isComplete: metadata[COMPLETE_KEY] === 'true',
    modifiedMs: lastModified?.getTime(),
  };
}

/** The pages that were ever written. */
export async function readPageRanges(
  { session, blob }: PageBlob,
  { bytes }: PageContent,
  signal: AbortSignal | undefined,
): Promise<readonly PageRange[]> {
  const client = (await session.container()).getPageBlobClient(blob);
  const found: PageRange[] = [];
  let continuationToken: string | undefined;
  do {
    const settings = continuationToken === undefined ? {} : { continuationToken };
    const page = await session.ask({ right: 'r', signal }, async ({ signal: abortSignal }) => {
      const end = await client.listPageRanges(0, bytes, { abortSignal }).byPage(settings).next();
      if (end.done === true) throw new BrokenAnswer('it listed no ranges');
      return end.value;
    });
    for (const { start, end } of page.pageRange ?? []) found.push({ start, bytes: end - start + 1 });
    continuationToken = page.continuationToken;
  } while (continuationToken !== undefined && continuationToken !== '');
  return toPages(found, bytes);
}

/** For messages: the URL of the blob, without its SAS. */
export function shownBlob({ session: { place }, blob }: PageBlob): string {
  return showPlace({ ...place, prefix: blob });
}

async function propertiesOf({ session, blob }: PageBlob, signal: AbortSignal | undefined) {
  const client = (await session.container()).getBlobClient(blob);
  return await session.ask({ right: 'r', signal }, async (attempt) => {
    try {
      return await client.getProperties({ abortSignal: attempt.signal });
    } catch (error) {
      if (failureOf(error, session.redact)?.code === 'BlobNotFound') return undefined;
      throw error;
    }
  });
}
