/** Whole runs of `image register`: the real library on a stand-in that refuses what Azure would, disks in an Azurite. */
import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { list, part } from '../rig/arm-resources.ts';
import { bakeImage, GalleryRig } from './gallery-rig.ts';

let rig: GalleryRig;

beforeEach(async () => {
  rig = await GalleryRig.start();
});
afterEach(async () => await rig[Symbol.asyncDispose]());

const register = (...args: readonly string[]) => rig.run('register', 'node', 'images', ...args);
const version = (definition = 'node', name = '1.7.0') =>
  rig.arm.find(`galleries/dcos/images/${definition}/versions/${name}`);
const profile = (definition?: string) => part(version(definition)?.body, 'properties', 'publishingProfile');
const journals = () => readdirSync(rig.rig.path('out/state/registrations')).filter((name) => name.endsWith('.json'));

test('an uploaded image becomes a version for each generation, and the second run has nothing to do', async () => {
  await bakeImage(rig.rig);
  await rig.upload();
  const { status, stdout, stderr } = await register();
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout:
      'node 1.7.0 is in the gallery dcos, in westeurope, northeurope:\n' +
      '  node-gen1  made  not taken as latest\n  node       made  not taken as latest\n',
  });
  expect(stderr).toMatch(/^making the gallery dcos$/m);
  expect(stderr).toMatch(/^node in northeurope: completed$/m);
  const definition = (name: string) => part(rig.arm.find(`galleries/dcos/images/${name}`)?.body, 'properties');
  const features = (name: string) =>
    Object.fromEntries(list(definition(name), 'features').map((each) => [each['name'], each['value']]));
  expect(definition('node')).toMatchObject({
    hyperVGeneration: 'V2',
    architecture: 'x64',
    identifier: { sku: 'node' },
  });
  expect(definition('node-gen1')).toMatchObject({
    hyperVGeneration: 'V1',
    identifier: { publisher: 'example', offer: 'dcos', sku: 'node-gen1' },
  });
  expect(features('node')).toMatchObject({ SecurityType: 'TrustedLaunchSupported' });
  expect(features('node-gen1')).toMatchObject({ SecurityType: 'Standard' });
  expect(version()?.body).toMatchObject({
    tags: { pages_sha256: expect.stringMatching(/^[0-9a-f]{64}$/), bootstrap: 'a'.repeat(40) },
  });
  expect(profile()).toMatchObject({
    excludeFromLatest: true,
    targetRegions: [
      { name: 'westeurope', regionalReplicaCount: 1, storageAccountType: 'Standard_LRS' },
      { name: 'northeurope', regionalReplicaCount: 2 },
    ],
  });
  expect(journals()).toEqual([]);
  const changes = rig.arm.changes.length;
  const again = await register();
  expect([again.status, again.stdout]).toEqual([0, 'Nothing to do: dcos has node 1.7.0 already (node-gen1, node).\n']);
  expect(rig.arm.changes.length).toBe(changes);
});

test('both generations are copied at the same time', async () => {
  await bakeImage(rig.rig);
  await rig.upload();
  rig.arm.looks = 20;
  const { stderr } = await register();
  const lines = stderr.split('\n');
  expect(lines.indexOf('making the version 1.7.0 of node')).toBeLessThan(
    lines.indexOf('node-gen1 in westeurope: completed'),
  );
});

test('--tested has it taken as latest, by a second request once it is everywhere; settings that changed are taken over', async () => {
  await bakeImage(rig.rig, {
    generations: ['V2'],
    secureBoot: false,
    marketplace: { publisher: 'p', offer: 'o', sku: 's', plan: { name: 's', product: 'o', publisher: 'p' } },
  });
  await rig.upload();
  await register();
  const definition = part(rig.arm.find('galleries/dcos/images/node')?.body, 'properties');
  expect(definition).toMatchObject({ purchasePlan: { name: 's', product: 'o', publisher: 'p' } });
  expect(list(definition, 'features')[0]).toEqual({ name: 'SecurityType', value: 'Standard' });
  expect(rig.arm.find('galleries/dcos/images/node-gen1')).toBeUndefined();
  const tested = await register('--tested');
  expect([tested.status, tested.stdout]).toEqual([
    0,
    expect.stringMatching(/^ {2}node {2}changed {2}it is taken as latest$/m),
  ]);
  expect(profile()['excludeFromLatest']).toBe(false);
  const more = await register('--region', 'westeurope=3:Standard_ZRS', '--end-of-life', '2030-01-31');
  expect(more.stdout).toMatch(
    /changed {2}regions westeurope=3:Standard_ZRS in place of .*; end of life 2030-01-31T00:00:00.000Z in place of never/,
  );
  // What is latest stays so, also without the option.
  expect(profile()).toMatchObject({
    excludeFromLatest: false,
    endOfLifeDate: '2030-01-31T00:00:00.000Z',
    targetRegions: [{ regionalReplicaCount: 3 }],
  });
});

test('a new version with --tested is latest only after it is in all regions', async () => {
  await bakeImage(rig.rig, { generations: ['V2'] });
  await rig.upload();
  expect((await register('--tested')).stdout).toMatch(/^ {2}node {2}made {2}taken as latest$/m);
  const puts = rig.arm.changes.filter(({ url }) => url.includes('/versions/'));
  const excluded = puts.map(
    ({ body }) => part({ body }, 'body', 'properties', 'publishingProfile')['excludeFromLatest'],
  );
  expect(excluded).toEqual([true, false]);
});

test('--dry-run changes nothing, and says exactly the requests that are sent afterwards', async () => {
  await bakeImage(rig.rig);
  await rig.upload();
  const dry = await register('--dry-run', '--tested', '--json');
  expect([dry.status, rig.arm.changes]).toEqual([0, []]);
  const text = await register('--dry-run', '--tested');
  expect(text.stdout).toMatch(
    /^Would send 7 requests:\n\nPUT https:\/\/127\.0\.0\.1:\d+\/subscriptions\/\S+\/galleries\/dcos\?api-version=2025-12-03\n\{$/m,
  );
  const sent = await register('--tested', '--json');
  const { requests } = JSON.parse(sent.stdout);
  expect(JSON.parse(dry.stdout).requests).toEqual(requests);
  expect(rig.arm.changes.map(({ method, url, body }) => ({ method, url: `${rig.arm.url}${url}`, body }))).toEqual(
    requests,
  );
});

test('another content under the version is refused before anything is sent', async () => {
  await bakeImage(rig.rig);
  await rig.upload();
  await register();
  await bakeImage(rig.rig, { seed: 2 });
  // Its own blob has the other content, too.
  const changes = rig.arm.changes.length;
  const blob = await register();
  expect([blob.status, blob.stderr]).toEqual([
    1,
    expect.stringMatching(
      /^error: http:\S+\/images\/node-1\.7\.0\.vhd has the pages sha256 [0-9a-f]{64}, and node 1\.7\.0 has [0-9a-f]{64}\./,
    ),
  ]);
  await rig.run('upload', 'node', 'images', '--name', 'other.vhd', '--no-verify');
  const { status, stderr } = await register('--name', 'other.vhd');
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /The version 1\.7\.0 of node has another content: pages sha256 [0-9a-f]{64}, and the image has/,
  );
  expect(stderr).toMatch(/The version 1\.7\.0 of node-gen1 has another content/);
  expect(stderr).toContain('[IMAGE_CONFLICT]');
  expect(rig.arm.changes.length).toBe(changes);
});

test('a definition that is for other images is refused with each difference', async () => {
  await bakeImage(rig.rig, { generations: ['V2'] });
  await rig.upload();
  await register();
  await bakeImage(rig.rig, {
    generations: ['V1'],
    version: '1.7.1',
    marketplace: { publisher: 'other', offer: 'dcos', sku: 'node' },
  });
  await rig.run('upload', 'node', 'images', '--no-verify');
  const changes = rig.arm.changes.length;
  const { status, stderr } = await register();
  expect(status).toBe(1);
  expect(stderr).toContain(
    'The image definition node is for other images: hyperVGeneration is V2 there, and the image needs V1; identifier.publisher is example there, and the image needs other; SecurityType is TrustedLaunchSupported there, and the image needs Standard.',
  );
  expect(rig.arm.changes.length).toBe(changes);
});

test('a blob that is not there, is unfinished or was written by others is refused with what to do', async () => {
  await bakeImage(rig.rig);
  const absent = await register();
  expect([absent.status, absent.stderr]).toEqual([
    1,
    expect.stringMatching(/images\/node-1\.7\.0\.vhd is not there\.\n.*Upload it first/),
  ]);
  const blob = rig.azurite.client('images').getPageBlobClient('foreign.vhd');
  await blob.create(512);
  expect((await register('--name', 'foreign.vhd')).stderr).toContain('was not uploaded by dcos-build');
  await rig.upload();
  const own = rig.azurite.client('images').getPageBlobClient('node-1.7.0.vhd');
  const { metadata = {} } = await own.getProperties();
  await own.setMetadata({ ...metadata, complete: 'false' });
  expect((await register()).stderr).toContain('is an upload that was not ended');
  expect(rig.arm.asked).toEqual([]);
});
