/** Images whose record says that they failed a rule of severity `error` when they were baked. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bakeImage, GalleryRig } from './gallery-rig.ts';

let rig: GalleryRig;

const common = { result: 'failed', actual: 'this', required: 'that', source: 'test' } as const;
const checks = [
  { ...common, id: 'swap.none-on-os', severity: 'error' },
  { ...common, id: 'ssh.keepalive', severity: 'warning' },
  { ...common, id: 'kernel.console', severity: 'error' },
] as const;

beforeEach(async () => {
  rig = await GalleryRig.start();
  await bakeImage(rig.rig, { checks });
});
afterEach(async () => await rig[Symbol.asyncDispose]());

const WARNING =
  'warning: node 1.7.0 failed swap.none-on-os, kernel.console when it was baked, for which "image register --tested" and ' +
  '"image publish" will refuse it.\n';

test.each([
  [['images'], 'its blob is called as it is'],
  [['images', '--name', 'other.vhd'], 'its blob has a name of its own'],
  [['--managed-disk', 'node-disk'], 'it goes to a managed disk'],
])('upload %j warns of them in a sentence, and uploads: %s', async (args) => {
  const { status, stdout, stderr } = await rig.run('upload', 'node', ...args, '--quiet');
  expect([status, stderr]).toEqual([0, WARNING]);
  expect(stdout).toMatch(/^Uploaded /);
});

test('they are not taken as latest', async () => {
  const { status, stderr } = await rig.run('register', 'node', 'images', '--tested');
  expect([status, stderr]).toEqual([
    2,
    expect.stringContaining(
      'is not taken as latest, since it failed swap.none-on-os, kernel.console when it was baked.',
    ),
  ]);
});

test('a record that cannot be read warns of nothing where it is not needed', async () => {
  rig.rig.write('out/images/node/1.7.0/image.json', '{}');
  const { status, stderr } = await rig.run('upload', 'out/images/node/1.7.0/disk.vhd', 'images', '--name', 'other.vhd');
  expect([status, stderr]).toEqual([0, '']);
});

test('what is ignored is uploaded without a word and taken as latest, until one of the ignores has expired', async () => {
  const swap = { rule: 'swap.none-on-os', reason: 'It is small.' };
  const ignores = (expires: string) => [swap, { rule: 'kernel.console', reason: 'There is none.', expires }];
  await bakeImage(rig.rig, { checks, ignores: ignores('2999-01-31') });
  const uploaded = await rig.run('upload', 'node', 'images', '--quiet');
  expect([uploaded.status, uploaded.stderr]).toEqual([0, '']);
  const { status, stderr } = await rig.run('register', 'node', 'images', '--tested');
  expect([status, stderr]).toEqual([0, expect.not.stringContaining('warning')]);
  await bakeImage(rig.rig, { checks, ignores: ignores('2020-01-31') });
  const late = await rig.run('register', 'node', 'images', '--tested');
  expect([late.status, late.stderr]).toEqual([
    2,
    expect.stringMatching(
      /^warning: ignores: kernel\.console has expired on 2020-01-31.*\nerror: .* failed kernel\.console when/,
    ),
  ]);
});
