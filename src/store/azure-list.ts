/** What is in a container, in one flat listing with metadata, instead of a question per blob. */
import { toSha256 } from '../model/digest.ts';
import type { Listed } from './artifact-store.ts';
import type { AzureSession } from './azure-session.ts';
import { SHA256_KEY } from './azure-write.ts';

/** What the service gives at most at once. */
const PAGE = 5000;

/** Blobs with that prefix, by their names in the container. */
export async function listBlobs(
  session: AzureSession,
  prefix: string,
  signal: AbortSignal | undefined,
): Promise<(readonly [string, Listed])[]> {
  const found: (readonly [string, Listed])[] = [];
  let continuationToken: string | undefined;
  do {
    const page = await readPage(session, { prefix, continuationToken }, signal);
    found.push(...page.items);
    continuationToken = page.next;
  } while (continuationToken !== undefined);
  return found;
}

interface PageRequest {
  readonly prefix: string;
  readonly continuationToken: string | undefined;
}

interface Page {
  readonly items: readonly (readonly [string, Listed])[];
  readonly next: string | undefined;
}

async function readPage(
  session: AzureSession,
  { prefix, continuationToken }: PageRequest,
  signal: AbortSignal | undefined,
): Promise<Page> {
  const client = await session.container();
  return await session.ask({ right: 'l', signal }, async ({ signal: abortSignal }) => {
    const settings = { maxPageSize: PAGE, ...(continuationToken === undefined ? {} : { continuationToken }) };
    const listing = client.listBlobsFlat({ prefix, includeMetadata: true, abortSignal }).byPage(settings);
    const end = await listing.next();
    if (end.done === true) return { items: [], next: undefined };
    const { segment, continuationToken: next } = end.value;
    // Accounts with folders list these as blobs without content.
    const blobs = segment.blobItems.filter(({ metadata }) => metadata?.['hdi_isfolder'] !== 'true');
    const items = blobs.map(({ name, metadata, properties }): readonly [string, Listed] => [
      name,
      {
        bytes: properties.contentLength ?? 0,
        sha256: toSha256(metadata?.[SHA256_KEY] ?? ''),
        version: quoted(properties.etag),
        modifiedMs: properties.lastModified.getTime(),
      },
    ]);
    return { items, next: next === '' ? undefined : next };
  });
}

/** A listing has ETags without the quotes that headers have. */
function quoted(etag: string): string {
  return etag.startsWith('"') ? etag : `"${etag}"`;
}
