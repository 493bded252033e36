/** Registrations that are refused, or fail in one region, and what of theirs is removed then. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bakeImage, GalleryRig } from './gallery-rig.ts';

let rig: GalleryRig;

beforeEach(async () => {
  rig = await GalleryRig.startUploaded();
});
afterEach(async () => await rig[Symbol.asyncDispose]());

const register = (...args: readonly string[]) => rig.run('register', 'node', 'images', ...args);
const version = () => rig.arm.find('galleries/dcos/images/node/versions/1.7.0');

test('a region that fails is named with the reason, all that was made is removed, and the next run can succeed', async () => {
  rig.arm.brokenRegions.set('northeurope', 'The quota of replicas is used up.');
  const { status, stderr } = await register();
  expect(status).toBe(1);
  expect(stderr).toContain(
    'error: The version 1.7.0 of node could not be copied to northeurope (The quota of replicas is used up). ' +
      'What this made is removed again: version 1.7.0, definition node, gallery dcos.\n',
  );
  expect(stderr).toMatch(/^node in northeurope: failed$/m);
  expect(stderr).toContain('[AZURE_REFUSED]');
  expect(['galleries/dcos', 'galleries/dcos/images/node'].map((path) => rig.arm.find(path))).toEqual([
    undefined,
    undefined,
  ]);
  expect(rig.journal()).toEqual([]);
  rig.arm.brokenRegions.clear();
  expect((await register()).status).toBe(0);
});

test('what others made, or use by now, stays when a registration fails', async () => {
  await register();
  await bakeImage(rig.rig, { generations: ['V2'], version: '1.8.0', seed: 2 });
  await rig.upload('node@1.8.0');
  rig.arm.brokenRegions.set('northeurope', 'Broken.');
  const { stderr } = await rig.run('register', 'node@1.8.0', 'images');
  expect(stderr).toContain('What this made is removed again: version 1.8.0.\n');
  expect(version()).toBeDefined();
  // A version that is there for long is not removed because a change of it is refused.
  const refused = await register('--tested');
  expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('Broken')]);
  expect(version()).toBeDefined();
});

test('what is refused at once never came to be, and what was made before it is removed', async () => {
  rig.arm.script = ({ method, url }) =>
    method === 'PUT' && url.includes('/versions/') ? { status: 400, code: 'InvalidParameter' } : undefined;
  const { status, stderr } = await register();
  expect(status).toBe(1);
  expect(stderr).toContain('What this made is removed again: definition node, gallery dcos.\n');
  expect(rig.journal()).toEqual([]);
  rig.arm.script = ({ method }) => (method === 'PUT' ? { status: 409, code: 'OperationNotAllowed' } : undefined);
  const first = await register();
  expect(first.stderr).toMatch(/The gallery dcos cannot be made: .*OperationNotAllowed.*says so\)\.\n/);
  expect(rig.journal()).toEqual([]);
});

test('a version that somebody else made in between is theirs', async () => {
  const id = rig.arm.id('galleries/dcos/images/node/versions/1.7.0');
  const source = { uri: `${rig.azurite.containerUrl('images')}/other.vhd` };
  rig.arm.script = ({ method, url }) => {
    if (method === 'PUT' && url.includes('/versions/')) {
      const body = { tags: { pages_sha256: 'other' }, properties: { storageProfile: { osDiskImage: { source } } } };
      const type = 'Microsoft.Compute/galleries/images/versions';
      rig.arm.resources.put({ id, name: '1.7.0', type, body, properties: {}, looksLeft: 0, failure: undefined });
    }
    return undefined;
  };
  const { status, stderr } = await register();
  expect([status, stderr]).toEqual([1, expect.stringContaining('PropertyChangeNotAllowed')]);
  expect(version()?.body).toMatchObject({ tags: { pages_sha256: 'other' } });
  expect(rig.arm.changes.filter(({ method }) => method === 'DELETE')).toEqual([]);
  expect(rig.journal()).toEqual([]);
});

test('a version of the same content that came to nothing is made again', async () => {
  await register();
  const there = version();
  if (there === undefined) throw new Error('there is no version');
  there.failure = { code: 'InternalError', message: 'Once.' };
  const { status, stdout } = await register();
  expect([status, stdout]).toEqual([0, expect.stringMatching(/^ {2}node {2}made again/m)]);
});
