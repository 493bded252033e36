/** Whole runs of `image prune`, and its decision alone. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { planPrune, type PruneVersion } from '../../src/gallery/prune-plan.ts';
import { SUBSCRIPTION } from '../rig/arm.ts';
import { part } from '../rig/arm-resources.ts';
import { bakeImage, GalleryRig } from './gallery-rig.ts';

const DAY_MS = 86_400_000;

function versionOf(version: string, change: Partial<PruneVersion> = {}): PruneVersion {
  return {
    ...{ version, id: `/versions/${version}`, isOwn: true, state: 'Succeeded', publishedMs: 0, users: [] },
    ...{ endOfLifeMs: undefined, blocksDeletion: false, openRegions: ['westeurope'] },
    ...change,
  };
}

const RULES = { keep: 1, unusedForMs: 90 * DAY_MS, nowMs: 365 * DAY_MS };
const reasons = (versions: readonly PruneVersion[], rules = RULES) =>
  Object.fromEntries(planPrune(versions, rules).map(({ version, reason }) => [version, reason]));

test('the newest stays, and what latest means; what is older goes', () => {
  const versions = ['1.9.0', '1.10.0', '1.2.0'].map((each) =>
    versionOf(each, each === '1.10.0' ? { openRegions: [] } : {}),
  );
  expect(reasons(versions)).toEqual({ '1.10.0': 'the newest', '1.9.0': 'what "latest" means', '1.2.0': undefined });
});

test('latest is what is highest in a region: there may be several', () => {
  const versions = [
    versionOf('3.0.0', { openRegions: [] }),
    versionOf('2.0.0', { openRegions: ['northeurope'] }),
    versionOf('1.0.0'),
    versionOf('0.1.0', { openRegions: ['westeurope', 'northeurope'] }),
  ];
  expect(reasons(versions)).toEqual({
    '3.0.0': 'the newest',
    '2.0.0': 'what "latest" means',
    '1.0.0': 'what "latest" means',
    '0.1.0': undefined,
  });
});

test.each<readonly [Partial<PruneVersion>, string | undefined]>([
  [{}, undefined],
  [{ isOwn: false }, 'not made by dcos-build'],
  [{ users: ['/vm/a'] }, 'used by /vm/a'],
  [{ users: ['/vm/a', '/vm/b'] }, 'used by 2 machines'],
  [{ state: 'Creating' }, 'something is under way (Creating)'],
  [{ state: 'Failed' }, undefined],
  [{ blocksDeletion: true, endOfLifeMs: 366 * DAY_MS }, 'cannot be deleted before 1971-01-02'],
  [{ blocksDeletion: true, endOfLifeMs: 364 * DAY_MS }, undefined],
  [{ blocksDeletion: false, endOfLifeMs: 366 * DAY_MS }, undefined],
  [{ publishedMs: 276 * DAY_MS }, 'too young'],
  [{ publishedMs: undefined }, 'too young'],
])('of an old version with %o', (change, reason) => {
  expect(reasons([versionOf('2.0.0'), versionOf('1.0.0', change)])['1.0.0']).toBe(reason);
});

test('--keep counts from the newest', () => {
  const versions = ['1.0.0', '1.0.1', '1.0.2', '1.0.3'].map((each) => versionOf(each));
  expect(reasons(versions, { ...RULES, keep: 3 })).toEqual({
    '1.0.3': 'the newest',
    '1.0.2': 'one of the 3 newest',
    '1.0.1': 'one of the 3 newest',
    '1.0.0': undefined,
  });
});

let rig: GalleryRig;

beforeEach(async () => {
  rig = await GalleryRig.start();
});
afterEach(async () => await rig[Symbol.asyncDispose]());

/** Versions of one image, as old as they are said to be in days. */
async function register(versions: Readonly<Record<string, number>>): Promise<void> {
  for (const [version, days] of Object.entries(versions)) {
    await bakeImage(rig.rig, { version, generations: ['V2'] });
    await rig.upload(`node@${version}`);
    rig.arm.nowMs = Date.now() - days * DAY_MS;
    await rig.run('register', `node@${version}`, 'images', '--tested');
  }
  rig.arm.nowMs = Date.now();
}

const left = () => rig.arm.resources.below(rig.arm.id('galleries/dcos/images/node/versions/')).map(({ name }) => name);

test('old versions go, but for those that machines use; a dry run says the same and removes nothing', async () => {
  await register({ '1.0.0': 400, '1.1.0': 300, '1.2.0': 200, '1.3.0': 100, '1.4.0': 1 });
  const definition = rig.arm.id('galleries/dcos/images/node');
  const machine = (name: string, imageReference: object) => ({
    ...{ name, id: `/subscriptions/${SUBSCRIPTION}/resourceGroups/others/providers/Microsoft.Compute/x/${name}` },
    ...{ location: 'westeurope', properties: { storageProfile: { imageReference } } },
  });
  rig.arm.machines.push(machine('vm1', { id: `${definition}/versions/1.0.0`.toUpperCase() }));
  // A scale set that names the definition: its machines know which version that was.
  const model = { storageProfile: { imageReference: { id: definition } } };
  const set = machine('agents', {});
  rig.arm.scaleSets.push({ ...set, properties: { orchestrationMode: 'Uniform', virtualMachineProfile: model } });
  rig.arm.instances.set('agents', [
    { ...machine('agents_0', { id: definition, exactVersion: '1.1.0' }), instanceId: '0' },
  ]);

  const changes = rig.arm.changes.length;
  const dry = await rig.run('prune', 'node', '--keep', '2', '--dry-run');
  expect([dry.status, dry.stderr, dry.stdout]).toEqual([
    0,
    '',
    expect.stringMatching(
      /^would go +node +1\.2\.0[^]*^DELETE https:\S+\/galleries\/dcos\/images\/node\/versions\/1\.2\.0\?api-version=2025-12-03$/m,
    ),
  ]);
  expect(rig.arm.changes.length).toBe(changes);
  const { status, stdout } = await rig.run('prune', '--keep', '2');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^stays +node +1\.4\.0 +the newest$/m);
  expect(stdout).toMatch(/^stays +node +1\.3\.0 +one of the 2 newest$/m);
  expect(stdout).toMatch(/^removed +node +1\.2\.0/m);
  expect(stdout).toMatch(/^stays +node +1\.1\.0 +used by \S+\/agents_0$/m);
  expect(stdout).toMatch(/^stays +node +1\.0\.0 +used by \S+\/vm1$/m);
  expect(stdout).toMatch(/^Removed 1 of 5\.$/m);
  expect(left()).toEqual(['1.0.0', '1.1.0', '1.3.0', '1.4.0']);
  expect(rig.arm.changes.slice(changes).map(({ method }) => method)).toEqual(['DELETE']);
});

test('upload disks that were left lying go, and blobs that a version has a copy of', async () => {
  await register({ '1.0.0': 1 });
  for (const [name, days] of Object.entries({ abandoned: 2, running: 0, old: 100, young: 10 })) {
    rig.arm.nowMs = Date.now() - days * DAY_MS;
    await rig.run('upload', 'node', '--managed-disk', name, '--no-verify');
  }
  rig.arm.nowMs = Date.now();
  for (const name of ['abandoned', 'running'])
    Object.assign(rig.arm.find(`disks/${name}`)?.properties ?? {}, { diskState: 'ActiveUpload' });
  await rig.run('upload', 'node', 'images', '--name', 'copied.vhd', '--no-verify');
  await bakeImage(rig.rig, { version: '2.0.0', seed: 2 });
  await rig.upload('node@2.0.0');
  await rig.azurite.client('images').getPageBlobClient('foreign.vhd').create(512);
  const { status, stdout, stderr } = await rig.run('prune', 'node', 'images', '--unused-for', '90d');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^removed +disk +abandoned/m);
  expect(stdout).toMatch(/^stays +disk +running +may still be uploaded to$/m);
  expect(stdout).toMatch(/^removed +disk +old/m);
  expect(stdout).toMatch(/^stays +disk +young +too young$/m);
  expect(stdout).toMatch(/^stays +blob +node-1\.0\.0\.vhd +too young$/m);
  const now = await rig.run('prune', 'node', 'images', '--unused-for', '0s');
  expect(now.stdout).toMatch(/^removed +blob +copied\.vhd/m);
  expect(now.stdout).toMatch(/^removed +blob +node-1\.0\.0\.vhd/m);
  expect(now.stdout).toMatch(/^stays +blob +node-2\.0\.0\.vhd +no version of the gallery has it$/m);
  const blobs: string[] = [];
  for await (const { name } of rig.azurite.client('images').listBlobsFlat()) blobs.push(name);
  expect(blobs).toEqual(['foreign.vhd', 'node-2.0.0.vhd']);
});

test('a gallery or definition that is not there has nothing to be removed; a bad count or age is told', async () => {
  expect((await rig.run('prune', 'node')).stdout).toBe(
    'There are no versions in dcos, and no disks and blobs of ours.\n',
  );
  expect((await rig.run('prune', 'node', '--keep', '0')).stderr).toContain('--keep takes a whole number of at least 1');
  expect((await rig.run('prune', 'node', '--unused-for', 'long')).stderr).toContain('--unused-for takes an age');
  expect((await rig.run('prune', '--gallery', 'dc-os')).stderr).toContain('"dc-os" is no name of a gallery.');
  expect(part(rig.arm.changes, '')).toEqual({});
});
