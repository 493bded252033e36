/**
 * Puts one disk into a container as one contestant of the benchmark `pages`: `node bench/put-pages.ts WHO CONNECTION
 * CONTAINER DISK`, and for those that send a file of the same bytes without the holes, that file.
 */
import { Agent, request, type RequestOptions } from 'node:http';
import { basename, dirname } from 'node:path';
import { BlobServiceClient, ContainerSASPermissions, type BlockBlobParallelUploadOptions } from '@azure/storage-blob';
import { diskContent } from '../src/bake/disk-content.ts';
import { PieceReader } from '../src/host/file-pieces.ts';
import { keepHeapSmall } from '../src/host/heap.ts';
import { inParallel } from '../src/host/in-parallel.ts';
import { AzureBlobStore } from '../src/store/azure-blob.ts';
import { WRITE_SIZES } from '../src/store/azure-limits.ts';
import { uploadPages } from '../src/store/azure-pages.ts';
import { parseConnectionString } from '../src/store/azure-place.ts';

const [who = '', connection = '', container = '', path = ''] = process.argv.slice(2);
const HOUR_MS = 3_600_000;
const BARE_JOBS = 8;
const BLOCK_BYTES = 8 * 2 ** 20;

/**
 * As `image upload --no-verify` does, without its look at the tables.
 *
 * @param state where it is noted what is in the disk, as bakes do; undefined: nobody has seen it before
 */
async function ours(state: string | undefined): Promise<void> {
  keepHeapSmall();
  const account = parseConnectionString(connection, 'the bench');
  const target = new AzureBlobStore({ ...account, container, prefix: '' }).pageBlob(basename(path));
  await uploadPages(target, { path, content: await diskContent(path, { state }) });
}

/** The library by itself, to a block blob; in blocks whatever the size, so that `--quick` measures the same. */
async function library(options: BlockBlobParallelUploadOptions): Promise<void> {
  const client = BlobServiceClient.fromConnectionString(connection).getContainerClient(container);
  await client.getBlockBlobClient(basename(path)).uploadFile(path, { maxSingleShotSize: BLOCK_BYTES, ...options });
}

/** The least that anybody has to do who sends these bytes: bare requests, signed all at once; no hash, no second try. */
async function bare(kind: 'page' | 'block'): Promise<void> {
  const client = BlobServiceClient.fromConnectionString(connection).getContainerClient(container);
  await using reader = await PieceReader.open(path);
  if (kind === 'page') await client.getPageBlobClient('bare').create(reader.bytes);
  const expiresOn = new Date(Date.now() + HOUR_MS);
  const signed = new URL(await client.generateSasUrl({ permissions: ContainerSASPermissions.parse('cw'), expiresOn }));
  const agent = new Agent({ keepAlive: true, maxSockets: BARE_JOBS });
  const bytes = WRITE_SIZES.mostBytes;
  const starts = Array.from({ length: Math.ceil(reader.bytes / bytes) }, (_, index) => index * bytes);
  await inParallel(starts, { jobs: BARE_JOBS }, async (start) => {
    const body = Buffer.allocUnsafeSlow(Math.min(bytes, reader.bytes - start));
    await reader.fill(body, start);
    const id = Buffer.from(String(start).padStart(16, '0')).toString('base64');
    const query = kind === 'page' ? 'comp=page' : `comp=block&blockid=${encodeURIComponent(id)}`;
    const url = `${signed.origin}${signed.pathname}/bare?${query}&${signed.search.slice(1)}`;
    const range = `bytes=${start}-${start + body.length - 1}`;
    const headers = kind === 'page' ? { 'x-ms-page-write': 'update', 'x-ms-range': range } : {};
    const options = { agent, method: 'PUT', headers: { ...headers, 'content-length': body.length } };
    const status = await put(url, options, body);
    if (status !== 201) throw new Error(`at ${start}: the answer was ${String(status)}`);
  });
  agent.destroy();
}

/** Once more if the other side has just closed the connection, which had nothing to do for a while. */
async function put(url: string, options: RequestOptions, body: Buffer, isAgain = false): Promise<number | undefined> {
  try {
    return await new Promise((answered, failed) => {
      const asked = request(url, options, (answer) => {
        answer.resume().once('end', () => answered(answer.statusCode));
      });
      asked.once('error', failed).end(body);
    });
  } catch (error) {
    if (isAgain || !(error instanceof Error) || !('code' in error) || error.code !== 'ECONNRESET') throw error;
    return await put(url, options, body, true);
  }
}

const WAYS: Readonly<Record<string, () => Promise<void>>> = {
  ours: () => ours(dirname(path)),
  'ours-unseen': () => ours(undefined),
  library: () => library({}),
  // The setting that was the fastest of those tried for the benchmark `blobs`.
  'library-tuned': () => library({ blockSize: BLOCK_BYTES, concurrency: 32 }),
  'bare-pages': () => bare('page'),
  'bare-blocks': () => bare('block'),
};
await WAYS[who]?.();
