/** The requests of an upload to a page blob, as they are sent; but for what only the moment knows. */
import type { PagePlan } from './azure-pages.ts';
import { pageMetadata, shownBlob, type PageBlob } from './azure-page-state.ts';
import { headersOf, WRITE_KEY } from './azure-write.ts';
import type { PageContent } from './page-content.ts';
import { endOf, type PageRange } from './page-ranges.ts';

export interface PageRequest {
  readonly kind: 'create' | 'pages' | 'footer' | 'metadata';
  readonly method: 'PUT';
  /** Without a SAS. */
  readonly url: string;
  /** Without those of every request, checksums, ETags, and the mark of the run. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of the file, in bytes; undefined: the request has no body. */
  readonly range?: PageRange;
}

/** In the order in which they are sent; those of kind `pages` are sent side by side. */
export function pageRequests(target: PageBlob, content: PageContent, plan: PagePlan): readonly PageRequest[] {
  const url = shownBlob(target);
  const { state, writes, footer } = plan;
  const write = (kind: 'pages' | 'footer', range: PageRange): PageRequest => ({
    ...{ kind, method: 'PUT', url: `${url}?comp=page`, range },
    headers: {
      'content-length': String(range.bytes),
      'x-ms-page-write': 'update',
      'x-ms-range': `bytes=${range.start}-${endOf(range) - 1}`,
    },
  });
  return [
    ...(state === 'absent' ? [createRequest(target, content, url)] : []),
    ...writes.map((range) => write('pages', range)),
    ...(footer === undefined ? [] : [write('footer', footer)]),
    ...(state === 'complete'
      ? []
      : [
          { kind: 'metadata', method: 'PUT', url: `${url}?comp=metadata`, headers: metadataOf(content, true) } as const,
        ]),
  ];
}

function createRequest({ blob }: PageBlob, content: PageContent, url: string): PageRequest {
  const { blobContentType, blobCacheControl } = headersOf(blob, { cache: 'no-cache' }).blobHTTPHeaders;
  const headers = {
    'if-none-match': '*',
    'x-ms-blob-cache-control': blobCacheControl,
    'x-ms-blob-content-length': String(content.bytes),
    'x-ms-blob-content-type': blobContentType,
    'x-ms-blob-type': 'PageBlob',
    ...metadataOf(content, false),
  };
  return { kind: 'create', method: 'PUT', url, headers };
}

function metadataOf(content: PageContent, isComplete: boolean): Record<string, string> {
  const metadata = Object.entries(pageMetadata(content, { write: '', isComplete }));
  const known = metadata
    .filter(([key]) => key !== WRITE_KEY)
    .map(([key, value]) => [`x-ms-meta-${key}`, value] as const);
  return Object.fromEntries(known.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
