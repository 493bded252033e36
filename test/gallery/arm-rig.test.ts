/** The stand-in of Azure Resource Manager itself: that it refuses what the service would, each rule for its own reason. */
import { expect, test } from 'vitest';
import { GROUP, SUBSCRIPTION } from '../rig/arm.ts';
import { hasSchemas } from '../rig/bicep-types.ts';
import { ArmBench, D, V, GALLERIES, GALLERY, definition, disk, id, version } from './arm-bench.ts';
import { askArm, goodToken, HOUR_SECONDS } from './arm-client.ts';

const bench = new ArmBench();

test('what is right is taken: gallery, definition, version, disk', async () => {
  await bench.withDefinition();
  expect((await bench.put(V, version(bench.blobSource()))).status).toBe(201);
  expect((await bench.put(V, version(bench.blobSource()))).status).toBe(200);
  expect((await bench.put('disks/d', disk())).status).toBe(201);
});

test.each([
  ['no token', undefined, 'AuthenticationFailed'],
  ['one for another service', goodToken('https://graph.microsoft.com'), 'InvalidAuthenticationTokenAudience'],
  ['one that has ended', goodToken('https://management.azure.com', -HOUR_SECONDS), 'ExpiredAuthenticationToken'],
  ['one that is none', 'nonsense', 'InvalidAuthenticationToken'],
])('a request with %s is refused', async (_what, token, code) => {
  const answer = await askArm({ url: bench.arm.url, cert: bench.tls.cert, token }, 'PUT', {
    path: id('galleries/g?api-version=2025-12-03'),
    body: GALLERY,
  });
  expect([answer.status, answer.code]).toEqual([401, code]);
  expect(bench.arm.find('galleries/g')).toBeUndefined();
});

test('versions of the service, subscriptions and groups have to be there', async () => {
  expect((await bench.ask('GET', 'galleries/g')).code).toBe('MissingApiVersionParameter');
  expect((await bench.ask('PUT', 'galleries/g?api-version=2020-01-01', GALLERY)).code).toBe(
    'NoRegisteredProviderFound',
  );
  expect(
    (await bench.ask('GET', `${id('galleries/g').replace(SUBSCRIPTION, 'other')}?api-version=${GALLERIES}`)).code,
  ).toBe('SubscriptionNotFound');
  expect(
    (await bench.ask('GET', `${id('galleries/g').replace(`/${GROUP}/`, '/other/')}?api-version=${GALLERIES}`)).code,
  ).toBe('ResourceGroupNotFound');
  expect((await bench.get('galleries/g')).status).toBe(404);
});

/** Mistakes that the published schemas know: some of them only one of the two sets. */
test.skipIf(!hasSchemas).each<readonly [string, string, () => unknown, RegExp]>([
  ['a gallery without location', 'galleries/g', () => ({ properties: {} }), /location: missing/],
  ['a gallery whose name begins with a dash', 'galleries/_g', () => GALLERY, /pattern|oneOf/],
  [
    'a property that nobody knows',
    'galleries/g',
    () => ({ ...GALLERY, properties: { colour: 'blue' } }),
    /colour: unknown/,
  ],
  ['a property in another case', D, () => definition({ hypervgeneration: 'V2' }), /hypervgeneration: unknown/],
  [
    'what only the service sets',
    D,
    () => definition({ provisioningState: 'Succeeded' }),
    /provisioningState: only the service sets it/,
  ],
  ['a generation that is none', D, () => definition({ hyperVGeneration: 'V3' }), /hyperVGeneration/],
  ['an identifier without sku', D, () => definition({ identifier: { publisher: 'p', offer: 'o' } }), /sku/],
  ['an operating system that is none', D, () => definition({ osType: 'Plan9' }), /osType/],
  [
    'replicas as a text',
    V,
    () => version(bench.blobSource(), { targetRegions: [{ name: 'westeurope', regionalReplicaCount: '1' }] }),
    /regionalReplicaCount/,
  ],
  [
    'a region without name',
    V,
    () => version(bench.blobSource(), { targetRegions: [{ regionalReplicaCount: 1 }] }),
    /name/,
  ],
  [
    'caching that is none',
    V,
    () => ({
      ...version(bench.blobSource()),
      properties: {
        ...version(bench.blobSource()).properties,
        storageProfile: { osDiskImage: { hostCaching: 'Some', source: bench.blobSource() } },
      },
    }),
    /hostCaching/,
  ],
  ['a version without storage profile', V, () => ({ location: 'westeurope', properties: {} }), /storageProfile/],
  ['a disk of a SKU that galleries alone have', 'disks/d', () => ({ ...disk(), sku: { name: 'Standard_ZRS' } }), /sku/],
  ['a disk without creation data', 'disks/d', () => ({ location: 'westeurope', properties: {} }), /creationData/],
  [
    'a disk with a size as a text',
    'disks/d',
    () => disk({ creationData: { createOption: 'Upload', uploadSizeBytes: '20' } }),
    /uploadSizeBytes/,
  ],
])('%s is refused by the schemas', async (_what, path, body, message) => {
  if (path !== 'galleries/g' && path.startsWith('galleries/g')) await bench.withDefinition();
  const answer = await bench.put(path, body());
  expect([answer.status, answer.code]).toEqual([400, 'InvalidParameter']);
  expect(answer.message).toMatch(message);
});

test('a dash in the name of a gallery, which the schemas admit, is refused', async () => {
  expect(await bench.put('galleries/a-b', GALLERY)).toMatchObject({
    status: 400,
    message: expect.stringContaining('a dash'),
  });
});

test('parents have to be there first, and go last', async () => {
  expect(await bench.put(D, definition())).toMatchObject({ status: 404, code: 'ParentResourceNotFound' });
  await bench.withDefinition();
  expect(await bench.put('galleries/g/images/other/versions/1.0.0', version(bench.blobSource()))).toMatchObject({
    status: 404,
    code: 'ParentResourceNotFound',
  });
  await bench.put(V, version(bench.blobSource()));
  expect(await bench.remove('galleries/g')).toMatchObject({ status: 409, code: 'CannotDeleteResource' });
  expect(await bench.remove(D)).toMatchObject({ status: 409, code: 'CannotDeleteResource' });
  for (const path of [V, D, 'galleries/g']) expect((await bench.remove(path)).status).toBe(202);
  expect((await bench.get('galleries/g')).status).toBe(404);
});

test('what takes long says so, and where to ask; regions are told only if they are asked for', async () => {
  await bench.withDefinition();
  bench.arm.looks = 3;
  const begun = await bench.put(V, version(bench.blobSource()));
  const at = String(begun.headers['azure-asyncoperation']).replace(bench.arm.url, '');
  expect([begun.status, begun.body, begun.headers['retry-after']]).toEqual([
    201,
    expect.objectContaining({ properties: expect.objectContaining({ provisioningState: 'Creating' }) }),
    '0',
  ]);
  expect((await bench.ask('GET', at)).body).toEqual({ status: 'InProgress' });
  expect((await bench.get(V, '&$expand=ReplicationStatus')).body).toMatchObject({
    properties: { replicationStatus: { aggregatedState: 'InProgress' } },
  });
  expect((await bench.ask('GET', at)).body).toEqual({ status: 'Succeeded' });
  expect((await bench.get(V)).body).not.toHaveProperty('properties.replicationStatus');
  bench.arm.brokenRegions.set('westeurope', 'Broken.');
  const failing = await bench.put(`${D}/versions/1.0.1`, version(bench.blobSource()));
  const where = String(failing.headers['azure-asyncoperation']).replace(bench.arm.url, '');
  for (const _ of [1, 2]) await bench.ask('GET', where);
  expect((await bench.ask('GET', where)).body).toEqual({
    status: 'Failed',
    error: { code: 'ReplicationFailed', message: 'Broken.' },
  });
});
