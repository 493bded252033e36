/**
 * Puts files into a container as one contestant of the benchmark `blobs`:
 * `node bench/put-blobs.ts ours|loop|asking-loop|bare CONNECTION CONTAINER FOLDER`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { BlobServiceClient, ContainerSASPermissions } from '@azure/storage-blob';
import { keepHeapSmall } from '../src/host/heap.ts';
import { inParallel } from '../src/host/in-parallel.ts';
import { AzureBlobStore } from '../src/store/azure-blob.ts';
import { parseConnectionString } from '../src/store/azure-place.ts';

const [who = '', connection = '', container = '', folder = ''] = process.argv.slice(2);
const JOBS = 16;
const HOUR_MS = 3_600_000;
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

/** The least that any uploader has to do: bare requests, signed all at once, several at a time; no hash, no second try. */
async function bare(): Promise<void> {
  const client = BlobServiceClient.fromConnectionString(connection).getContainerClient(container);
  const expiresOn = new Date(Date.now() + HOUR_MS);
  const signed = new URL(await client.generateSasUrl({ permissions: ContainerSASPermissions.parse('cw'), expiresOn }));
  const agent = new Agent({ keepAlive: true, maxSockets: JOBS });
  await Promise.all(
    names.map(async (name) => {
      const body = readFileSync(join(folder, name));
      const url = `${signed.origin}${signed.pathname}/${name}${signed.search}`;
      const headers = { 'x-ms-blob-type': 'BlockBlob', 'content-length': body.length };
      const status = await new Promise((answered, failed) => {
        const asked = request(url, { agent, method: 'PUT', headers }, (answer) => {
          answer.resume().once('end', () => answered(answer.statusCode));
        });
        asked.once('error', failed).end(body);
      });
      if (status !== 201) throw new Error(`${name}: the answer was ${String(status)}`);
    }),
  );
  agent.destroy();
}

const WAYS: Readonly<Record<string, () => Promise<void>>> = {
  ours,
  bare,
  loop: () => library({ isAsking: false }),
  'asking-loop': () => library({ isAsking: true }),
};
await WAYS[who]?.();
