/** Whole runs of `image prune` beside machines that do not say clearly what they run on, and uploads that are still needed. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SUBSCRIPTION } from '../rig/arm.ts';
import { GalleryRig } from './gallery-rig.ts';

const DAY_MS = 86_400_000;
let rig: GalleryRig;

beforeEach(async () => {
  rig = await GalleryRig.start();
});
afterEach(async () => await rig[Symbol.asyncDispose]());

interface There {
  readonly failure?: { readonly code: string; readonly message: string };
  readonly hash?: string;
  readonly days?: number;
}

/** A version of an image as a registration leaves it, open to be taken as latest. */
function addVersion(image: string, version: string, { failure, hash = version, days = 200 }: There = {}): void {
  const place = `galleries/dcos/images/${image}`;
  const put = (path: string, type: string, body: Record<string, unknown>): void =>
    rig.arm.resources.put({
      ...{ id: rig.arm.id(path), name: path.split('/').at(-1) ?? '', type: `Microsoft.Compute/${type}`, body },
      ...{ properties: { published: new Date(Date.now() - days * DAY_MS).toISOString() }, looksLeft: 0, failure },
    });
  put('galleries/dcos', 'galleries', {});
  put(place, 'galleries/images', {});
  const publishingProfile = { targetRegions: [{ name: 'West Europe' }], excludeFromLatest: false };
  const tags = { 'dcos-build': 'dcos-build 0.1.0', pages_sha256: hash };
  put(`${place}/versions/${version}`, 'galleries/images/versions', { tags, properties: { publishingProfile } });
}

const machine = (name: string, imageReference: object) => ({
  ...{ name, id: `/subscriptions/${SUBSCRIPTION}/resourceGroups/others/providers/Microsoft.Compute/x/${name}` },
  ...{ location: 'westeurope', properties: { storageProfile: { imageReference } } },
});

test('what a machine may run on stays: an unknown version, one by a shared gallery, one that its scale set has left', async () => {
  for (const image of ['agent', 'master', 'node'])
    for (const version of ['1.0.0', '1.1.0', '2.0.0']) addVersion(image, version);
  rig.arm.machines.push(
    machine('unsure', { id: rig.arm.id('galleries/dcos/images/agent') }),
    machine('shared', { sharedGalleryImageId: '/SharedGalleries/SUB-DCOS/Images/master/Versions/1.1.0' }),
  );
  const model = {
    storageProfile: { imageReference: { publisher: 'Debian', offer: 'd', sku: '12', version: 'latest' } },
  };
  rig.arm.scaleSets.push({
    ...machine('set', {}),
    properties: { orchestrationMode: 'Uniform', virtualMachineProfile: model },
  });
  rig.arm.instances.set('set', [machine('set_0', { id: rig.arm.id('galleries/dcos/images/node/versions/1.0.0') })]);
  const { status, stdout } = await rig.run('prune', '--keep', '1');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^stays +agent +1\.0\.0 +used by \S+\/unsure, which does not say on which version it runs$/m);
  expect(stdout).toMatch(/^stays +agent +1\.1\.0 +used by/m);
  expect(stdout).toMatch(/^removed +master +1\.0\.0/m);
  expect(stdout).toMatch(/^stays +master +1\.1\.0 +used by \S+\/shared$/m);
  expect(stdout).toMatch(/^stays +node +1\.0\.0 +used by \S+\/set_0$/m);
  expect(stdout).toMatch(/^removed +node +1\.1\.0/m);
});

test('the last version that is whole stays beside newer ones that came to nothing', async () => {
  addVersion('node', '1.0.0');
  addVersion('node', '1.1.0');
  for (const version of ['1.2.0', '1.3.0']) addVersion('node', version, { failure: { code: 'E', message: 'm' } });
  const { stdout } = await rig.run('prune', 'node', '--keep', '1');
  expect(stdout).toMatch(/^stays +node +1\.3\.0 +the newest$/m);
  expect(stdout).toMatch(/^removed +node +1\.2\.0/m);
  expect(stdout).toMatch(/^stays +node +1\.1\.0 +the newest that is whole$/m);
  expect(stdout).toMatch(/^removed +node +1\.0\.0/m);
});

test('a disk stays while a version of it is not whole, and as long after it was taken off a machine', async () => {
  addVersion('node', '1.0.0', { hash: 'whole' });
  addVersion('node', '1.1.0', { hash: 'failed', failure: { code: 'E', message: 'm' } });
  const disk = (name: string, hash: string, detached?: string): void =>
    rig.arm.resources.put({
      ...{ id: rig.arm.id(`disks/${name}`), name, type: 'Microsoft.Compute/disks', looksLeft: 0, failure: undefined },
      body: {
        tags: { 'dcos-build': 'x', pages_sha256: hash },
        properties: { creationData: { createOption: 'Upload' } },
      },
      properties: {
        diskState: 'Unattached',
        timeCreated: new Date(Date.now() - 100 * DAY_MS).toISOString(),
        // The service spells it so.
        ...(detached === undefined ? {} : { LastOwnershipUpdateTime: detached }),
      },
    });
  disk('awaited', 'failed');
  disk('copied', 'whole');
  disk('detached', 'whole', new Date(Date.now() - DAY_MS).toISOString());
  const { stdout } = await rig.run('prune', 'NODE');
  expect(stdout).toMatch(/^stays +disk +awaited +a version of it is not yet whole$/m);
  expect(stdout).toMatch(/^removed +disk +copied/m);
  expect(stdout).toMatch(/^stays +disk +detached +too young$/m);
});

test('a definition that the gallery does not have is an error', async () => {
  addVersion('node', '1.0.0');
  const { status, stderr } = await rig.run('prune', 'nodes');
  expect([status, stderr]).toEqual([
    2,
    'error: The gallery dcos has no image definition "nodes".\n  hint: Did you mean "node"? [USAGE]\n',
  ]);
});
