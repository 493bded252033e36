import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ipText } from '../../../src/model/cidr.ts';
import { clusterMistakes } from '../../rig/cluster-file.ts';

const masters = (first_ip: string, count = 3) => ({ masters: { count, first_ip } });

test.each([
  ['172.16.0.3', 'Take one from 172.16.0.4 to 172.16.0.252.'],
  ['172.16.0.253', 'Take one from 172.16.0.4 to 172.16.0.252.'],
  ['172.16.1.5', 'is not in the subnet of the masters, 172.16.0.0/24'],
  ['172.16.0.500', 'is no IPv4 address: "172.16.0.500".'],
  ['here', 'It must be an IPv4 address.'],
])('the first master cannot be at %s', (ip, message) => {
  expect(clusterMistakes(masters(ip))).toEqual([expect.stringContaining(message)]);
});

test('every other address of the subnet is taken', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 255 }), fc.constantFrom(1, 3, 5), (last, count) => {
      const isFree = last >= 4 && last + count - 1 <= 254;
      expect(clusterMistakes(masters(ipText(0xac_10_00_00 + last), count)).length).toBe(isFree ? 0 : 1);
    }),
    { numRuns: 100 },
  );
});

test('where our choice has no room for all masters, the address that has is named', () => {
  const network = { masters: '172.16.0.0/29' };
  expect(clusterMistakes({ network, masters: { count: 3 } })).toEqual([
    'masters.count: The subnet of the masters, 172.16.0.0/29, has no room behind its sixth address. Set "masters.first_ip" to 172.16.0.4, or take a larger subnet.',
  ]);
  expect(clusterMistakes({ network, masters: { count: 3, first_ip: '172.16.0.4' } })).toEqual([]);
  expect(clusterMistakes({ network, masters: { count: 1 } })).toEqual([]);
});
