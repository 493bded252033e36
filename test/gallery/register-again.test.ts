/** Registrations of a version that is there already: under way, failed in part, with other settings, or going. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { list, part, type Resource } from '../rig/arm-resources.ts';
import { GalleryRig } from './gallery-rig.ts';

let rig: GalleryRig;

beforeEach(async () => {
  rig = await GalleryRig.startUploaded();
});
afterEach(async () => await rig[Symbol.asyncDispose]());

const register = (...args: readonly string[]) => rig.run('register', 'node', 'images', ...args);

function version(): Resource {
  const found = rig.arm.find('galleries/dcos/images/node/versions/1.7.0');
  if (found === undefined) throw new Error('there is no version');
  return found;
}

const profile = () => part(version().body, 'properties', 'publishingProfile');
const methods = () => rig.arm.changes.map(({ method }) => method);

test('--tested needs to wait, since a version is latest only when it is everywhere', async () => {
  const { status, stderr } = await register('--tested', '--no-wait');
  expect([status, stderr]).toEqual([
    2,
    expect.stringMatching(/^error: --tested and --no-wait do not go together: .*\.\n {2}hint: /),
  ]);
  expect(rig.arm.asked).toEqual([]);
});

test('a version that a further region failed for is not removed from under its users, but tried again', async () => {
  await register('--region', 'westeurope', '--tested');
  rig.arm.brokenRegions.set('northeurope', 'No room.');
  const failed = await register('--region', 'westeurope', '--region', 'northeurope');
  expect([failed.status, failed.stderr]).toEqual([1, expect.stringContaining('northeurope (No room)')]);
  rig.arm.brokenRegions.clear();
  version().failure = { code: 'ReplicationFailed', message: 'No room.' };
  rig.arm.brokenRegions.set('northeurope', 'No room.');
  const looks = rig.arm.asked.length;
  rig.arm.script = ({ method }) => {
    if (method === 'PUT') rig.arm.brokenRegions.clear();
    return undefined;
  };
  const again = await register('--region', 'westeurope', '--region', 'northeurope');
  expect([again.status, again.stdout]).toEqual([
    0,
    expect.stringMatching(/^ {2}node {2}changed {2}what failed of it is tried again$/m),
  ]);
  expect(rig.arm.asked.length).toBeGreaterThan(looks);
  expect(methods()).not.toContain('DELETE');
  expect(profile()).toMatchObject({ excludeFromLatest: false });
});

test('what a run under way was not told is done when it has ended, from the source that it began with', async () => {
  await rig.run('upload', 'node', '--managed-disk', 'node-disk', '--no-verify');
  rig.arm.looks = 1000;
  expect((await rig.run('register', 'node', '--disk', 'node-disk', '--region', 'westeurope', '--no-wait')).status).toBe(
    0,
  );
  version().looksLeft = 3;
  rig.arm.looks = 2;
  const { status, stdout } = await register('--region', 'westeurope', '--region', 'eastus', '--tested');
  expect([status, stdout]).toEqual([
    0,
    expect.stringMatching(/^ {2}node {2}gone on with {2}regions .*; taken as latest$/m),
  ]);
  expect(list(profile(), 'targetRegions').map(({ name }) => name)).toEqual(['westeurope', 'eastus']);
  expect(profile()).toMatchObject({ excludeFromLatest: false });
  expect(part(version().body, 'properties', 'storageProfile', 'osDiskImage', 'source')).toEqual({
    id: rig.arm.id('disks/node-disk'),
  });
});

test('what others said of a region stays when something else is changed', async () => {
  await register('--tested');
  const regions = list(profile(), 'targetRegions');
  Object.assign(regions[1] ?? {}, { excludeFromLatest: true });
  const { stdout } = await register('--end-of-life', '2030-01-31');
  expect(stdout).toMatch(/changed {2}end of life 2030-01-31T00:00:00.000Z in place of never$/m);
  expect(list(profile(), 'targetRegions')).toMatchObject([
    { name: 'westeurope' },
    { name: 'northeurope', regionalReplicaCount: 2, excludeFromLatest: true },
  ]);
});

test('a version that is being removed is said to be so, and nothing is sent', async () => {
  await register();
  version().isGoing = true;
  const changes = rig.arm.changes.length;
  const { status, stderr } = await register();
  expect([status, stderr]).toEqual([
    1,
    expect.stringMatching(
      /^error: The version 1\.7\.0 of node is being removed\.\n {2}hint: Run the same command again/,
    ),
  ]);
  expect(rig.arm.changes.length).toBe(changes);
});

test('a gallery and a definition that came to nothing are made again', async () => {
  await register();
  for (const path of ['galleries/dcos/images/node/versions/1.7.0']) rig.arm.resources.delete(rig.arm.id(path));
  for (const path of ['galleries/dcos', 'galleries/dcos/images/node'])
    Object.assign(rig.arm.find(path) ?? {}, { failure: { code: 'InternalError', message: 'Once.' } });
  const { status, stderr } = await register();
  expect([status, stderr]).toEqual([
    0,
    expect.stringMatching(/^making the gallery dcos\nmaking the image definition node\n/),
  ]);
});

test('what another machine makes at the same time is theirs, also the same image', async () => {
  const put = (path: string, type: string, body: Record<string, unknown>): void =>
    rig.arm.resources.put({
      ...{ id: rig.arm.id(path), name: path.split('/').at(-1) ?? '', type: `Microsoft.Compute/${type}`, body },
      ...{ properties: {}, looksLeft: Infinity, failure: undefined },
    });
  const { tags } = part({ body: JSON.parse((await register('-n', '--json')).stdout).requests[2].body }, 'body');
  rig.arm.script = ({ method, url }) => {
    if (method !== 'PUT') return undefined;
    if (url.includes('/versions/'))
      put('galleries/dcos/images/node/versions/1.7.0', 'galleries/images/versions', { tags });
    else return undefined;
    return { status: 409, code: 'Conflict' };
  };
  const { status, stderr } = await register();
  expect([status, stderr]).toEqual([1, expect.stringContaining('409 Conflict')]);
  expect(version().body).toMatchObject({ tags });
  rig.arm.resources.delete(version().id);
  for (const path of ['galleries/dcos/images/node', 'galleries/dcos']) rig.arm.resources.delete(rig.arm.id(path));
  rig.arm.script = ({ method, url }) => {
    if (method !== 'PUT' || !url.includes('/galleries/dcos?')) return undefined;
    put('galleries/dcos', 'galleries', {});
    return { status: 409, code: 'Conflict' };
  };
  expect((await register()).status).toBe(1);
  expect(rig.arm.find('galleries/dcos')).toBeDefined();
  expect(methods()).not.toContain('DELETE');
});

test('an operation that somebody cancels is a refusal, and what was made is removed', async () => {
  rig.arm.script = ({ method, url }) => {
    const there = rig.arm.find('galleries/dcos/images/node/versions/1.7.0');
    if (method === 'GET' && url.includes('/operations/') && there !== undefined)
      Object.assign(there, { isCancelled: true, failure: { code: 'Canceled', message: 'By somebody.' } });
    return undefined;
  };
  const { status, stderr } = await register();
  expect([status, stderr]).toEqual([
    1,
    expect.stringMatching(/^error: .*was cancelled.*What this made is removed again/m),
  ]);
});
