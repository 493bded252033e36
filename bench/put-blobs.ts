/**
 * Puts files into a container as one contestant of the benchmark `blobs`:
 * `node bench/put-blobs.ts ours|loop|asking-loop CONNECTION CONTAINER FOLDER`.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { keepHeapSmall } from '../src/host/heap.ts';
import { inParallel } from '../src/host/in-parallel.ts';
import { AzureBlobStore } from '../src/store/azure-blob.ts';
import { parseConnectionString } from '../src/store/azure-place.ts';

const [who = '', connection = '', container = '', folder = ''] = process.argv.slice(2);
const JOBS = 16;
const names = readdirSync(folder).toSorted();

/** As a release is published: what is there is listed once, what is not is put, several at once. */
async function ours(): Promise<void> {
  keepHeapSmall();
  const account = parseConnectionString(connection, 'the bench');
  const store = new AzureBlobStore({ ...account, container, prefix: '' });
  const there = await store.list('');
  const lacking = names.filter((name) => !there.has(name));
  await inParallel(lacking, { jobs: JOBS }, (name, signal) =>
    store.put(name, join(folder, name), { keep: true, condition: { kind: 'absent' }, signal }),
  );
}

/** The library by itself, at the setting that was the fastest of those tried: blocks of 8 MiB, 32 at once. */
async function library({ isAsking }: { readonly isAsking: boolean }): Promise<void> {
  const client = BlobServiceClient.fromConnectionString(connection).getContainerClient(container);
  for (const name of names) {
    const blob = client.getBlockBlobClient(name);
    if (isAsking && (await blob.exists())) continue;
    await blob.uploadFile(join(folder, name), { blockSize: 8 * 2 ** 20, concurrency: 32 });
  }
}

await (who === 'ours' ? ours() : library({ isAsking: who === 'asking-loop' }));
