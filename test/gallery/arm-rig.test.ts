/** The stand-in of Azure Resource Manager itself: that it refuses what the service would, each rule for its own reason. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Arm, GROUP, SUBSCRIPTION } from '../rig/arm.ts';
import { Azurite } from '../rig/azurite.ts';
import { hasSchemas } from '../rig/bicep-types.ts';
import { selfSigned } from '../rig/entra.ts';
import { Scratch } from '../rig/scratch.ts';
import { askArm, goodToken, HOUR_SECONDS, type Answered } from './arm-client.ts';

const MIB = 2 ** 20;
const VHD_BYTES = 20 * MIB + 512;
const GALLERIES = '2025-12-03';
const DISKS = '2026-03-02';

const scratch = new Scratch();
const tls = selfSigned(scratch.folder);
let azurite: Azurite;
let arm: Arm;

beforeAll(async () => {
  azurite = await Azurite.start();
  await azurite.container('vhds');
  await makeBlob('good.vhd', VHD_BYTES, footer(20 * MIB));
});
afterAll(async () => {
  await arm[Symbol.asyncDispose]();
  await azurite[Symbol.asyncDispose]();
  scratch[Symbol.dispose]();
});
beforeEach(async () => {
  if (arm !== undefined) await arm[Symbol.asyncDispose]();
  arm = await Arm.start({ azurite, tls });
  arm.looks = 0;
});

/** The footer of a fixed VHD, as far as the stand-in looks. */
function footer(size: number, { cookie = 'conectix', type = 2 } = {}): Buffer {
  const bytes = Buffer.alloc(512);
  bytes.write(cookie, 'latin1');
  bytes.writeBigUInt64BE(BigInt(size), 48);
  bytes.writeUInt32BE(type, 60);
  return bytes;
}

async function makeBlob(name: string, bytes: number, last: Buffer): Promise<string> {
  const blob = azurite.client('vhds').getPageBlobClient(name);
  await blob.create(bytes);
  await blob.uploadPages(last, bytes - 512, 512);
  return `${azurite.containerUrl('vhds')}/${name}`;
}

const id = (path: string) =>
  `/subscriptions/${SUBSCRIPTION}/resourceGroups/${GROUP}/providers/Microsoft.Compute/${path}`;
const ask = (
  method: string,
  path: string,
  body?: unknown,
  token: string | undefined = goodToken(),
): Promise<Answered> =>
  askArm({ url: arm.url, cert: tls.cert, token }, method, { path: path.startsWith('/') ? path : id(path), body });
const versionOf = (path: string) => (path.startsWith('disks') ? DISKS : GALLERIES);
const put = (path: string, body: unknown) => ask('PUT', `${path}?api-version=${versionOf(path)}`, body);
const get = (path: string, query = '') => ask('GET', `${path}?api-version=${versionOf(path)}${query}`);
const remove = (path: string) => ask('DELETE', `${path}?api-version=${versionOf(path)}`);

const GALLERY = { location: 'westeurope', properties: {} };
const definition = (change: object = {}) => ({
  location: 'westeurope',
  properties: {
    ...{ osType: 'Linux', osState: 'Generalized', hyperVGeneration: 'V2', architecture: 'x64' },
    identifier: { publisher: 'p', offer: 'o', sku: 's' },
    features: [{ name: 'SecurityType', value: 'Standard' }],
    ...change,
  },
});
const blobSource = (name = 'good.vhd') => ({
  uri: `${azurite.containerUrl('vhds')}/${name}`,
  storageAccountId: `/subscriptions/${SUBSCRIPTION}/resourceGroups/${GROUP}/providers/Microsoft.Storage/storageAccounts/a`,
});
const version = (source: object = blobSource(), profile: object = {}, more: object = {}) => ({
  location: 'westeurope',
  properties: {
    publishingProfile: { targetRegions: [{ name: 'West Europe', regionalReplicaCount: 1 }], ...profile },
    storageProfile: { osDiskImage: { hostCaching: 'ReadWrite', source } },
    ...more,
  },
});
const disk = (change: object = {}) => ({
  location: 'westeurope',
  sku: { name: 'Standard_LRS' },
  properties: {
    osType: 'Linux',
    hyperVGeneration: 'V2',
    creationData: { createOption: 'Upload', uploadSizeBytes: VHD_BYTES },
    ...change,
  },
});

const D = 'galleries/g/images/i';
const V = `${D}/versions/1.0.0`;

async function withDefinition(change: object = {}): Promise<void> {
  expect((await put('galleries/g', GALLERY)).status).toBe(201);
  expect((await put(D, definition(change))).status).toBe(201);
}

test('what is right is taken: gallery, definition, version, disk', async () => {
  await withDefinition();
  expect((await put(V, version())).status).toBe(201);
  expect((await put(V, version())).status).toBe(200);
  expect((await put('disks/d', disk())).status).toBe(201);
});

test.each([
  ['no token', undefined, 'AuthenticationFailed'],
  ['one for another service', goodToken('https://graph.microsoft.com'), 'InvalidAuthenticationTokenAudience'],
  ['one that has ended', goodToken('https://management.azure.com', -HOUR_SECONDS), 'ExpiredAuthenticationToken'],
  ['one that is none', 'nonsense', 'InvalidAuthenticationToken'],
])('a request with %s is refused', async (_what, token, code) => {
  const answer = await askArm({ url: arm.url, cert: tls.cert, token }, 'PUT', {
    path: id('galleries/g?api-version=2025-12-03'),
    body: GALLERY,
  });
  expect([answer.status, answer.code]).toEqual([401, code]);
  expect(arm.find('galleries/g')).toBeUndefined();
});

test('versions of the service, subscriptions and groups have to be there', async () => {
  expect((await ask('GET', 'galleries/g')).code).toBe('MissingApiVersionParameter');
  expect((await ask('PUT', 'galleries/g?api-version=2020-01-01', GALLERY)).code).toBe('NoRegisteredProviderFound');
  expect((await ask('GET', `${id('galleries/g').replace(SUBSCRIPTION, 'other')}?api-version=${GALLERIES}`)).code).toBe(
    'SubscriptionNotFound',
  );
  expect(
    (await ask('GET', `${id('galleries/g').replace(`/${GROUP}/`, '/other/')}?api-version=${GALLERIES}`)).code,
  ).toBe('ResourceGroupNotFound');
  expect((await get('galleries/g')).status).toBe(404);
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
    () => version(blobSource(), { targetRegions: [{ name: 'westeurope', regionalReplicaCount: '1' }] }),
    /regionalReplicaCount/,
  ],
  ['a region without name', V, () => version(blobSource(), { targetRegions: [{ regionalReplicaCount: 1 }] }), /name/],
  [
    'caching that is none',
    V,
    () => ({
      ...version(),
      properties: {
        ...version().properties,
        storageProfile: { osDiskImage: { hostCaching: 'Some', source: blobSource() } },
      },
    }),
    /hostCaching/,
  ],
  ['a version without storage profile', V, () => ({ location: 'westeurope', properties: {} }), /storageProfile/],
  ['a disk without creation data', 'disks/d', () => ({ location: 'westeurope', properties: {} }), /creationData/],
  [
    'a disk with a size as a text',
    'disks/d',
    () => disk({ creationData: { createOption: 'Upload', uploadSizeBytes: '20' } }),
    /uploadSizeBytes/,
  ],
])('%s is refused by the schemas', async (_what, path, body, message) => {
  if (path !== 'galleries/g' && path.startsWith('galleries/g')) await withDefinition();
  const answer = await put(path, body());
  expect([answer.status, answer.code]).toEqual([400, 'InvalidParameter']);
  expect(answer.message).toMatch(message);
});

test('a dash in the name of a gallery, which the schemas admit, is refused', async () => {
  expect(await put('galleries/a-b', GALLERY)).toMatchObject({
    status: 400,
    message: expect.stringContaining('a dash'),
  });
});

test('parents have to be there first, and go last', async () => {
  expect(await put(D, definition())).toMatchObject({ status: 404, code: 'ParentResourceNotFound' });
  await withDefinition();
  expect(await put('galleries/g/images/other/versions/1.0.0', version())).toMatchObject({
    status: 404,
    code: 'ParentResourceNotFound',
  });
  await put(V, version());
  expect(await remove('galleries/g')).toMatchObject({ status: 409, code: 'CannotDeleteResource' });
  expect(await remove(D)).toMatchObject({ status: 409, code: 'CannotDeleteResource' });
  for (const path of [V, D, 'galleries/g']) expect((await remove(path)).status).toBe(202);
  expect((await get('galleries/g')).status).toBe(404);
});

test.each([
  ['osState', { osState: 'Specialized' }],
  ['hyperVGeneration', { hyperVGeneration: 'V1' }],
  ['architecture', { architecture: 'Arm64' }],
  ['identifier', { identifier: { publisher: 'p', offer: 'o', sku: 'other' } }],
  ['purchasePlan', { purchasePlan: { name: 'n', publisher: 'p', product: 'o' } }],
])('%s of a definition never changes', async (property, change) => {
  await withDefinition();
  expect(await put(D, definition(change))).toMatchObject({
    status: 409,
    code: 'PropertyChangeNotAllowed',
    message: expect.stringContaining(property),
  });
  expect((await put(D, definition({ description: 'other' }))).status).toBe(200);
});

test('identifiers are one of a kind in a gallery, and generation 1 takes no Trusted Launch', async () => {
  await withDefinition();
  expect(await put('galleries/g/images/twin', definition())).toMatchObject({ status: 409, code: 'Conflict' });
  const trusted = {
    hyperVGeneration: 'V1',
    identifier: { publisher: 'a', offer: 'b', sku: 'c' },
    features: [{ name: 'SecurityType', value: 'TrustedLaunch' }],
  };
  expect(await put('galleries/g/images/old', definition(trusted))).toMatchObject({
    status: 400,
    message: expect.stringContaining('needs Hyper-V generation V2'),
  });
});

test.each(['1.0', '1.0.0.0', '1.0.x', 'latest', '1.0.2147483648', 'v1.0.0'])(
  '"%s" is no name of a version',
  async (name) => {
    await withDefinition();
    expect(await put(`${D}/versions/${name}`, version())).toMatchObject({
      status: 400,
      message: expect.stringContaining('Major.Minor.Patch'),
    });
  },
);

test('regions: the home is one of them, none is there twice, and replicas have a limit', async () => {
  await withDefinition();
  const regions = (...targetRegions: object[]) => put(V, version(blobSource(), { targetRegions }));
  expect((await regions({ name: 'northeurope' })).message).toContain('is none of the target regions');
  expect((await regions({ name: 'westeurope' }, { name: 'West Europe' })).message).toContain('named twice');
  expect((await regions({ name: 'westeurope', regionalReplicaCount: 101 })).message).toContain('101 replicas');
});

test.each<readonly [string, () => Promise<object>, string, string]>([
  ['a blob that is not there', async () => blobSource('none.vhd'), 'BlobNotFound', 'was not found'],
  [
    'a blob without the id of its account',
    async () => ({ uri: blobSource().uri }),
    'InvalidParameter',
    "needs 'storageAccountId'",
  ],
  [
    'a block blob',
    async () => {
      await azurite.client('vhds').getBlockBlobClient('block.vhd').upload('text', 4);
      return blobSource('block.vhd');
    },
    'InvalidParameter',
    'not a page blob',
  ],
  [
    'a blob without a footer',
    async () => (await makeBlob('raw.vhd', VHD_BYTES, footer(20 * MIB, { cookie: 'xxxxxxxx' })), blobSource('raw.vhd')),
    'InvalidVhd',
    'no footer',
  ],
  [
    'a dynamic VHD',
    async () => (await makeBlob('dyn.vhd', VHD_BYTES, footer(20 * MIB, { type: 3 })), blobSource('dyn.vhd')),
    'InvalidVhd',
    'not of the type fixed',
  ],
  [
    'a VHD of another length',
    async () => (await makeBlob('cut.vhd', VHD_BYTES, footer(21 * MIB)), blobSource('cut.vhd')),
    'InvalidVhd',
    'its footer says',
  ],
  [
    'a VHD that is not of whole MiB',
    async () => (await makeBlob('odd.vhd', 20 * MIB + 1024, footer(20 * MIB + 512)), blobSource('odd.vhd')),
    'InvalidVhd',
    'not a whole number of MiB',
  ],
  ['a disk that is not there', async () => ({ id: id('disks/none') }), 'ResourceNotFound', 'was not found'],
  [
    'a disk that is still uploaded to',
    async () => (await put('disks/d', disk()), { id: id('disks/d') }),
    'OperationNotAllowed',
    'is ReadyToUpload',
  ],
])('%s is no source of a version', async (_what, source, code, message) => {
  await withDefinition();
  expect(await put(V, version(await source()))).toMatchObject({ code, message: expect.stringContaining(message) });
  expect(arm.find(V)).toBeUndefined();
});

test('a source never changes, and a disk has to be of the generation of the definition', async () => {
  await withDefinition();
  await put(V, version());
  await makeBlob('second.vhd', VHD_BYTES, footer(20 * MIB));
  expect(await put(V, version(blobSource('second.vhd')))).toMatchObject({
    status: 409,
    code: 'PropertyChangeNotAllowed',
  });
  await put('disks/d', disk({ hyperVGeneration: 'V1' }));
  Object.assign(arm.find('disks/d')?.properties ?? {}, { diskState: 'Unattached' });
  expect((await put(`${D}/versions/1.0.1`, version({ id: id('disks/d') }))).message).toContain(
    "Hyper-V generation 'V1'",
  );
});

test('an end of life can block deletion until it has come', async () => {
  await withDefinition();
  const safety = { safetyProfile: { blockDeletionBeforeEndOfLife: true } };
  await put(V, version(blobSource(), { endOfLifeDate: '2100-01-01T00:00:00Z' }, safety));
  expect(await remove(V)).toMatchObject({ status: 409, code: 'OperationNotAllowed' });
  arm.nowMs = Date.parse('2100-01-02T00:00:00Z');
  expect((await remove(V)).status).toBe(202);
});

test.each([0, 1024, VHD_BYTES - 512, VHD_BYTES + 512, 35_183_298_347_521])(
  '%d is no size of an upload',
  async (uploadSizeBytes) => {
    expect(await put('disks/d', disk({ creationData: { createOption: 'Upload', uploadSizeBytes } }))).toMatchObject({
      status: 400,
      code: 'InvalidParameter',
    });
  },
);

test('an upload disk goes from state to state, and is closed only with a VHD in it', async () => {
  const access = (action: string, body: object = {}) => ask('POST', `disks/d/${action}?api-version=${DISKS}`, body);
  const write = { access: 'Write', durationInSeconds: 60 };
  expect((await access('beginGetAccess', write)).status).toBe(404);
  await put('disks/d', disk());
  const state = () => arm.find('disks/d')?.properties['diskState'];
  expect(state()).toBe('ReadyToUpload');
  expect((await access('endGetAccess')).code).toBe('OperationNotAllowed');
  expect((await access('beginGetAccess', { access: 'Read', durationInSeconds: 60 })).code).toBe('InvalidParameter');
  const begun = await access('beginGetAccess', write);
  expect([begun.status, state()]).toEqual([202, 'ActiveUpload']);
  const { body: granted } = await ask('GET', String(begun.headers['location']).replace(arm.url, ''));
  expect(granted).toMatchObject({ accessSAS: expect.stringMatching(/\/d\/abcd\?.*sig=/) });
  expect((await access('endGetAccess')).code).toBe('InvalidVhd');
  const made = arm.find('disks/d');
  if (made === undefined) throw new Error('there is no disk');
  await arm.disks.pages(made).uploadPages(footer(20 * MIB), 20 * MIB, 512);
  expect((await access('endGetAccess')).status).toBe(202);
  expect(state()).toBe('Unattached');
  expect((await access('beginGetAccess', write)).code).toBe('OperationNotAllowed');
});

test('what takes long says so, and where to ask; regions are told only if they are asked for', async () => {
  await withDefinition();
  arm.looks = 3;
  const begun = await put(V, version());
  const at = String(begun.headers['azure-asyncoperation']).replace(arm.url, '');
  expect([begun.status, begun.body, begun.headers['retry-after']]).toEqual([
    201,
    expect.objectContaining({ properties: expect.objectContaining({ provisioningState: 'Creating' }) }),
    '0',
  ]);
  expect((await ask('GET', at)).body).toEqual({ status: 'InProgress' });
  expect((await get(V, '&$expand=ReplicationStatus')).body).toMatchObject({
    properties: { replicationStatus: { aggregatedState: 'InProgress' } },
  });
  expect((await ask('GET', at)).body).toEqual({ status: 'Succeeded' });
  expect((await get(V)).body).not.toHaveProperty('properties.replicationStatus');
  arm.brokenRegions.set('westeurope', 'Broken.');
  const failing = await put(`${D}/versions/1.0.1`, version());
  const where = String(failing.headers['azure-asyncoperation']).replace(arm.url, '');
  for (const _ of [1, 2]) await ask('GET', where);
  expect((await ask('GET', where)).body).toEqual({
    status: 'Failed',
    error: { code: 'ReplicationFailed', message: 'Broken.' },
  });
});
