/** Disks as page blobs, read back: what is not as in the file is found. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { planPages, uploadPages } from '../../src/store/azure-pages.ts';
import { verifyPages } from '../../src/store/azure-page-verify.ts';
import { NAME, PageUploads, SIZES } from '../rig/page-uploads.ts';
import { contentOf, KIB, readRange } from './page-rig.ts';

let rig: PageUploads;

beforeAll(async () => {
  rig = await PageUploads.start();
});
afterAll(async () => await rig[Symbol.asyncDispose]());
beforeEach(async () => await rig.begin());

test('what was changed in the blob is found: pages that lack, too many, and other bytes', async () => {
  const disk = rig.smallDisk();
  await rig.upload(disk);
  const content = await contentOf(disk, SIZES);
  const client = rig.azurite.client(rig.container).getPageBlobClient(NAME);
  const page = Buffer.alloc(512, 'x');
  const was = readRange(disk.path, { start: 64 * KIB, bytes: 512 });
  await client.uploadPages(page, 64 * KIB, 512);
  await expect(verifyPages(rig.through(), content)).rejects.toMatchObject({
    code: 'STORE_CORRUPT',
    expected: `pages sha256 ${content.sha256}`,
  });
  await client.uploadPages(was, 64 * KIB, 512);
  await verifyPages(rig.through(), content);
  await client.uploadPages(page, 0, 512);
  await expect(verifyPages(rig.through(), content)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  // Zeros that were written are no difference.
  await client.uploadPages(Buffer.alloc(512), 0, 512);
  await verifyPages(rig.through(), content);
  await client.clearPages(64 * KIB, 512);
  await expect(verifyPages(rig.through(), content)).rejects.toThrow('lacks the 512 bytes at 65536');
});

test('a file that is written to while it is uploaded is never complete, if it is verified', async () => {
  const disk = rig.smallDisk();
  const content = await contentOf(disk, SIZES);
  const file = openSync(disk.path, 'r+');
  writeSync(file, Buffer.from('other'), 0, 5, 64 * KIB);
  closeSync(file);
  const put = uploadPages(rig.through(), { path: disk.path, content }, { isVerified: true });
  await expect(put).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  expect((await planPages(rig.through(), content)).state).toBe('unfinished');
});
