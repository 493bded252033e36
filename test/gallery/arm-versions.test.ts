/** Galleries in the stand-in of Azure Resource Manager: definitions and versions, and what of them never changes. */
import { expect, test } from 'vitest';
import { ArmBench, D, V, MIB, VHD_BYTES, definition, disk, footer, id, version } from './arm-bench.ts';

const bench = new ArmBench();

test.each([
  ['osState', { osState: 'Specialized' }],
  ['hyperVGeneration', { hyperVGeneration: 'V1' }],
  ['architecture', { architecture: 'Arm64' }],
  ['identifier', { identifier: { publisher: 'p', offer: 'o', sku: 'other' } }],
  ['purchasePlan', { purchasePlan: { name: 'n', publisher: 'p', product: 'o' } }],
])('%s of a definition never changes', async (property, change) => {
  await bench.withDefinition();
  expect(await bench.put(D, definition(change))).toMatchObject({
    status: 409,
    code: 'PropertyChangeNotAllowed',
    message: expect.stringContaining(property),
  });
  expect((await bench.put(D, definition({ description: 'other' }))).status).toBe(200);
});

test('identifiers are one of a kind in a gallery, and generation 1 takes no Trusted Launch', async () => {
  await bench.withDefinition();
  expect(await bench.put('galleries/g/images/twin', definition())).toMatchObject({ status: 409, code: 'Conflict' });
  const trusted = {
    hyperVGeneration: 'V1',
    identifier: { publisher: 'a', offer: 'b', sku: 'c' },
    features: [{ name: 'SecurityType', value: 'TrustedLaunch' }],
  };
  expect(await bench.put('galleries/g/images/old', definition(trusted))).toMatchObject({
    status: 400,
    message: expect.stringContaining('needs Hyper-V generation V2'),
  });
});

test.each(['1.0', '1.0.0.0', '1.0.x', 'latest', '1.0.2147483648', 'v1.0.0'])(
  '"%s" is no name of a version',
  async (name) => {
    await bench.withDefinition();
    expect(await bench.put(`${D}/versions/${name}`, version(bench.blobSource()))).toMatchObject({
      status: 400,
      message: expect.stringContaining('Major.Minor.Patch'),
    });
  },
);

test('regions: the home is one of them, none is there twice, and replicas have a limit', async () => {
  await bench.withDefinition();
  const regions = (...targetRegions: object[]) => bench.put(V, version(bench.blobSource(), { targetRegions }));
  expect((await regions({ name: 'northeurope' })).message).toContain('is none of the target regions');
  expect((await regions({ name: 'westeurope' }, { name: 'West Europe' })).message).toContain('named twice');
  expect((await regions({ name: 'westeurope', regionalReplicaCount: 101 })).message).toContain('101 replicas');
});

test.each<readonly [string, () => Promise<object>, string, string]>([
  ['a blob that is not there', async () => bench.blobSource('none.vhd'), 'BlobNotFound', 'was not found'],
  [
    'a blob without the id of its account',
    async () => ({ uri: bench.blobSource().uri }),
    'InvalidParameter',
    "needs 'storageAccountId'",
  ],
  [
    'a blob with what is no id of an account',
    async () => ({ ...bench.blobSource(), storageAccountId: 'devstoreaccount1' }),
    'InvalidParameter',
    'no id of a storage account',
  ],
  [
    'a blob of another account',
    async () => ({
      ...bench.blobSource(),
      storageAccountId: bench.blobSource().storageAccountId.replace(/\w+$/, 'other'),
    }),
    'InvalidParameter',
    "not in the account 'other'",
  ],
  [
    'a blob by a signed URL',
    async () => ({ ...bench.blobSource(), uri: `${bench.blobSource().uri}?sig=x` }),
    'InvalidParameter',
    'no signature',
  ],
  [
    'a block blob',
    async () => {
      await bench.azurite.client('vhds').getBlockBlobClient('block.vhd').upload('text', 4);
      return bench.blobSource('block.vhd');
    },
    'InvalidParameter',
    'not a page blob',
  ],
  [
    'a blob without a footer',
    async () => (
      await bench.makeBlob('raw.vhd', VHD_BYTES, footer(20 * MIB, { cookie: 'xxxxxxxx' })),
      bench.blobSource('raw.vhd')
    ),
    'InvalidVhd',
    'no footer',
  ],
  [
    'a dynamic VHD',
    async () => (
      await bench.makeBlob('dyn.vhd', VHD_BYTES, footer(20 * MIB, { type: 3 })),
      bench.blobSource('dyn.vhd')
    ),
    'InvalidVhd',
    'not of the type fixed',
  ],
  [
    'a VHD of another length',
    async () => (await bench.makeBlob('cut.vhd', VHD_BYTES, footer(21 * MIB)), bench.blobSource('cut.vhd')),
    'InvalidVhd',
    'its footer says',
  ],
  [
    'a VHD that is not of whole MiB',
    async () => (await bench.makeBlob('odd.vhd', 20 * MIB + 1024, footer(20 * MIB + 512)), bench.blobSource('odd.vhd')),
    'InvalidVhd',
    'not a whole number of MiB',
  ],
  ['a disk that is not there', async () => ({ id: id('disks/none') }), 'ResourceNotFound', 'was not found'],
  [
    'a disk that is still uploaded to',
    async () => (await bench.put('disks/d', disk()), { id: id('disks/d') }),
    'OperationNotAllowed',
    'is ReadyToUpload',
  ],
])('%s is no source of a version', async (_what, source, code, message) => {
  await bench.withDefinition();
  expect(await bench.put(V, version(await source()))).toMatchObject({
    code,
    message: expect.stringContaining(message),
  });
  expect(bench.arm.find(V)).toBeUndefined();
});

test('a source never changes, and a disk has to be of the generation of the definition', async () => {
  await bench.withDefinition();
  await bench.put(V, version(bench.blobSource()));
  await bench.makeBlob('second.vhd', VHD_BYTES, footer(20 * MIB));
  expect(await bench.put(V, version(bench.blobSource('second.vhd')))).toMatchObject({
    status: 409,
    code: 'PropertyChangeNotAllowed',
  });
  await bench.put('disks/d', disk({ hyperVGeneration: 'V1' }));
  Object.assign(bench.arm.find('disks/d')?.properties ?? {}, { diskState: 'Unattached' });
  expect((await bench.put(`${D}/versions/1.0.1`, version({ id: id('disks/d') }))).message).toContain(
    "Hyper-V generation 'V1'",
  );
});

test('an end of life can block deletion until it has come', async () => {
  await bench.withDefinition();
  const safety = { safetyProfile: { blockDeletionBeforeEndOfLife: true } };
  await bench.put(V, version(bench.blobSource(), { endOfLifeDate: '2100-01-01T00:00:00Z' }, safety));
  expect(await bench.remove(V)).toMatchObject({ status: 409, code: 'OperationNotAllowed' });
  bench.arm.nowMs = Date.parse('2100-01-02T00:00:00Z');
  expect((await bench.remove(V)).status).toBe(202);
});
