/**
 * Puts one disk into a container as one contestant of the benchmark `pages`: `node bench/put-pages.ts ours CONNECTION
 * CONTAINER DISK`, and for Azure's own library `library` with a file of the same bytes without the holes.
 */
import { basename } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { PieceReader } from '../src/host/file-pieces.ts';
import { keepHeapSmall } from '../src/host/heap.ts';
import { dataRanges } from '../src/image/data-ranges.ts';
import { AzureBlobStore } from '../src/store/azure-blob.ts';
import { uploadPages } from '../src/store/azure-pages.ts';
import { parseConnectionString } from '../src/store/azure-place.ts';
import { readPageContent } from '../src/store/page-content.ts';

const [who = '', connection = '', container = '', path = ''] = process.argv.slice(2);

/** As `image upload --no-verify` does, without its look at the tables. */
async function ours(): Promise<void> {
  keepHeapSmall();
  const account = parseConnectionString(connection, 'the bench');
  const target = new AzureBlobStore({ ...account, container, prefix: '' }).pageBlob(basename(path));
  const ranges = await dataRanges(path);
  await using reader = await PieceReader.open(path);
  await uploadPages(target, { path, content: await readPageContent(reader, ranges) });
}

/** The library by itself, to a block blob, at the setting that was the fastest of those tried for the benchmark `blobs`. */
async function library(): Promise<void> {
  const client = BlobServiceClient.fromConnectionString(connection).getContainerClient(container);
  await client.getBlockBlobClient(basename(path)).uploadFile(path, { blockSize: 8 * 2 ** 20, concurrency: 32 });
}

await (who === 'ours' ? ours() : library());
