/** Whole runs of `image publish --sas`: the blob that a URL names is looked at before anybody is told of it. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { list } from '../rig/arm-resources.ts';
import type { SasOptions } from '../rig/azurite.ts';
import type { CloudStorage } from '../rig/cloud-storage.ts';
import type { PartnerCenter } from '../rig/partner-center.ts';
import { bakeImage, type GalleryRig } from './gallery-rig.ts';
import { PublishRig } from './publish-rig.ts';

const DAY_MS = 86_400_000;
const BLOB = 'https://devstoreaccount1.blob.core.windows.net/images/node-1.7.0.vhd';
let all: PublishRig;
let rig: GalleryRig;
let center: PartnerCenter;
let storage: CloudStorage;

beforeEach(async () => {
  all = await PublishRig.start();
  ({ gallery: rig, center, storage } = all);
});
afterEach(() => all[Symbol.asyncDispose]());

const url = (options?: SasOptions, name = 'node-1.7.0.vhd') => storage.sasUrl(`images/${name}`, options);
const publish = (sas: string, ...args: readonly string[]) => rig.run('publish', 'node', '--sas', sas, ...args);

/** The first line and the hint of a refusal, without the signature; nothing was changed. */
async function refused(sas: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = await publish(sas, ...args);
  expect([stdout, center.posted]).toEqual(['', []]);
  const { searchParams } = new URL(sas);
  for (const secret of [searchParams.get('sig') ?? '', sas.split('sig=')[1] ?? ''])
    expect(stderr).not.toContain(secret);
  const [error = '', hint = ''] = stderr.split('\n');
  return { status, error: error.replace('error: ', ''), hint: hint.replace('  hint: ', '') };
}

test('a signed URL can stand for the gallery, is judged first, and is never shown', async () => {
  const bad = await refused(url({ permissions: 'racwdl' }));
  expect([bad.status, bad.error]).toEqual([2, expect.stringContaining('it asks for sp=rl, and there is sp=racwdl')]);
  const uri = url();
  const { status, stdout } = await publish(uri, '--json');
  expect([status, stdout]).toEqual([0, expect.stringContaining('sig=***')]);
  const [version] = list(center.configuration, 'vmImageVersions');
  expect(version).toMatchObject({
    vmImages: [{ imageType: 'x64Gen2', source: { sourceType: 'sasUri', osDisk: { uri } } }],
  });
});

test('a URL of another disk is refused with both hashes, also by --dry-run and where it is to be submitted', async () => {
  const other = await bakeImage(rig.rig, { generations: ['V2'], seed: 2 });
  const before = {
    status: 1,
    error: expect.stringMatching(
      `^${BLOB} has the pages sha256 [0-9a-f]{64}, and node 1\\.7\\.0 has ${other.disk.contentSha256}\\.$`,
    ),
    hint: expect.stringMatching(
      /^Give the URL of the blob that "dcos-build image upload IMAGE PLACE" wrote of this image\./,
    ),
  };
  expect(await refused(url())).toEqual(before);
  expect(await refused(url(), '--dry-run')).toEqual(before);
  expect(await refused(url(), '--submit', 'preview')).toEqual(before);
});

test('a URL of no blob, of one that no upload made, of a block blob and of an upload that did not end is refused', async () => {
  const images = rig.azurite.client('images');
  expect((await refused(url({}, 'a/none.vhd'))).error).toBe(`${BLOB.replace('node-1.7.0', 'a/none')} is not there.`);
  await images.getPageBlobClient('plain.vhd').create(2 ** 20);
  expect((await refused(url({}, 'plain.vhd'))).error).toMatch(
    /was not uploaded by dcos-build: nothing says what is in it/,
  );
  await images.getBlockBlobClient('block.vhd').upload('x', 1);
  expect((await refused(url({}, 'block.vhd'))).error).toMatch(/block\.vhd is no page blob\.$/);
  const blob = images.getPageBlobClient('node-1.7.0.vhd');
  const { metadata = {} } = await blob.getProperties();
  await blob.setMetadata({ ...metadata, complete: 'false' });
  expect((await refused(url())).error).toBe(`${BLOB} is an upload that was not ended.`);
  await blob.setMetadata(metadata);
  await blob.resize(2 ** 21);
  expect((await refused(url())).error).toMatch(/node-1\.7\.0\.vhd has 2097152 bytes, and the disk has 1073742336\.$/);
});

test('a URL with a signature that does not hold is the fault of who has no right, and one that nobody answers for is said so', async () => {
  const forged = new URL(url());
  forged.searchParams.set('sig', 'c2VjcmV0c2lnbmF0dXJl');
  expect(await refused(forged.href)).toEqual({
    status: 3,
    error: expect.stringMatching(
      /^https:\/\/devstoreaccount1\.blob\.core\.windows\.net\/images cannot be read: the signature of its SAS is not valid \(Auth\w+\)\.$/,
    ),
    hint: expect.stringContaining('Look whether it was copied whole'),
  });
  for (const path of ['/images//node-1.7.0.vhd', '/images/a//node-1.7.0.vhd', '/I/node-1.7.0.vhd']) {
    const { status, error } = await refused(url().replace('/images/node-1.7.0.vhd', path));
    expect([status, error]).toEqual([2, `The URL of --sas names no blob: ${path}.`]);
  }
  const elsewhere = await refused(url().replace('/images/', '/absent/'));
  expect([elsewhere.status, elsewhere.error]).toEqual([3, expect.stringContaining('/absent cannot be read')]);
  await storage[Symbol.asyncDispose]();
  const gone = await refused(url());
  expect(gone).toEqual({
    status: 1,
    error: expect.stringMatching(/^https:\S+\/images cannot be read: devstoreaccount1\.blob\S+ does not answer \(/),
    hint: expect.stringMatching(/^Look whether this machine has a network, and run the same command again/),
  });
});

test('a new signature of the same URL is put in place of the old one, and the same one is nothing to do', async () => {
  const [first, second] = [url(), url({ expiresInMs: 40 * DAY_MS })];
  await publish(first);
  const { status, stdout } = await publish(second);
  expect([status, stdout]).toEqual([
    0,
    'dcos/node had version 1.7.0 already, and is told anew where to read it, as a draft.\n',
  ]);
  const [version, ...more] = list(center.configuration, 'vmImageVersions');
  expect([version, more]).toMatchObject([{ vmImages: [{ source: { osDisk: { uri: second } } }] }, []]);
  const again = await publish(second);
  expect([again.stdout, center.posted.length]).toEqual(['dcos/node has version 1.7.0 already.\n', 2]);
});
