/** Disks as page blobs: what comes down is what is in the file, and only that is sent, if nobody else is under the name. */
import { statSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { UserError } from '../../src/model/errors.ts';
import { sumOf } from '../../src/store/page-ranges.ts';
import { first } from '../rig/fault-proxy.ts';
import { isPageWrite, NAME, PageUploads, SIZES } from '../rig/page-uploads.ts';
import { contentOf, GIB, KIB, makeDisk, noise, type Disk } from './page-rig.ts';

/** Without the footer. */
const VIRTUAL = 30 * GIB;

let rig: PageUploads;

beforeAll(async () => {
  rig = await PageUploads.start();
});
afterAll(async () => await rig[Symbol.asyncDispose]());
beforeEach(async () => await rig.begin());

/** Data of 3 MiB, far apart, with zeros in between, on a disk of 30 GiB. */
function largeDisk(): Disk {
  const patchy = noise(512 * KIB, 2);
  for (let at = 0; at < patchy.length; at += 16 * KIB) patchy.fill(0, at, at + 8 * KIB);
  return makeDisk(rig.scratch.path('disk'), VIRTUAL, [
    [0, noise(KIB)],
    [5 * GIB + 4096, patchy],
    [17 * GIB + 512, noise(2.5 * 2 ** 20, 3)],
    [29 * GIB, Buffer.alloc(128 * KIB)],
  ]);
}

test('a disk of 30 GiB with 3 MiB in it costs 3 MiB, and what comes down is what is in the file', async () => {
  const disk = largeDisk();
  expect(statSync(disk.path).blocks * 512).toBeLessThan(5 * 2 ** 20);
  const seen: (readonly [number, number | undefined])[] = [];
  const plan = await rig.upload(disk, { onProgress: (bytes, total) => seen.push([bytes, total]), isVerified: true });
  const writes = rig.pageWrites();
  expect(plan.state).toBe('absent');
  expect(sumOf(writes)).toBe(plan.bytes);
  expect(plan.bytes).toBeLessThan(sumOf(disk.allocated) - 128 * KIB);
  expect(writes.every(({ bytes }) => bytes <= SIZES.mostBytes)).toBe(true);
  expect(writes.at(-1)).toEqual({ start: VIRTUAL, bytes: 512 });
  expect(seen.at(-1)).toEqual([plan.bytes, plan.bytes]);
  expect(rig.proxy.asked.filter(isPageWrite).every(({ headers }) => headers['x-ms-content-crc64'] !== undefined)).toBe(
    true,
  );
  expect(await rig.differences(disk)).toEqual([]);
});

test('the second upload asks once, and sends nothing', async () => {
  const disk = largeDisk();
  await rig.upload(disk);
  rig.proxy.asked.length = 0;
  expect(await rig.upload(disk)).toEqual({ state: 'complete', writes: [], footer: undefined, bytes: 0 });
  expect(rig.proxy.asked.map(({ method }) => method)).toEqual(['HEAD']);
});

test('another content under the name is refused with both hashes, complete or not, and left as it is', async () => {
  const [one, other] = [rig.smallDisk(1), rig.smallDisk(2)];
  await rig.upload(one);
  const hashes = [await contentOf(one), await contentOf(other)].map(({ sha256 }) => sha256);
  const error = await rig.upload(other).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'STORE_CONFLICT' });
  for (const hash of hashes) expect(String(error)).toContain(hash);
  expect(await rig.differences(one)).toEqual([]);
  const client = rig.azurite.client(rig.container).getPageBlobClient(NAME);
  await client.setMetadata({ ...(await client.getProperties()).metadata, complete: 'false' });
  await expect(rig.upload(other)).rejects.toThrow('has an unfinished upload of another content');
  await rig.upload(one);
  expect(await rig.differences(one)).toEqual([]);
});

test('a blob that is none of ours is refused', async () => {
  await rig.azurite.client(rig.container).getBlockBlobClient(NAME).upload('text', 4);
  await expect(rig.upload(rig.smallDisk())).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
});

test('two that upload one disk at once both end well', async () => {
  const disk = rig.smallDisk();
  const plans = await Promise.all([rig.upload(disk), rig.upload(disk), rig.upload(disk)]);
  expect(plans).toHaveLength(3);
  expect(await rig.differences(disk)).toEqual([]);
});

test('no message has the SAS in it', async () => {
  const [one, other] = [rig.smallDisk(1), rig.smallDisk(2)];
  await rig.upload(one);
  const fails: (() => Promise<unknown>)[] = [
    () => rig.upload(other),
    () => rig.upload(one, {}, rig.through({ sas: { permissions: 'l' } })),
    async () => {
      rig.proxy.script = first(9, { kind: 'status', status: 503 });
      await rig.upload(other);
    },
  ];
  for (const fail of fails) {
    const error = await fail().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/sig=(?!\*)/);
  }
});
