/** A store on Blob Storage in a bad network: everything ends well or with an error, and never with a wrong byte. */
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../src/model/digest.ts';
import { UserError } from '../../src/model/errors.ts';
import { Azurite } from '../rig/azurite.ts';
import { FaultProxy, first, seeded, type Asked, type Fault } from '../rig/fault-proxy.ts';
import { Scratch } from '../rig/scratch.ts';
import { keyStore, sasStore, type StoreOptions } from './azure-rig.ts';

const BLOCK = 50_000;
const SIZES = { singlePutBytes: BLOCK, blockBytes: BLOCK };
const BIG = Buffer.from(Array.from({ length: 5 * BLOCK + 77 }, (_, index) => (index * 31 + (index >> 9)) % 256));
const SMALL = BIG.subarray(0, 1000);
const ABSENT = { kind: 'absent' } as const;

let azurite: Azurite;
let proxy: FaultProxy;
let scratch: Scratch;
let made = 0;
let container = '';

beforeAll(async () => {
  azurite = await Azurite.start();
});
afterAll(async () => {
  await azurite[Symbol.asyncDispose]();
});
beforeEach(async () => {
  scratch = new Scratch();
  proxy = await FaultProxy.start(azurite.url);
  container = `faults-${(made += 1)}`;
  await azurite.container(container);
});
afterEach(async () => {
  await proxy[Symbol.asyncDispose]();
  scratch[Symbol.dispose]();
});

const through = (options: StoreOptions = {}) =>
  sasStore(azurite, container, { endpoint: proxy.url, sizes: SIZES, ...options });

/** The bytes of a blob as they are, past the proxy. */
async function stored(name: string): Promise<Buffer> {
  return await azurite.client(container).getBlobClient(name).downloadToBuffer();
}

const PASSING: readonly (readonly [string, Fault])[] = [
  ['500', { kind: 'status', status: 500 }],
  ['502', { kind: 'status', status: 502 }],
  ['503', { kind: 'status', status: 503 }],
  ['503 with Retry-After', { kind: 'status', status: 503, headers: { 'retry-after': '0' } }],
  ['429', { kind: 'status', status: 429 }],
  ['a connection cut before', { kind: 'cut-request' }],
  ['a connection cut after', { kind: 'cut-answer' }],
  ['silence', { kind: 'silent' }],
];

describe.each(PASSING)('%s', (_what, fault) => {
  // Two of each kind of request fail before one gets through.
  const twice = (asked: Asked): Fault | undefined => (asked.tries < 2 ? fault : undefined);
  const patient = { stallMs: 150 };

  test('an upload gets through, in one request and in blocks', async () => {
    proxy.script = twice;
    const store = through(patient);
    for (const [name, bytes] of [
      ['small', SMALL],
      ['big', BIG],
    ] as const) {
      expect(await store.put(name, scratch.write(name, bytes), { condition: ABSENT, sha256: sha256(bytes) })).toBe(
        true,
      );
      expect((await stored(name)).equals(bytes)).toBe(true);
    }
  });

  test('a download gets through', async () => {
    await keyStore(azurite, container).put('big', scratch.write('from', BIG));
    proxy.script = twice;
    expect(await through(patient).get('big', scratch.path('to'))).toEqual({ sha256: sha256(BIG), bytes: BIG.length });
    expect(readFileSync(scratch.path('to')).equals(BIG)).toBe(true);
  });

  test('who writes under a condition is told the truth, though the answer was lost', async () => {
    const store = through(patient);
    proxy.script = twice;
    expect(await store.writeText('channel', 'one', { condition: ABSENT })).toBe(true);
    expect(await store.writeText('channel', 'two', { condition: ABSENT })).toBe(false);
    const seen = await store.readVersion('channel');
    const condition = { kind: 'version', version: seen?.version ?? '' } as const;
    proxy.script = twice;
    proxy.asked.length = 0;
    expect(await store.writeText('channel', 'three', { condition })).toBe(true);
    expect(await store.writeText('channel', 'four', { condition })).toBe(false);
    expect(await store.readText('channel')).toBe('three');
    proxy.asked.length = 0;
    expect(await store.remove('channel')).toBe(true);
    expect((await store.list('')).size).toBe(0);
  });
});

test('a server that stays away ends in one clear error, after so many tries and not more', async () => {
  proxy.script = () => ({ kind: 'status', status: 503 });
  const error = await through({ attempts: 3 })
    .readText('a')
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  expect(error).toMatchObject({ code: 'REPOSITORY_UNAVAILABLE', message: expect.stringContaining('answered 503') });
  expect(proxy.count('GET')).toBe(3);
});

test('what is refused is not tried again', async () => {
  proxy.script = () => ({ kind: 'status', status: 400 });
  await expect(through().readText('a')).rejects.toMatchObject({ code: 'REPOSITORY_UNAVAILABLE' });
  expect(proxy.count('GET')).toBe(1);
});

test('the service is given the time that it asks for', async () => {
  await keyStore(azurite, container).writeText('a', 'text');
  proxy.script = first(1, { kind: 'status', status: 503, headers: { 'retry-after': '1' } });
  const before = performance.now();
  expect(await through().readText('a')).toBe('text');
  expect(performance.now() - before).toBeGreaterThan(950);
});

test('a download goes on where the connection was cut, and asks for no byte twice that it has', async () => {
  await keyStore(azurite, container).put('big', scratch.write('from', BIG));
  proxy.script = ({ index }) => (index < 6 ? { kind: 'cut-body', after: 40_000 } : undefined);
  await through().get('big', scratch.path('to'));
  expect(readFileSync(scratch.path('to')).equals(BIG)).toBe(true);
  const starts = proxy.asked.map(({ headers }) =>
    Number(/=(\d+)-/.exec(String(headers['x-ms-range'] ?? headers.range))?.[1]),
  );
  expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  expect(new Set(starts).size).toBeGreaterThan(4);
});

test('a blob that is replaced while it is fetched comes whole, in one version of it', async () => {
  const other = Buffer.from(BIG.toReversed());
  await keyStore(azurite, container).put('big', scratch.write('from', BIG));
  let isReplaced = false;
  proxy.script = ({ index }) => (index === 0 ? { kind: 'cut-body', after: 100_000 } : undefined);
  const got = through().get('big', scratch.path('to'), {
    onProgress: () => {
      if (isReplaced) return;
      isReplaced = true;
      void azurite.client(container).getBlockBlobClient('big').upload(other, other.length);
    },
  });
  const whole = await got;
  expect([sha256(BIG), sha256(other)]).toContain(whole?.sha256);
  expect(sha256(readFileSync(scratch.path('to')))).toBe(whole?.sha256);
});

describe.each([
  ['shorter', { kind: 'truncate', to: 700 }],
  ['with another bit', { kind: 'flip', at: 500 }],
] as const)('an answer that is %s than it should be', (_what, fault) => {
  test('is fetched again', async () => {
    await keyStore(azurite, container).put('a', scratch.write('from', SMALL));
    proxy.script = first(1, fault);
    expect((await through().get('a', scratch.path('to')))?.sha256).toBe(sha256(SMALL));
    expect(readFileSync(scratch.path('to')).equals(SMALL)).toBe(true);
  });

  test('is not accepted, however often it comes, as a text neither', async () => {
    await keyStore(azurite, container).put('a', scratch.write('from', SMALL));
    proxy.script = () => (fault.kind === 'truncate' ? { ...fault, to: 0 } : fault);
    for (const read of [() => through().get('a', scratch.path('to')), () => through().readText('a')]) {
      await expect(read()).rejects.toMatchObject({
        code: expect.stringMatching(/STORE_CORRUPT|REPOSITORY_UNAVAILABLE/),
      });
    }
  });

  test('is noticed in a blob that another tool has put there, by the MD5 that it keeps', async () => {
    await azurite.client(container).getBlockBlobClient('a').uploadData(SMALL);
    const md5 = (await azurite.client(container).getBlobClient('a').getProperties()).contentMD5;
    expect(md5).toBeDefined();
    proxy.script = first(1, fault);
    expect((await through().get('a', scratch.path('to')))?.sha256).toBe(sha256(SMALL));
  });
});

test('what was changed in the container behind its metadata is damaged, and both hashes are named', async () => {
  const client = azurite.client(container).getBlockBlobClient('a');
  await client.upload('other', 5, { metadata: { sha256: sha256('text') } });
  const error = await through()
    .get('a', scratch.path('to'))
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'STORE_CORRUPT',
    expected: `sha256 ${sha256('text')}`,
    actual: `sha256 ${sha256('other')}`,
  });
});

test('bits that change on the way up are noticed by the service, and sent again', async () => {
  proxy.script = ({ method, tries }) =>
    method === 'PUT' && tries === 0 ? { kind: 'flip-request', at: 333 } : undefined;
  const store = through();
  expect(await store.put('big', scratch.write('from', BIG))).toBe(true);
  expect((await stored('big')).equals(BIG)).toBe(true);
  expect(await store.writeText('small', 'text')).toBe(true);
  expect((await stored('small')).toString()).toBe('text');
});

test('a disk of this machine that is full is said to be, and not tried again', async () => {
  await keyStore(azurite, container).put('a', scratch.write('from', SMALL));
  await expect(through().get('a', '/dev/full')).rejects.toMatchObject({ code: 'DISK_FULL' });
  expect(proxy.count('GET')).toBe(1);
});

test('a slow line is waited for as long as something comes', async () => {
  await keyStore(azurite, container).put('a', scratch.write('from', SMALL));
  proxy.script = () => ({ kind: 'slow', pieceBytes: 50, pauseMs: 25 });
  expect((await through({ stallMs: 400 }).get('a', scratch.path('to')))?.bytes).toBe(1000);
});

test('who gives up in the middle is obeyed, and nothing is under the name', async () => {
  const stop = new AbortController();
  proxy.script = ({ index }) => (index > 2 ? { kind: 'silent' } : undefined);
  const from = scratch.write('from', BIG);
  const put = through().put('big', from, {
    signal: stop.signal,
    onProgress: () => stop.abort(new Error('given up')),
  });
  await expect(put).rejects.toThrow('given up');
  expect(existsSync(from)).toBe(true);
  expect(await keyStore(azurite, container).has('big')).toBe(false);
});

test('a file that is not what it is said to be is not uploaded', async () => {
  for (const bytes of [SMALL, BIG]) {
    const put = through().put('a', scratch.write('from', bytes), { sha256: sha256('another') });
    await expect(put).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  }
  expect(await keyStore(azurite, container).has('a')).toBe(false);
});

test('blocks of two writers of one name do not mix', async () => {
  const contents = Array.from({ length: 4 }, (_, index) => Buffer.alloc(4 * BLOCK, `${index}`));
  const ends = await Promise.all(contents.map((bytes, index) => through().put('it', scratch.write(`${index}`, bytes))));
  expect(ends).toEqual([true, true, true, true]);
  expect(contents.map((bytes) => sha256(bytes))).toContain(sha256(await stored('it')));
});

const FAULTS: readonly Fault[] = [
  ...PASSING.map(([, fault]) => fault).filter(({ kind }) => kind !== 'silent'),
  { kind: 'cut-body', after: 30_000 },
  { kind: 'truncate', to: 20_000 },
  { kind: 'flip', at: 12_345 },
  { kind: 'flip-request', at: 23_456 },
];

test('whatever the network does, what came is what was put, or there is an error', async () => {
  let [whole, failed] = [0, 0];
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.integer({ min: 5, max: 60 }), fc.nat(4 * BLOCK), async (seed, percent, size) => {
      const bytes = BIG.subarray(0, size);
      const name = `run-${(made += 1)}`;
      proxy.script = seeded(seed, percent / 100, FAULTS);
      try {
        await through().put(name, scratch.write(name, bytes), { keep: true });
        expect((await stored(name)).equals(bytes)).toBe(true);
        const got = await through().get(name, scratch.path('to'));
        expect(got).toEqual({ sha256: sha256(bytes), bytes: size });
        expect(readFileSync(scratch.path('to')).equals(bytes)).toBe(true);
        whole += 1;
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        failed += 1;
      }
    }),
    { numRuns: 60 },
  );
  expect(whole).toBeGreaterThan(failed);
});
