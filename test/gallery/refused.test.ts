/** What is wrong with options, names and settings of images in Azure, told in one sentence before anybody is asked. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bakeImage, GalleryRig } from './gallery-rig.ts';

let rig: GalleryRig;

beforeAll(async () => {
  rig = await GalleryRig.start({ gallery: { storage: 'Standard_ZRS', features: { DiskControllerType: 'SCSI' } } });
  await bakeImage(rig.rig, { generations: ['V2'] });
  await rig.upload();
});
afterAll(async () => await rig[Symbol.asyncDispose]());

/** The exit status, the first line and the hint. */
async function told(words: string): Promise<string> {
  const { status, stderr } = await rig.run(...words.split(' ').map((word) => word.replaceAll('_', ' ')));
  return [status, ...stderr.split('\n').map((line) => line.trim())].slice(0, 3).join(' ').trim();
}

test.each([
  ['prune --tested', '2 error: --tested is no option of "image prune". hint: It belongs to register. [USAGE]'],
  [
    'register node images --keep 2',
    '2 error: --keep is no option of "image register". hint: It belongs to prune. [USAGE]',
  ],
  [
    'upload node images --region x',
    '2 error: --region is no option of "image upload". hint: It belongs to register. [USAGE]',
  ],
  [
    'check-sas https://a/b --no-wait',
    '2 error: --no-wait is no option of "image check-sas". hint: It belongs to register. [USAGE]',
  ],
  [
    'upload node images --generation 1',
    '2 error: --generation says nothing of a blob. hint: It goes with --managed-disk. [USAGE]',
  ],
  [
    'upload node --managed-disk d --name x',
    '2 error: --name is the name of a blob, and a disk is named. hint: Leave out one of them. [USAGE]',
  ],
  [
    'upload node images --name a_b.vhd',
    '2 error: "a b.vhd" is no name of a blob that Azure makes images from. hint: It has no %, quotes and blanks: give another one with --name. [USAGE]',
  ],
  [
    'prune node images --definition other',
    '2 error: --definition names an image definition, and so does "node". hint: Leave out one of them. [USAGE]',
  ],
  [
    'publish node --status --submit live',
    '2 error: --submit is not done with --status, which only looks. hint: Run it without --status. [USAGE]',
  ],
  [
    'publish node --status --sas https://a/b',
    '2 error: --sas is not done with --status, which only looks. hint: Run it without --status. [USAGE]',
  ],
  [
    'publish --submit preview --sas https://a/b',
    '2 error: --sas is the URL of an image, and none is named. hint: Name it: dcos-build image publish IMAGE --sas URL. [USAGE]',
  ],
  [
    'publish node --sas https://a/b --gallery other',
    '2 error: --gallery says nothing of a signed URL. hint: Leave it out: the gallery is not asked. [USAGE]',
  ],
  [
    'register node https://images.blob.core.chinacloudapi.cn/images?sv=1&sig=c2VjcmV0',
    '2 error: https://images.blob.core.chinacloudapi.cn/images is in AzureChinaCloud, and AzureCloud is meant. hint: Give --cloud AzureChinaCloud, or a place in AzureCloud: no cloud reads from another one. [USAGE]',
  ],
  [
    'register node images --end-of-life 2027-02-31',
    '2 error: "2027-02-31" is no end of life. hint: Give a day such as 2027-12-31, or days from the time of the image such as 365d. [USAGE]',
  ],
  [
    'register node images --region westeurope=60 --region eastus=60',
    '2 error: The regions have 120 replicas together, and a version has 100 at most. hint: One is enough for some twenty machines that are made at the same time. [USAGE]',
  ],
])('image %s', async (words, message) => {
  expect(await told(words)).toBe(message);
  expect(rig.arm.changes).toEqual([]);
});

test('a disk is made with storage that disks have, where versions are to be in zones', async () => {
  expect((await rig.run('upload', 'node', '--managed-disk', 'd', '--no-verify')).status).toBe(0);
  expect(rig.arm.find('disks/d')?.body).toMatchObject({ sku: { name: 'Standard_LRS' } });
});

test('a feature that is another one in the definition is refused, since it would have no effect', async () => {
  expect((await rig.run('register', 'node', 'images')).status).toBe(0);
  expect((await rig.run('register', 'node', 'images')).stdout).toMatch(/^Nothing to do/);
  rig.configure({ gallery: { features: { DiskControllerType: 'SCSI, NVMe' } } });
  const { status, stderr } = await rig.run('register', 'node', 'images');
  expect([status, stderr]).toEqual([
    1,
    expect.stringContaining('DiskControllerType is SCSI there, and the image needs SCSI, NVMe.'),
  ]);
});
