/** Whether a page blob holds what the file does: its pages are read back and hashed as those of the file were. */
import { hash } from 'node:crypto';
import { inParallel } from '../host/in-parallel.ts';
import { UserError } from '../model/errors.ts';
import { DamagedArtifact, type TransferOptions } from './artifact-store.ts';
import { BrokenAnswer } from './azure-failure.ts';
import { readPageRanges, shownBlob, type PageBlob } from './azure-page-state.ts';
import { PageHash, type PageContent } from './page-content.ts';
import { planWrites, subtract, sumOf, type PageRange } from './page-ranges.ts';

/** Requests on their way at once. */
const JOBS = 8;

/**
 * Holes are not read, neither here nor there.
 *
 * @throws UserError STORE_CORRUPT if pages lack; DamagedArtifact if there are too many, or other bytes in them
 */
export async function verifyPages(
  target: PageBlob,
  content: PageContent,
  { signal, onProgress }: TransferOptions = {},
): Promise<void> {
  const present = await readPageRanges(target, content, signal);
  const [lacking] = subtract(content.runs, present);
  if (lacking !== undefined) {
    throw new UserError('STORE_CORRUPT', `${shownBlob(target)} lacks the ${lacking.bytes} bytes at ${lacking.start}.`, {
      hint: 'Run the same upload again if it has not come to its end; else remove the blob, and upload it anew.',
    });
  }
  const { mostBytes } = target.sizes;
  const buffers = Array.from({ length: JOBS }, () => Buffer.allocUnsafeSlow(mostBytes));
  const pieces = planWrites(present, { mostBytes, bridgeBytes: 0 });
  const total = sumOf(pieces);
  const pages = new PageHash(content.bytes);
  let read = 0;
  for (let at = 0; at < pieces.length; at += JOBS) {
    const batch = pieces.slice(at, at + JOBS).map((range, index) => ({ range, buffer: buffers[index] }));
    const options = signal === undefined ? { jobs: JOBS } : { jobs: JOBS, signal };
    const parts = await inParallel(batch, options, async ({ range, buffer }, stop) => {
      if (buffer === undefined) throw new Error('a batch is larger than its buffers');
      const bytes = buffer.subarray(0, range.bytes);
      await readPages(target, { ...range, into: bytes }, stop);
      onProgress?.((read += range.bytes), total);
      return { start: range.start, bytes };
    });
    for (const { start, bytes } of parts) pages.update(bytes, start);
  }
  const actual = pages.digest();
  if (actual !== content.sha256) throw damaged(target, { expected: content.sha256, actual });
}

async function readPages(
  { session, blob }: PageBlob,
  { start, into }: PageRange & { readonly into: Buffer },
  signal: AbortSignal,
): Promise<void> {
  const client = (await session.container()).getPageBlobClient(blob);
  await session.ask({ right: 'r', signal }, async (attempt) => {
    const response = await client.download(start, into.length, {
      abortSignal: attempt.signal,
      maxRetryRequests: 0,
      rangeGetContentMD5: true,
    });
    const { readableStreamBody: body, contentRange = '', contentMD5 } = response;
    if (body === undefined || !contentRange.startsWith(`bytes ${start}-`)) {
      throw new BrokenAnswer('it sent another part than was asked for');
    }
    let at = 0;
    for await (const chunk of body) {
      attempt.alive();
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      if (at + bytes.length > into.length) throw new BrokenAnswer('it sent more than was asked for');
      into.set(bytes, at);
      at += bytes.length;
    }
    if (at < into.length) throw new BrokenAnswer(`${at} bytes came of ${into.length}`);
    const isRight = contentMD5 === undefined || hash('md5', into, 'buffer').equals(contentMD5);
    if (!isRight) throw new BrokenAnswer('its bytes changed on the way');
  });
}

function damaged(
  target: PageBlob,
  { expected, actual }: { readonly expected: string; readonly actual: string },
): DamagedArtifact {
  return new DamagedArtifact(
    `${shownBlob(target)} is not what the file is: it has the pages sha256 ${actual}, and the file has ${expected}.`,
    {
      hint: 'Look whether something wrote to the file meanwhile; then remove the blob, and upload it anew.',
      expected: `pages sha256 ${expected}`,
      actual: `pages sha256 ${actual}`,
    },
  );
}
