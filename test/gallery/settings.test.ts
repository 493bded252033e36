/** Where images are registered: names, versions and regions, out of options and configuration. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  checkName,
  checkStorageAccount,
  checkVersion,
  compareVersions,
  parseDisk,
} from '../../src/gallery/resource-ids.ts';
import { definitionsOf, gallerySettings, identifierOf } from '../../src/gallery/settings.ts';

const CONFIG = {
  subscription: '00000000-0000-0000-0000-000000000001',
  ...{ resourceGroup: 'images', gallery: 'dcos', location: 'West Europe' },
};
const number = fc.nat({ max: 2 ** 31 - 1 });
const version = fc.tuple(number, number, number);

test('versions are compared by their numbers', () => {
  fc.assert(
    fc.property(version, version, (a, b) => {
      const [first = 0] = a.map((each, index) => each - (b[index] ?? 0)).filter((difference) => difference !== 0);
      expect(Math.sign(compareVersions(a.join('.'), b.join('.')))).toBe(Math.sign(first));
      expect(checkVersion(a.join('.'))).toBe(a.join('.'));
    }),
  );
});

test.each(['1.0', '1.0.0.0', '1.0.0-rc1', '01.0.0', '1.0.2147483648', ''])(
  '"%s" is no version of a gallery',
  (text) => {
    expect(() => checkVersion(text)).toThrow('is no version that a gallery takes');
  },
);

test.each([
  ['gallery', 'dcos.images_1', true],
  ['gallery', 'dc-os', false],
  ['gallery', '_dcos', false],
  ['gallery', 'd'.repeat(81), false],
  ['definition', 'node-gen1', true],
  ['definition', 'node-', false],
  ['resource-group', 'a (b)', false],
  ['resource-group', 'images.', false],
  ['resource-group', 'Images_(1)', true],
  ['subscription', 'mine', false],
  ['disk', 'a/b', false],
] as const)('as the name of a %s, "%s" is taken: %s', (kind, name, isTaken) => {
  const take = (): string => {
    try {
      return checkName(kind, name);
    } catch (error) {
      return String(error);
    }
  };
  expect(take()).toMatch(isTaken ? name : `"${name}" is no`);
});

test('the home region is a target region, and the first one', () => {
  const { location, regions } = gallerySettings(
    { region: ['North Europe=2', 'eastus'] },
    { ...CONFIG, storage: 'Premium_LRS' },
  );
  expect(location).toBe('westeurope');
  expect(regions).toEqual([
    { name: 'westeurope', replicas: 1, storage: 'Premium_LRS' },
    { name: 'northeurope', replicas: 2, storage: 'Premium_LRS' },
    { name: 'eastus', replicas: 1, storage: 'Premium_LRS' },
  ]);
  const configured = gallerySettings({}, { ...CONFIG, regions: ['eastus', { name: 'westeurope', replicas: 3 }] });
  expect(configured.regions.map(({ name, replicas }) => `${name} ${replicas}`)).toEqual(['westeurope 3', 'eastus 1']);
});

test('more replicas than a version has, and a blocked deletion without an end are refused', () => {
  expect(() => gallerySettings({ region: ['westeurope=60', 'eastus=41'] }, CONFIG)).toThrow(
    'The regions have 101 replicas together, and a version has 100 at most.',
  );
  expect(() => gallerySettings({ region: ['westeurope=60', 'eastus=40'] }, CONFIG)).not.toThrow();
  expect(() => gallerySettings({}, { ...CONFIG, blockDeletionBeforeEndOfLife: true })).toThrow(
    'no end of life is said',
  );
});

test('the storage account is that of the image', () => {
  const id = '/subscriptions/s/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/images1';
  expect(checkStorageAccount(id, 'images1')).toBe(id);
  expect(() => checkStorageAccount(id, 'other')).toThrow('is the account images1, and the image is in other');
  expect(() => checkStorageAccount('images1', 'images1')).toThrow('is no id of a storage account');
});

test('an image that boots both ways has two definitions, with identifiers of their own', () => {
  const hybrid = { name: 'node', generations: ['V1', 'V2'], marketplace: undefined } as const;
  expect(definitionsOf(hybrid, {}, {})).toEqual([
    { generation: 'V1', name: 'node-gen1' },
    { generation: 'V2', name: 'node' },
  ]);
  expect(definitionsOf(hybrid, {}, { definition: { V1: 'old' } }).map(({ name }) => name)).toEqual(['old', 'node']);
  expect(definitionsOf(hybrid, { definition: 'agents' }, { definition: 'x' }).map(({ name }) => name)).toEqual([
    'agents-gen1',
    'agents',
  ]);
  expect(definitionsOf({ name: 'node', generations: ['V1'] }, {}, {})).toEqual([{ generation: 'V1', name: 'node' }]);
  expect(identifierOf(hybrid, 'V1', {})).toEqual({ publisher: 'dcos', offer: 'dcos', sku: 'node-gen1' });
});

test('a disk is named alone or by its id', () => {
  const group = { subscription: CONFIG.subscription, resourceGroup: 'images' };
  expect(parseDisk('d', group)).toEqual({ ...group, disk: 'd' });
  expect(parseDisk('/subscriptions/s/resourceGroups/r/providers/Microsoft.Compute/disks/d', group)).toEqual({
    ...{ subscription: 's', resourceGroup: 'r', disk: 'd' },
  });
  expect(() => parseDisk('/subscriptions/s/disks/d', group)).toThrow('is no id of a disk');
});
