import { expect, test } from 'vitest';
import { clusterMistakes, clusterWarnings } from '../../rig/cluster-file.ts';

const GROUP = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/images/providers';
const IMAGE = `${GROUP}/Microsoft.Compute/galleries/dcos/images/node`;
const STOCK = { publisher: 'Debian', offer: 'debian-12', sku: '12-gen2', version: '0.20261101.1' };
const release = { name: 'stable' };

test.each<readonly [object | string, message: string]>([
  [{ id: 'node' }, 'is no id of an image in a gallery: "node".'],
  [{ id: `${GROUP}/Microsoft.Compute/images/node` }, 'is no id of an image in a gallery'],
  [{ id: IMAGE }, 'names no exact version'],
  [{ id: `${IMAGE}/versions/latest` }, 'names no exact version'],
  [{ id: `${IMAGE}/versions/1.2` }, 'Versions in galleries are three numbers, such as 1.2.3.'],
  [{ id: '/CommunityGalleries/dcos/Images/node/Versions/1.0.0' }, 'Copy the image to a gallery of your own'],
  [{ id: `${IMAGE}/versions/1.2.3`, generation: '1' }, 'image.generation: Trusted Launch is for generation 2'],
  [{ id: `${IMAGE}/versions/1.2.3`, generation: '3' }, 'It must be one of "1", "2".'],
  [
    { definition: 'node', version: 'latest' },
    'Versions are three numbers, such as 1.2.3; left out, it is that of the last bake.',
  ],
  [{ definition: 'node', regions: ['westeurope'] }, 'has the unknown key "regions"'],
  [{ stock: { ...STOCK, version: 'latest' } }, 'image.stock.version: "image.stock.version" is "latest"'],
  [{ stock: { ...STOCK, version: undefined } }, 'image.stock.version: "image.stock.version" is missing.'],
  [{ stock: STOCK, generation: '1', trusted_launch: false }, 'an image of generation 2, not 1'],
  [{}, 'It must have one of "id", "definition", "stock".'],
  ['node', 'image: "image" is wrong: "node". It must be of type object.'],
])('%#: %s', (image, message) => {
  expect(clusterMistakes({ image, release })).toEqual([expect.stringContaining(message)]);
});

test('an image of a gallery, one that was baked and one of somebody else are taken', () => {
  const id = `${IMAGE}/versions/1.2.3`;
  expect(clusterWarnings({ image: { id, regions: ['westeurope'] }, location: 'westeurope' })).toEqual([]);
  expect(clusterWarnings({ image: { definition: 'node', version: '1.2.3' } })).toEqual([]);
  expect(clusterWarnings({ image: { stock: STOCK }, release })).toEqual([]);
});

test('an image has to be where the cluster is to be', () => {
  const image = { id: `${IMAGE}/versions/1.2.3`, regions: ['northeurope', 'westeurope'] };
  expect(clusterMistakes({ image, location: 'westeuope' })).toEqual([
    'location: The image is not replicated to "westeuope". It is in northeurope, westeurope. Did you mean "westeurope"?',
  ]);
  expect(clusterMistakes({ image, location: 'West Europe' })).toEqual([
    expect.stringContaining('as "westeurope": small letters'),
  ]);
});

test('without a release there is nothing to install on an image of somebody else', () => {
  expect(clusterMistakes({ image: { stock: STOCK } })).toEqual([
    expect.stringContaining('"image.stock" holds no DC/OS'),
  ]);
});

test('an existing network is named by its id', () => {
  const existing = { id: '/subscriptions/x/vnet', masters: { subnet: 'm', prefix: '10.1.0.0/24' } };
  expect(clusterMistakes({ network: { existing } })).toEqual([
    expect.stringContaining('is no id of a virtual network'),
  ]);
});
