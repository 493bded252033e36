/** Registrations that end before Azure is done: killed, stopped, or not waited for. The next run goes on with them. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bakeImage, GalleryRig } from './gallery-rig.ts';

let rig: GalleryRig;

beforeEach(async () => {
  rig = await GalleryRig.startUploaded();
});
afterEach(async () => await rig[Symbol.asyncDispose]());

const register = (...args: readonly string[]) => rig.run('register', 'node', 'images', ...args);
const version = () => rig.arm.find('galleries/dcos/images/node/versions/1.7.0');

test.each([
  ['galleries/dcos?', ['gallery']],
  ['images/node?', ['gallery', 'definition']],
  ['versions/1.7.0?', ['gallery', 'definition', 'version']],
])('a run that is killed at its request for %s is gone on with', async (step, made) => {
  const reached = Promise.withResolvers<void>();
  rig.arm.script = ({ method, url }) => {
    if (method !== 'PUT' || !url.includes(step)) return undefined;
    reached.resolve();
    return 'cut';
  };
  const killed = rig.start(['register', 'node', 'images']);
  await reached.promise;
  killed.kill('SIGKILL');
  await killed.end;
  expect(rig.journal()).toEqual(made);
  rig.arm.script = () => undefined;
  const { status, stdout } = await register();
  expect([status, stdout]).toEqual([0, expect.stringMatching(/^ {2}node {2}made {2}not taken as latest$/m)]);
  expect(rig.journal()).toEqual([]);
});

test('a run that is killed while it waits is gone on with; if that fails, what the killed one made is removed', async () => {
  rig.arm.looks = Infinity;
  const killed = rig.start(['register', 'node', 'images']);
  await killed.sees('node in westeurope: replicating');
  killed.kill('SIGKILL');
  await killed.end;
  const there = version();
  if (there === undefined) throw new Error('there is no version');
  there.looksLeft = 3;
  const changes = rig.arm.changes.length;
  const { status, stdout } = await register();
  expect([status, stdout]).toEqual([0, expect.stringMatching(/^ {2}node {2}gone on with {2}not taken as latest$/m)]);
  expect(rig.arm.changes.length).toBe(changes);

  await bakeImage(rig.rig, { generations: ['V2'], version: '1.8.0', seed: 2 });
  await rig.upload('node@1.8.0');
  const second = rig.start(['register', 'node@1.8.0', 'images']);
  await second.sees('making the version 1.8.0');
  await second.sees('node in westeurope: replicating');
  second.kill('SIGKILL');
  await second.end;
  const failing = rig.arm.find('galleries/dcos/images/node/versions/1.8.0');
  if (failing === undefined) throw new Error('there is no version');
  rig.arm.brokenRegions.set('northeurope', 'Broken.');
  Object.assign(failing, { looksLeft: 2, failure: { code: 'ReplicationFailed', message: 'Broken.' } });
  const failed = await rig.run('register', 'node@1.8.0', 'images');
  expect([failed.status, failed.stderr]).toEqual([
    1,
    expect.stringContaining('What this made is removed again: version 1.8.0.'),
  ]);
  expect(rig.arm.find('galleries/dcos/images/node/versions/1.8.0')).toBeUndefined();
  expect(version()).toBeDefined();
});

test('a run that is ended by Ctrl-C removes nothing, and the next one goes on', async () => {
  rig.arm.looks = Infinity;
  const stopped = rig.start(['register', 'node', 'images']);
  await stopped.sees('node in westeurope: replicating');
  stopped.kill('SIGINT');
  const { status, stderr } = await stopped.end;
  expect([status, stderr]).toEqual([130, expect.stringContaining('[CANCELLED]')]);
  expect(rig.journal()).toEqual(['gallery', 'definition', 'version']);
  Object.assign(version() ?? {}, { looksLeft: 3 });
  expect((await register()).stdout).toMatch(/^ {2}node {2}gone on with/m);
  expect(rig.journal()).toEqual([]);
});

test('--no-wait ends when the requests are taken, and a later run sees it to its end', async () => {
  rig.arm.looks = 1000;
  const { status, stdout } = await register('--no-wait');
  expect([status, stdout]).toEqual([0, expect.stringContaining('on its way to westeurope, northeurope')]);
  const there = version();
  if (there === undefined) throw new Error('there is no version');
  there.looksLeft = 3;
  expect((await register()).stdout).toMatch(/^ {2}node {2}gone on with/m);
});
