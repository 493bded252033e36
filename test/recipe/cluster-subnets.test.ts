import { expect, test } from 'vitest';
import { clusterSchema } from '../../src/recipe/cluster-definition.ts';
import { mastersSubnet, masterAddresses, poolSubnets } from '../../src/recipe/cluster-subnets.ts';

const image = { definition: 'node' };
const pools = [
  { name: 'public', kind: 'public' },
  { name: 'private', kind: 'private' },
];
const read = (more: object) => clusterSchema.parse({ name: 'prod', image, pools, ...more });

test('what is not said is as it was in ACS', () => {
  const definition = read({});
  expect(mastersSubnet(definition)).toBe('172.16.0.0/24');
  expect(masterAddresses(definition)).toEqual(['172.16.0.5', '172.16.0.6', '172.16.0.7']);
  expect([...poolSubnets(definition)]).toEqual([
    ['public', '10.0.0.0/11'],
    ['private', '10.32.0.0/11'],
  ]);
});

test('a pool keeps its subnet when another gets one of its own, or is added behind it', () => {
  const network = { pools: { public: '10.0.0.0/24' } };
  const more = [...pools, { name: 'gpu', kind: 'private' }];
  expect(poolSubnets(read({ network, pools: more })).get('private')).toBe('10.32.0.0/11');
});

test('there is no subnet for a ninth pool, nor in an existing network, unless it is said', () => {
  const nine = Array.from({ length: 9 }, (_, index) => ({ name: `pool${index}`, kind: 'private' }));
  expect(poolSubnets(read({ pools: nine })).get('pool7')).toBe('10.224.0.0/11');
  expect(poolSubnets(read({ pools: nine })).has('pool8')).toBe(false);
  const existing = { id: '/x', masters: { subnet: 'm', prefix: '10.1.0.0/24' }, pools: {} };
  const definition = read({ network: { existing } });
  expect(poolSubnets(definition).size).toBe(0);
  expect(masterAddresses(definition)[0]).toBe('10.1.0.5');
});

test('the first address can be another', () => {
  expect(masterAddresses(read({ masters: { count: 1, first_ip: '172.16.0.40' } }))).toEqual(['172.16.0.40']);
});
