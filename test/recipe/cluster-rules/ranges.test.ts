import { expect, test } from 'vitest';
import { clusterMistakes, clusterWarnings } from '../../rig/cluster-file.ts';

const masters = (range: string) => ({
  masters: { count: 1 },
  network: { address_space: ['0.0.0.0/2', range], masters: range },
});

test.each([
  ['10.0.0.300/24', 'network.masters: "network.masters" is no range of addresses: "10.0.0.300/24".'],
  ['10.0.0.0/33', 'network.masters: "network.masters" is no range of addresses: "10.0.0.0/33".'],
  ['10.0.0.7/24', 'which has bits behind its prefix. The range that holds it is "10.0.0.0/24".'],
  ['10.0.0.0/30', 'a size that Azure does not have. The length of the prefix is from 2 to 29.'],
  ['168.63.129.0/24', 'of which Azure keeps 168.63.129.16/32 for itself.'],
  ['169.254.1.0/24', 'of which Azure keeps 169.254.0.0/16 for itself.'],
  ['239.0.0.0/24', 'of which Azure keeps 224.0.0.0/4 for itself.'],
])('%s: %s', (range, message) => {
  expect(clusterMistakes(masters(range)).find((line) => line.startsWith('network.masters:'))).toContain(message);
});

test('a range that nodes use themselves is taken, with a warning', () => {
  const network = { address_space: ['172.16.0.0/12', '10.0.0.0/8'], masters: '172.17.4.0/24' };
  expect(clusterWarnings({ network })).toEqual([
    `network.masters: "network.masters" is "172.17.4.0/24", which meets 172.17.0.0/16: Docker's bridge on every node. Take another range, or change that of the nodes in "config".`,
  ]);
});

test('an address space may hold more than its subnets', () => {
  expect(clusterWarnings({ network: { address_space: ['0.0.0.0/2', '172.16.0.0/12'] } })).toEqual([]);
});
