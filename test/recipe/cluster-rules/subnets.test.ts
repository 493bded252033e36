import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressCount, cidrText, networkOf, overlap } from '../../../src/model/cidr.ts';
import { RESERVED_ADDRESSES } from '../../../src/recipe/cluster-subnets.ts';
import { clusterMistakes } from '../../rig/cluster-file.ts';

const pool = (name: string, more: object = {}) => ({ name, kind: 'private', ...more });
const masters = { count: 1 };

test('subnets with an address in common are told, each pair once', () => {
  const network = { masters: '10.0.0.0/24', pools: { a: '10.0.0.128/25', b: '10.0.1.0/24' } };
  expect(clusterMistakes({ network, pools: [pool('a'), pool('b')] })).toEqual([
    'network.pools.a: The subnet of "network.pools.a", 10.0.0.128/25, overlaps that of "network.masters", 10.0.0.0/24. Subnets have no address in common.',
  ]);
});

test('two subnets are refused exactly when they overlap', () => {
  const range = fc.record({
    address: fc.integer({ min: 0x0a_00_00_00, max: 0x0a_00_0f_ff }),
    length: fc.integer({ min: 20, max: 27 }),
  });
  fc.assert(
    fc.property(range, range, (one, other) => {
      const pools = { a: cidrText(networkOf(one)), b: cidrText(networkOf(other)) };
      const mistakes = clusterMistakes({ network: { pools }, pools: [pool('a'), pool('b')] });
      expect(mistakes.length).toBe(overlap(one, other) ? 1 : 0);
    }),
    { numRuns: 60 },
  );
});

test('a subnet has room exactly for its addresses without the five that Azure keeps', () => {
  fc.assert(
    fc.property(fc.integer({ min: 23, max: 29 }), fc.integer({ min: 0, max: 600 }), (length, count) => {
      const network = { pools: { a: `10.0.0.0/${length}` } };
      const isTooSmall = clusterMistakes({ network, pools: [pool('a', { count })] }).some((line) =>
        line.includes('addresses for'),
      );
      expect(isTooSmall).toBe(count > addressCount({ address: 0, length }) - RESERVED_ADDRESSES);
    }),
    { numRuns: 60 },
  );
});

test('how large the subnet has to be is told', () => {
  expect(clusterMistakes({ network: { pools: { a: '10.0.0.0/28' } }, pools: [pool('a', { count: 12 })] })).toEqual([
    'network.pools.a: The subnet of "network.pools.a", 10.0.0.0/28, has 11 addresses for 12 nodes. Azure keeps 5 of every subnet; take a prefix of at most 27 bits.',
  ]);
});

test('the masters need room as well', () => {
  const network = { masters: '172.16.0.0/29' };
  expect(clusterMistakes({ network, masters: { count: 5, first_ip: '172.16.0.4' } })).toEqual([
    expect.stringContaining('has 3 addresses for 5 nodes'),
    expect.stringContaining('masters.first_ip'),
  ]);
});

test('every subnet lies in the address space, also one that nobody gave', () => {
  const network = { address_space: ['192.168.0.0/16'], masters: '172.16.0.0/24' };
  expect(clusterMistakes({ network, pools: [pool('a')] })).toEqual([
    'network.masters: The subnet of "network.masters", 172.16.0.0/24, is outside the address space. It must lie within 192.168.0.0/16.',
    'pools.0: The subnet of "pools.0", 10.0.0.0/11, is outside the address space. Give it a range of its own in "network.pools", within 192.168.0.0/16.',
  ]);
});

test('the parts of an address space are apart', () => {
  const network = { address_space: ['172.16.0.0/16', '10.0.0.0/8', '10.1.0.0/16'] };
  expect(clusterMistakes({ network })).toEqual([
    'network.address_space.2: "network.address_space.2" overlaps "network.address_space.1". Ranges of an address space have no address in common.',
  ]);
});

test('a subnet of a pool that there is not is told with the pool that was meant', () => {
  expect(clusterMistakes({ network: { pools: { pubic: '10.0.0.0/16' } }, pools: [pool('public')] })[0]).toBe(
    'network.pools.pubic: There is no pool "pubic". Did you mean "public"? The pools are public.',
  );
});

const ID =
  '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/hub';
const existing = (pools: object) => ({ existing: { id: ID, masters: { subnet: 'm', prefix: '10.1.0.0/24' }, pools } });

test('in an existing network every pool needs a subnet, and pools may share one', () => {
  const shared = { subnet: 'agents', prefix: '10.2.0.0/28' };
  const network = existing({ a: shared, b: shared });
  expect(clusterMistakes({ masters, network, pools: [pool('a', { count: 6 }), pool('b', { count: 5 })] })).toEqual([]);
  expect(clusterMistakes({ masters, network, pools: [pool('a', { count: 6 }), pool('b', { count: 6 })] })).toEqual([
    expect.stringContaining('has 11 addresses for 12 nodes'),
    expect.stringContaining('has 11 addresses for 12 nodes'),
  ]);
  expect(clusterMistakes({ masters, network, pools: [pool('a'), pool('b'), pool('c')] })).toEqual([
    'pools.2: The pool "c" has no subnet. Add "c": {"subnet": …, "prefix": …} to "network.existing.pools".',
  ]);
});

test('one subnet has one range, and two have different ones', () => {
  const pools = [pool('a'), pool('b')];
  const twice = { a: { subnet: 's', prefix: '10.2.0.0/24' }, b: { subnet: 's', prefix: '10.3.0.0/24' } };
  expect(clusterMistakes({ network: existing(twice), pools })).toEqual([
    expect.stringContaining('has other addresses at'),
  ]);
  const same = { a: { subnet: 's', prefix: '10.2.0.0/24' }, b: { subnet: 't', prefix: '10.2.0.0/24' } };
  expect(clusterMistakes({ network: existing(same), pools })).toEqual([expect.stringContaining('overlaps that of')]);
});

test('a ninth pool has to be given a subnet', () => {
  const pools = Array.from({ length: 9 }, (_, index) => pool(`p${index}`));
  expect(clusterMistakes({ pools })).toEqual([
    'pools.8: The pool "p8" has no subnet. Add "p8": "10.240.0.0/16" to "network.pools". Ranges are chosen for the first eight pools only.',
  ]);
});
