/** What `image upload` prints, as data and as text. */
import type { Sha256 } from '../model/digest.ts';
import { formatBytes, plural } from '../report/format.ts';
import { pageRequests, type PageRequest } from '../store/azure-page-requests.ts';
import { shownBlob, type PageBlob } from '../store/azure-page-state.ts';
import type { PagePlan } from '../store/azure-pages.ts';
import type { PageContent } from '../store/page-content.ts';
import { formatTable } from './table.ts';

export interface UploadAnswer {
  readonly file: string;
  /** Its URL, without a SAS. */
  readonly blob: string;
  /** What was there before. */
  readonly state: PagePlan['state'];
  readonly sha256: Sha256;
  readonly fileBytes: number;
  /** In the order in which they are sent; those of kind `pages` are sent side by side. */
  readonly requests: readonly PageRequest[];
  /** What the requests carry. */
  readonly sentBytes: number;
  /** Whether the blob was read back and compared. */
  readonly isVerified: boolean;
  readonly isDryRun: boolean;
}

export interface Uploaded extends Pick<UploadAnswer, 'file' | 'isVerified' | 'isDryRun'> {
  readonly target: PageBlob;
  readonly content: PageContent;
}

export function toUploadAnswer(plan: PagePlan, { content, target, ...uploaded }: Uploaded): UploadAnswer {
  const { state, bytes: sentBytes } = plan;
  const { sha256, bytes: fileBytes } = content;
  const requests = pageRequests(target, content, plan);
  const isVerified = uploaded.isVerified && state !== 'complete';
  return { ...uploaded, blob: shownBlob(target), isVerified, state, sha256, fileBytes, requests, sentBytes };
}

export function describeUpload(answer: UploadAnswer): string {
  const { blob, state, sha256, fileBytes, requests, sentBytes, isVerified, isDryRun } = answer;
  if (state === 'complete') return `Nothing to do: ${blob} has it already (pages sha256 ${sha256}).`;
  if (isDryRun) return [`Would write to ${blob}:`, describeRequests(answer)].join('\n');
  const pages = requests.filter(({ kind }) => kind === 'pages' || kind === 'footer').length;
  return [
    `${state === 'absent' ? 'Uploaded' : 'Went on with'} ${blob}, ${formatBytes(fileBytes)}: ` +
      `sent ${formatBytes(sentBytes)} in ${plural(pages, 'page write')}.`,
    isVerified ? 'It was read back, and is the file.' : 'It was not read back.',
    `pages sha256 ${sha256}`,
  ].join('\n');
}

function describeRequests({ requests, fileBytes, sha256 }: UploadAnswer): string {
  const rows = (['create', 'pages', 'footer', 'metadata'] as const).flatMap((kind) => {
    const those = requests.filter((request) => request.kind === kind);
    return those.length === 0 ? [] : [[kind, plural(those.length, 'request'), carried(kind, those)]];
  });
  const table = formatTable(rows.map((row) => row.map((cell, index) => (index === 0 ? `  ${cell}` : cell))));
  return [table, '', ...requests.map(describeRequest)].join('\n');

  function carried(kind: PageRequest['kind'], those: readonly PageRequest[]): string {
    if (kind === 'create') return `a page blob of ${fileBytes} bytes`;
    if (kind === 'metadata') return `complete, pages sha256 ${sha256}`;
    return `${those.reduce((sum, { range }) => sum + (range?.bytes ?? 0), 0)} bytes`;
  }
}

/** In one line each: there may be thousands. */
function describeRequest({ method, url, headers }: PageRequest): string {
  const told = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${url}`, ...told].join('; ');
}
