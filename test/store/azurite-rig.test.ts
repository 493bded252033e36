/** The rig itself: what other tests take for granted. */
import { BlobServiceClient, ContainerClient } from '@azure/storage-blob';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Azurite } from '../rig/azurite.ts';
import { FaultProxy, first, seeded } from '../rig/fault-proxy.ts';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await Azurite.start();
});
afterAll(async () => {
  await azurite[Symbol.asyncDispose]();
});

test('each Azurite is one of its own, and a container of it takes and gives blobs', async () => {
  await using other = await Azurite.start();
  await azurite.container('mine');
  await azurite.client('mine').getBlockBlobClient('a').upload('text', 4);
  expect((await azurite.client('mine').getBlobClient('a').downloadToBuffer()).toString()).toBe('text');
  expect(await other.client('mine').exists()).toBe(false);
});

test('a SAS gives the rights that it names, until it ends', async () => {
  const url = await azurite.container('rights');
  const put = (sas: string) =>
    new ContainerClient(`${url}?${sas}`, undefined, { retryOptions: { maxTries: 1 } })
      .getBlockBlobClient('a')
      .upload('a', 1);
  await put(azurite.sas('rights'));
  await expect(put(azurite.sas('rights', { permissions: 'rl' }))).rejects.toMatchObject({ statusCode: 403 });
  await expect(put(azurite.sas('rights', { expiresInMs: -1000 }))).rejects.toMatchObject({ statusCode: 403 });
});

test('the proxy does what its script says, and counts', async () => {
  await azurite.container('proxied');
  await using proxy = await FaultProxy.start(azurite.url);
  const service = BlobServiceClient.fromConnectionString(azurite.connectionString(proxy.url), {
    retryOptions: { maxTries: 1 },
  });
  const blob = service.getContainerClient('proxied').getBlockBlobClient('a');
  await blob.upload('0123456789', 10);
  expect((await blob.downloadToBuffer()).toString()).toBe('0123456789');
  proxy.script = first(1, { kind: 'status', status: 503, headers: { 'retry-after': '1' } });
  await expect(blob.getProperties()).rejects.toMatchObject({ statusCode: 503 });
  expect((await blob.getProperties()).contentLength).toBe(10);
  const read = async (): Promise<string> => {
    const response = await fetch(`${proxy.url}/devstoreaccount1/proxied/a?${azurite.sas('proxied')}`);
    return await response.text();
  };
  proxy.script = () => ({ kind: 'truncate', to: 4 });
  expect(await read()).toBe('0123');
  proxy.script = () => ({ kind: 'flip', at: 0 });
  expect(await read()).toBe('1123456789');
  proxy.script = () => ({ kind: 'slow', pieceBytes: 3, pauseMs: 1 });
  expect(await read()).toBe('0123456789');
  for (const kind of ['cut-request', 'cut-answer'] as const) {
    proxy.script = () => ({ kind });
    await expect(read()).rejects.toThrow('fetch failed');
  }
  proxy.script = () => ({ kind: 'cut-body', after: 5 });
  await expect(read()).rejects.toThrow('terminated');
  proxy.script = () => ({ kind: 'flip-request', at: 9 });
  await blob.upload('0123456789', 10);
  proxy.script = () => undefined;
  expect(await read()).toBe('0123456788');
  // One more than the test asked for: a download begins with the size.
  expect([proxy.count('PUT'), proxy.count('HEAD')]).toEqual([2, 3]);
});

test('faults at random are the same for the same seed', () => {
  const draw = (seed: number): unknown[] => {
    const script = seeded(seed, 0.5, [{ kind: 'cut-request' }, { kind: 'silent' }]);
    return Array.from({ length: 50 }, () => script({ method: '', url: '', headers: {}, index: 0, tries: 0 })?.kind);
  };
  expect(draw(7)).toEqual(draw(7));
  expect(new Set(draw(7)).size).toBe(3);
  expect(draw(8)).not.toEqual(draw(7));
});
