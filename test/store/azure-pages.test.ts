/** Disks as page blobs: what comes down is what is in the file, whatever is in between, and only that is sent. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../src/model/errors.ts';
import { readPageRanges } from '../../src/store/azure-page-state.ts';
import { planPages, uploadPages, type PageOptions, type PagePlan } from '../../src/store/azure-pages.ts';
import { verifyPages } from '../../src/store/azure-page-verify.ts';
import { bytesOf } from '../../src/store/page-content.ts';
import { endOf, sumOf, type PageRange } from '../../src/store/page-ranges.ts';
import { Azurite } from '../rig/azurite.ts';
import { FaultProxy, first, seeded, type Asked, type Fault } from '../rig/fault-proxy.ts';
import { Scratch } from '../rig/scratch.ts';
import { keyStore, sasStore, type StoreOptions } from './azure-rig.ts';
import { contentOf, GIB, KIB, makeDisk, noise, readRange, type Disk } from './page-rig.ts';

const LOOP = join(import.meta.dirname, 'pages-loop.ts');
const SIZES = { mostBytes: 64 * KIB, bridgeBytes: 4 * KIB };
const NAME = 'disk.vhd';
/** Without the footer. */
const VIRTUAL = 30 * GIB;

let azurite: Azurite;
let proxy: FaultProxy;
let container = '';
let made = 0;
let scratch: Scratch;

beforeAll(async () => {
  azurite = await Azurite.start();
  proxy = await FaultProxy.start(azurite.url);
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await azurite[Symbol.asyncDispose]();
});
beforeEach(async () => {
  container = `disks-${(made += 1)}`;
  await azurite.container(container);
  proxy.script = () => undefined;
  proxy.asked.length = 0;
  scratch = new Scratch();
});
afterEach(() => scratch[Symbol.dispose]());

const through = (options: StoreOptions = {}) =>
  sasStore(azurite, container, { endpoint: proxy.url, ...options }).pageBlob(NAME, SIZES);

async function upload(disk: Disk, options: PageOptions = {}, target = through()): Promise<PagePlan> {
  return await uploadPages(target, { path: disk.path, content: await contentOf(disk, SIZES) }, options);
}

/** Data of 3 MiB, far apart, with zeros in between, on a disk of 30 GiB. */
function largeDisk(): Disk {
  const patchy = noise(512 * KIB, 2);
  for (let at = 0; at < patchy.length; at += 16 * KIB) patchy.fill(0, at, at + 8 * KIB);
  return makeDisk(scratch.path('disk'), VIRTUAL, [
    [0, noise(KIB)],
    [5 * GIB + 4096, patchy],
    [17 * GIB + 512, noise(2.5 * 2 ** 20, 3)],
    [29 * GIB, Buffer.alloc(128 * KIB)],
  ]);
}

function smallDisk(seed = 1): Disk {
  return makeDisk(scratch.path(`small-${seed}`), 2 ** 20, [[64 * KIB, noise(300 * KIB, seed)]]);
}

function isPageWrite({ method, url }: Asked): boolean {
  return method === 'PUT' && new URL(url, proxy.url).searchParams.get('comp') === 'page';
}

function rangeOf({ headers }: Asked): PageRange {
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(String(headers['x-ms-range'])) ?? [];
  return { start: Number(start), bytes: Number(end) - Number(start) + 1 };
}

const pageWrites = (): PageRange[] => proxy.asked.filter(isPageWrite).map(rangeOf);

async function expectSame(disk: Disk): Promise<void> {
  const client = azurite.client(container).getPageBlobClient(NAME);
  const { contentLength, metadata } = await client.getProperties();
  expect(contentLength).toBe(disk.bytes);
  const content = await contentOf(disk, SIZES);
  expect(metadata).toMatchObject({ pages_sha256: content.sha256, complete: 'true' });
  const target = keyStore(azurite, container).pageBlob(NAME, SIZES);
  for (const range of await readPageRanges(target, content, undefined)) {
    const there = await client.downloadToBuffer(range.start, range.bytes);
    expect(there.equals(readRange(disk.path, range))).toBe(true);
  }
  await verifyPages(target, content);
}

test('a disk of 30 GiB with 3 MiB in it costs 3 MiB, and what comes down is what is in the file', async () => {
  const disk = largeDisk();
  expect(statSync(disk.path).blocks * 512).toBeLessThan(5 * 2 ** 20);
  const seen: (readonly [number, number | undefined])[] = [];
  const plan = await upload(disk, { onProgress: (bytes, total) => seen.push([bytes, total]), isVerified: true });
  const writes = pageWrites();
  expect(plan.state).toBe('absent');
  expect(sumOf(writes)).toBe(plan.bytes);
  expect(plan.bytes).toBeLessThan(sumOf(disk.allocated) - 128 * KIB);
  expect(writes.every(({ bytes }) => bytes <= SIZES.mostBytes)).toBe(true);
  expect(writes.at(-1)).toEqual({ start: VIRTUAL, bytes: 512 });
  expect(seen.at(-1)).toEqual([plan.bytes, plan.bytes]);
  expect(proxy.asked.filter(isPageWrite).every(({ headers }) => headers['x-ms-content-crc64'] !== undefined)).toBe(
    true,
  );
  await expectSame(disk);
});

test('the second upload asks once, and sends nothing', async () => {
  const disk = largeDisk();
  await upload(disk);
  proxy.asked.length = 0;
  expect(await upload(disk)).toEqual({ state: 'complete', writes: [], footer: undefined, bytes: 0 });
  expect(proxy.asked.map(({ method }) => method)).toEqual(['HEAD']);
});

test('another content under the name is refused with both hashes, complete or not, and left as it is', async () => {
  const [one, other] = [smallDisk(1), smallDisk(2)];
  await upload(one);
  const hashes = [await contentOf(one), await contentOf(other)].map(({ sha256 }) => sha256);
  const error = await upload(other).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'STORE_CONFLICT' });
  for (const hash of hashes) expect(String(error)).toContain(hash);
  await expectSame(one);
  const client = azurite.client(container).getPageBlobClient(NAME);
  await client.setMetadata({ ...(await client.getProperties()).metadata, complete: 'false' });
  await expect(upload(other)).rejects.toThrow('has an unfinished upload of another content');
  await upload(one);
  await expectSame(one);
});

test('a blob that is none of ours is refused', async () => {
  await azurite.client(container).getBlockBlobClient(NAME).upload('text', 4);
  await expect(upload(smallDisk())).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
});

test('two that upload one disk at once both end well', async () => {
  const disk = smallDisk();
  const plans = await Promise.all([upload(disk), upload(disk), upload(disk)]);
  expect(plans).toHaveLength(3);
  await expectSame(disk);
});

test('killed ten times at any moment, an upload sends no page again that is there', async () => {
  const disk = makeDisk(scratch.path('disk'), VIRTUAL, [
    [GIB, noise(10 * 2 ** 20, 5)],
    [20 * GIB, noise(2 * 2 ** 20, 6)],
  ]);
  const content = await contentOf(disk, SIZES);
  const target = keyStore(azurite, container).pageBlob(NAME, SIZES);
  const url = `${azurite.containerUrl(container, proxy.url)}?${azurite.sas(container)}`;
  const start = () => {
    const args = [LOOP, url, NAME, JSON.stringify(disk), JSON.stringify(SIZES)];
    return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  };
  const presentNow = async (): Promise<readonly PageRange[]> =>
    (await planPages(target, content)).state === 'absent' ? [] : await readPageRanges(target, content, undefined);
  let sent = 0;
  for (let kill = 0; kill < 10; kill += 1) {
    const before = await presentNow();
    proxy.asked.length = 0;
    const child = start();
    const closed = once(child, 'close');
    // From none to some eleven page writes have come when it is killed, with others behind; they are 194 in all.
    let left = (kill * 7) % 12;
    proxy.script = (asked) => {
      const isEnough = isPageWrite(asked) ? (left -= 1) <= 0 : left === 0;
      return isEnough ? (child.kill('SIGKILL'), undefined) : undefined;
    };
    await closed;
    proxy.script = () => undefined;
    const writes = pageWrites();
    const isThere = ({ start: at, bytes }: PageRange): boolean =>
      before.some((range) => range.start < at + bytes && at < endOf(range));
    expect(writes.filter(isThere)).toEqual([]);
    sent += sumOf(writes);
    expect((await planPages(target, content)).state).not.toBe('complete');
  }
  const lacking = bytesOf(content) - sumOf(await presentNow());
  expect(lacking).toBeGreaterThan(0);
  proxy.asked.length = 0;
  const last = start();
  const [out, shown] = await Promise.all([text(last.stdout), text(last.stderr)]);
  expect([out, shown]).toEqual(['unfinished\n', '']);
  sent += sumOf(pageWrites());
  const inFlight = 10 * 16 * SIZES.mostBytes;
  expect(sent).toBeLessThanOrEqual(sumOf(disk.allocated) * 1.02 + inFlight);
  await expectSame(disk);
});

const PASSING: readonly (readonly [string, Fault])[] = [
  ['500', { kind: 'status', status: 500 }],
  ['503', { kind: 'status', status: 503, headers: { 'retry-after': '0' } }],
  ['a connection cut before', { kind: 'cut-request' }],
  ['a connection cut after', { kind: 'cut-answer' }],
  ['bits that change on the way', { kind: 'flip-request', at: 333 }],
];

describe.each(PASSING)('%s', (_what, fault) => {
  test('an upload gets through, verified', async () => {
    const disk = smallDisk();
    // Each request fails twice, by what it asks for: pages have one URL.
    const failed = new Map<string, number>();
    proxy.script = (asked) => {
      const { method, url, headers } = asked;
      const what = `${method} ${url} ${String(headers['x-ms-range'] ?? headers['x-ms-meta-complete'])}`;
      const times = (failed.get(what) ?? 0) + 1;
      failed.set(what, times);
      return times <= 2 && (fault.kind !== 'flip-request' || isPageWrite(asked)) ? fault : undefined;
    };
    const { writes } = await upload(disk, { isVerified: true });
    expect(pageWrites()).toHaveLength(3 * (writes.length + 1));
    await expectSame(disk);
  });
});

test('whatever the network does, a blob that is complete is the file', async () => {
  const faults = [...PASSING.map(([, fault]) => fault), { kind: 'cut-body', after: 20_000 } as const];
  const disk = smallDisk();
  let failures = 0;
  for (let seed = 1; ; seed += 1) {
    proxy.script = seeded(
      seed,
      0.4,
      faults.filter(({ kind }) => kind !== 'flip-request'),
    );
    try {
      await upload(disk, { isVerified: true }, through({ attempts: 2 }));
      break;
    } catch (error) {
      if (!(error instanceof UserError) || seed > 200) throw error;
      failures += 1;
    }
  }
  expect(failures).toBeGreaterThan(0);
  await expectSame(disk);
});

test('what was changed in the blob is found: pages that lack, too many, and other bytes', async () => {
  const disk = smallDisk();
  await upload(disk);
  const content = await contentOf(disk, SIZES);
  const client = azurite.client(container).getPageBlobClient(NAME);
  const page = Buffer.alloc(512, 'x');
  const was = readRange(disk.path, { start: 64 * KIB, bytes: 512 });
  await client.uploadPages(page, 64 * KIB, 512);
  await expect(verifyPages(through(), content)).rejects.toMatchObject({
    code: 'STORE_CORRUPT',
    expected: `pages sha256 ${content.sha256}`,
  });
  await client.uploadPages(was, 64 * KIB, 512);
  await verifyPages(through(), content);
  await client.uploadPages(page, 0, 512);
  await expect(verifyPages(through(), content)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  // Zeros that were written are no difference.
  await client.uploadPages(Buffer.alloc(512), 0, 512);
  await verifyPages(through(), content);
  await client.clearPages(64 * KIB, 512);
  await expect(verifyPages(through(), content)).rejects.toThrow('lacks the 512 bytes at 65536');
});

test('a file that is written to while it is uploaded is never complete, if it is verified', async () => {
  const disk = smallDisk();
  const content = await contentOf(disk, SIZES);
  const file = openSync(disk.path, 'r+');
  writeSync(file, Buffer.from('other'), 0, 5, 64 * KIB);
  closeSync(file);
  const put = uploadPages(through(), { path: disk.path, content }, { isVerified: true });
  await expect(put).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  expect((await planPages(through(), content)).state).toBe('unfinished');
});

test('whoever gives up is obeyed, and another goes on', async () => {
  const disk = smallDisk();
  const stop = new AbortController();
  proxy.script = ({ index }) => (index > 4 ? { kind: 'silent' } : undefined);
  const put = upload(disk, {
    signal: stop.signal,
    onProgress: (bytes) => (bytes > 0 ? stop.abort(new Error('given up')) : undefined),
  });
  await expect(put).rejects.toThrow('given up');
  proxy.script = () => undefined;
  expect((await upload(disk)).state).toBe('unfinished');
  await expectSame(disk);
});

test('no message has the SAS in it', async () => {
  const [one, other] = [smallDisk(1), smallDisk(2)];
  await upload(one);
  const fails: (() => Promise<unknown>)[] = [
    () => upload(other),
    () => upload(one, {}, through({ sas: { permissions: 'l' } })),
    async () => {
      proxy.script = first(9, { kind: 'status', status: 503 });
      await upload(other);
    },
  ];
  for (const fail of fails) {
    const error = await fail().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/sig=(?!\*)/);
  }
});
