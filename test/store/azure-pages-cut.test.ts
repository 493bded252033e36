/** Uploads of disks that are killed, given up, or at the mercy of the network: they go on, and end in the file or not at all. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../src/model/errors.ts';
import { readPageRanges } from '../../src/store/azure-page-state.ts';
import { planPages } from '../../src/store/azure-pages.ts';
import { bytesOf } from '../../src/store/page-content.ts';
import { endOf, sumOf, type PageRange } from '../../src/store/page-ranges.ts';
import { seeded, type Fault } from '../rig/fault-proxy.ts';
import { isPageWrite, NAME, PageUploads, SIZES } from '../rig/page-uploads.ts';
import { contentOf, GIB, makeDisk, noise } from './page-rig.ts';

const LOOP = join(import.meta.dirname, 'pages-loop.ts');

let rig: PageUploads;

beforeAll(async () => {
  rig = await PageUploads.start();
});
afterAll(async () => await rig[Symbol.asyncDispose]());
beforeEach(async () => await rig.begin());

test('killed ten times at any moment, an upload sends no page again that is there', async () => {
  const disk = makeDisk(rig.scratch.path('disk'), 30 * GIB, [
    [GIB, noise(10 * 2 ** 20, 5)],
    [20 * GIB, noise(2 * 2 ** 20, 6)],
  ]);
  const content = await contentOf(disk, SIZES);
  const target = rig.direct();
  const url = `${rig.azurite.containerUrl(rig.container, rig.proxy.url)}?${rig.azurite.sas(rig.container)}`;
  const start = () => {
    const args = [LOOP, url, NAME, JSON.stringify(disk), JSON.stringify(SIZES)];
    return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  };
  const presentNow = async (): Promise<readonly PageRange[]> =>
    (await planPages(target, content)).state === 'absent' ? [] : await readPageRanges(target, content, undefined);
  let sent = 0;
  for (let kill = 0; kill < 10; kill += 1) {
    const before = await presentNow();
    rig.proxy.asked.length = 0;
    const child = start();
    const closed = once(child, 'close');
    // From none to some eleven page writes have come when it is killed, with others behind; they are 194 in all.
    let left = (kill * 7) % 12;
    rig.proxy.script = (asked) => {
      const isEnough = isPageWrite(asked) ? (left -= 1) <= 0 : left === 0;
      return isEnough ? (child.kill('SIGKILL'), undefined) : undefined;
    };
    await closed;
    rig.proxy.script = () => undefined;
    const writes = rig.pageWrites();
    const isThere = ({ start: at, bytes }: PageRange): boolean =>
      before.some((range) => range.start < at + bytes && at < endOf(range));
    expect(writes.filter(isThere)).toEqual([]);
    sent += sumOf(writes);
    expect((await planPages(target, content)).state).not.toBe('complete');
  }
  const lacking = bytesOf(content) - sumOf(await presentNow());
  expect(lacking).toBeGreaterThan(0);
  rig.proxy.asked.length = 0;
  const last = start();
  const [out, shown] = await Promise.all([text(last.stdout), text(last.stderr)]);
  expect([out, shown]).toEqual(['unfinished\n', '']);
  sent += sumOf(rig.pageWrites());
  const inFlight = 10 * 16 * SIZES.mostBytes;
  expect(sent).toBeLessThanOrEqual(sumOf(disk.allocated) * 1.02 + inFlight);
  expect(await rig.differences(disk)).toEqual([]);
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
    const disk = rig.smallDisk();
    // Each request fails twice, by what it asks for: pages have one URL.
    const failed = new Map<string, number>();
    rig.proxy.script = (asked) => {
      const { method, url, headers } = asked;
      const what = `${method} ${url} ${String(headers['x-ms-range'] ?? headers['x-ms-meta-complete'])}`;
      const times = (failed.get(what) ?? 0) + 1;
      failed.set(what, times);
      return times <= 2 && (fault.kind !== 'flip-request' || isPageWrite(asked)) ? fault : undefined;
    };
    const { writes } = await rig.upload(disk, { isVerified: true });
    expect(rig.pageWrites()).toHaveLength(3 * (writes.length + 1));
    expect(await rig.differences(disk)).toEqual([]);
  });
});

test('whatever the network does, a blob that is complete is the file', async () => {
  const faults = [...PASSING.map(([, fault]) => fault), { kind: 'cut-body', after: 20_000 } as const];
  const disk = rig.smallDisk();
  let failures = 0;
  for (let seed = 1; ; seed += 1) {
    rig.proxy.script = seeded(
      seed,
      0.4,
      faults.filter(({ kind }) => kind !== 'flip-request'),
    );
    try {
      await rig.upload(disk, { isVerified: true }, rig.through({ attempts: 2 }));
      break;
    } catch (error) {
      if (!(error instanceof UserError) || seed > 200) throw error;
      failures += 1;
    }
  }
  expect(failures).toBeGreaterThan(0);
  expect(await rig.differences(disk)).toEqual([]);
});

test('whoever gives up is obeyed, and another goes on', async () => {
  const disk = rig.smallDisk();
  const stop = new AbortController();
  rig.proxy.script = ({ index }) => (index > 4 ? { kind: 'silent' } : undefined);
  const put = rig.upload(disk, {
    signal: stop.signal,
    onProgress: (bytes) => (bytes > 0 ? stop.abort(new Error('given up')) : undefined),
  });
  await expect(put).rejects.toThrow('given up');
  rig.proxy.script = () => undefined;
  expect((await rig.upload(disk)).state).toBe('unfinished');
  expect(await rig.differences(disk)).toEqual([]);
});
