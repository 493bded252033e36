/** What a blob is besides its bytes: how it is served, what is noted with it, how it is copied, and how large it may be. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../src/model/digest.ts';
import { planUpload } from '../../src/store/azure-limits.ts';
import { openStore } from '../../src/store/index.ts';
import { contentTypeOf } from '../../src/store/content-type.ts';
import { Azurite } from '../rig/azurite.ts';
import { FaultProxy } from '../rig/fault-proxy.ts';
import { Scratch } from '../rig/scratch.ts';
import { keyStore, sasStore } from './azure-rig.ts';

const MIB = 2 ** 20;
const ABSENT = { kind: 'absent' } as const;
const SIZES = { singlePutBytes: 1000, blockBytes: 1000 };
const scratch = new Scratch();
let azurite: Azurite;

beforeAll(async () => {
  azurite = await Azurite.start();
});
afterAll(async () => {
  await azurite[Symbol.asyncDispose]();
  scratch[Symbol.dispose]();
});

test.each([
  ['in one request', 10],
  ['in blocks', 2500],
])('type, cache rule, hash and notes are kept with a blob that came %s', async (_how, size) => {
  const container = `kept-${size}`;
  await azurite.container(container);
  const store = keyStore(azurite, container, { prefix: 'p/', sizes: SIZES });
  const bytes = Buffer.alloc(size, 'x');
  const notes = { release: '1.7.0', channel: 'testing/master' };
  await store.put('a.tar.xz', scratch.write('a', bytes), { notes });
  await store.put('latest', scratch.write('b', bytes), { cache: 'no-cache', contentType: 'text/x-own' });
  const look = async (name: string) => await azurite.client(container).getBlobClient(`p/${name}`).getProperties();
  expect(await look('a.tar.xz')).toMatchObject({
    contentType: 'application/x-xz',
    cacheControl: 'public, max-age=31536000, immutable',
    metadata: { ...notes, sha256: sha256(bytes) },
  });
  expect(await look('latest')).toMatchObject({ contentType: 'text/x-own', cacheControl: 'no-cache' });
  await store.touch('a.tar.xz');
  expect(await look('a.tar.xz')).toMatchObject({ contentType: 'application/x-xz', metadata: notes });
  const listed = await store.list('');
  expect([...listed].map(([name, { sha256: hash, bytes: length }]) => [name, hash, length])).toEqual([
    ['a.tar.xz', sha256(bytes), size],
    ['latest', sha256(bytes), size],
  ]);
});

test('many blobs are listed with one request for each page, and none for each blob', async () => {
  await azurite.container('many');
  await using proxy = await FaultProxy.start(azurite.url);
  const store = sasStore(azurite, 'many', { endpoint: proxy.url });
  const names = Array.from({ length: 50 }, (_, index) => `n/${String(index).padStart(3, '0')}`);
  await Promise.all(names.map((name) => store.writeText(name, name)));
  proxy.asked.length = 0;
  const listed = await store.list('n/');
  expect([...listed.keys()]).toEqual(names);
  expect(listed.get('n/007')?.sha256).toBe(sha256('n/007'));
  expect(proxy.asked.map(({ method }) => method)).toEqual(['GET']);
});

test.each([
  ['a/x--1.tar.xz', 'application/x-xz'],
  ['x--1.tar.zst', 'application/zstd'],
  ['complete.latest.json', 'application/json'],
  ['azure.html', 'text/html; charset=utf-8'],
  ['bootstrap.latest', 'text/plain; charset=utf-8'],
  ['testing/version', 'text/plain; charset=utf-8'],
  [`sha256/${sha256('')}`, 'application/octet-stream'],
  ['git/abc.bundle', 'application/octet-stream'],
])('%s is served as %s', (name, type) => {
  expect(contentTypeOf(name)).toBe(type);
});

describe('copies', () => {
  const text = 'text '.repeat(500);

  test('go from one container to another within the service', async () => {
    await Promise.all(['from-a', 'to-a'].map((name) => azurite.container(name)));
    await using proxy = await FaultProxy.start(azurite.url);
    const [from, to] = [
      keyStore(azurite, 'from-a', { endpoint: proxy.url, prefix: 'testing/' }),
      sasStore(azurite, 'to-a', { endpoint: proxy.url, prefix: 'stable/' }),
    ];
    await from.writeText('it.json', text, { notes: { release: '1' } });
    proxy.asked.length = 0;
    expect(await to.copyFrom(from, 'it.json', 'there.json', { notes: { release: '2' } })).toBe(true);
    expect(proxy.count('GET')).toBe(0);
    const copied = azurite.client('to-a').getBlobClient('stable/there.json');
    expect((await copied.getProperties()).metadata).toMatchObject({ sha256: sha256(text), release: '2' });
    expect((await copied.downloadToBuffer()).toString()).toBe(text);
  });

  test('are left to the caller where the service cannot: another service, no such blob, no hash, another way to serve', async () => {
    await using other = await Azurite.start();
    await Promise.all([azurite.container('from-b'), azurite.container('to-b'), other.container('to-b')]);
    const [from, here, elsewhere] = [
      keyStore(azurite, 'from-b'),
      keyStore(azurite, 'to-b'),
      keyStore(other, 'to-b', { attempts: 1 }),
    ];
    await from.writeText('it.json', text);
    await azurite.client('from-b').getBlockBlobClient('foreign.json').upload('x', 1);
    expect(await elsewhere.copyFrom(from, 'it.json', 'it.json')).toBe(undefined);
    expect(await here.copyFrom(from, 'none.json', 'it.json')).toBe(undefined);
    expect(await here.copyFrom(from, 'foreign.json', 'it.json')).toBe(undefined);
    expect(await here.copyFrom(from, 'it.json', 'it.json', { cache: 'no-cache' })).toBe(undefined);
    expect(await here.copyFrom(from, 'it.json', 'it.json', { sha256: sha256('other') })).toBe(undefined);
    expect([...(await here.list('')), ...(await elsewhere.list(''))]).toEqual([]);
  });

  test('of large blobs are made of blocks that the service fetches by their range', async () => {
    await Promise.all(['from-c', 'to-c'].map((name) => azurite.container(name)));
    await using proxy = await FaultProxy.start(azurite.url);
    const from = keyStore(azurite, 'from-c', { endpoint: proxy.url });
    const to = sasStore(azurite, 'to-c', { endpoint: proxy.url, syncCopyBytes: 600 });
    await from.writeText('it.json', text);
    expect(await to.copyFrom(from, 'it.json', 'it.json', { cache: 'no-cache', condition: ABSENT })).toBe(true);
    expect(await to.copyFrom(from, 'it.json', 'it.json', { condition: ABSENT })).toBe(false);
    expect(await to.readText('it.json')).toBe(text);
    const copied = await azurite.client('to-c').getBlobClient('it.json').getProperties();
    expect(copied).toMatchObject({ cacheControl: 'no-cache', metadata: { sha256: sha256(text) } });
  });

  test.each([501, 409, 403])(
    'end with %i where a service does not take them, and the caller goes on',
    async (status) => {
      const names = [`from-${status}`, `to-${status}`] as const;
      await Promise.all(names.map((name) => azurite.container(name)));
      await using proxy = await FaultProxy.start(azurite.url, ({ headers }) =>
        headers['x-ms-copy-source'] === undefined ? undefined : { kind: 'status', status },
      );
      const from = keyStore(azurite, names[0]);
      await from.writeText('it.json', text);
      for (const syncCopyBytes of [600, 2 ** 20]) {
        const to = sasStore(azurite, names[1], { endpoint: proxy.url, syncCopyBytes });
        expect(await to.copyFrom(from, 'it.json', 'it.json')).toBe(undefined);
        expect(await to.has('it.json')).toBe(false);
      }
    },
  );
});

test('a link reads for as long as it is to, lists, and writes nothing; a SAS that writes is not passed on', async () => {
  await azurite.container('shared');
  const store = keyStore(azurite, 'shared', { prefix: 'p/' });
  await store.writeText('a', 'text');
  const nowMs = Date.now();
  const options = { forMs: 60_000, nowMs, signal: new AbortController().signal };
  const link = await store.share(options);
  expect(link.expiresMs).toBe(nowMs + 60_000);
  const reader = openStore(link.url);
  expect([await reader.readText('a'), [...(await reader.list('')).keys()]]).toEqual(['text', ['a']]);
  await expect(reader.writeText('b', 'x')).rejects.toMatchObject({ code: 'STORE_FORBIDDEN' });
  expect((await fetch(link.url.replace('?', '/a?'))).status).toBe(200);
  await expect(sasStore(azurite, 'shared').share(options)).rejects.toMatchObject({ code: 'STORE_FORBIDDEN' });
  const reading = sasStore(azurite, 'shared', { sas: { permissions: 'rl' } });
  expect((await reading.share(options)).url).toContain('sp=rl');
});

describe('sizes', () => {
  test('small files go in one request, larger ones in blocks of 8 MiB, and at the limits in larger ones', () => {
    expect(planUpload(0)).toEqual({ kind: 'single' });
    expect(planUpload(8 * MIB)).toEqual({ kind: 'single' });
    expect(planUpload(8 * MIB + 1)).toEqual({ kind: 'blocks', blockBytes: 8 * MIB, blocks: 2 });
    expect(planUpload(50_000 * 8 * MIB)).toEqual({ kind: 'blocks', blockBytes: 8 * MIB, blocks: 50_000 });
    expect(planUpload(50_000 * 8 * MIB + 1)).toMatchObject({ kind: 'blocks', blockBytes: 9 * MIB });
    expect(() => planUpload(50_000 * 4000 * MIB + 1)).toThrow('is more than one blob can hold');
  });

  test('whatever the size, the blocks cover it, and the service takes them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50_000 * 4000 * MIB }), (bytes) => {
        const plan = planUpload(bytes);
        const { blockBytes, blocks } = plan.kind === 'single' ? { blockBytes: bytes, blocks: 1 } : plan;
        expect(blocks).toBeLessThanOrEqual(50_000);
        expect(blockBytes).toBeLessThanOrEqual(plan.kind === 'single' ? 5000 * MIB : 4000 * MIB);
        expect(blocks * blockBytes).toBeGreaterThanOrEqual(bytes);
        expect((blocks - 1) * blockBytes).toBeLessThanOrEqual(bytes);
      }),
    );
  });
});
