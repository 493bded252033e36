import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addressCount,
  cidrText,
  holds,
  holdsIp,
  ipText,
  lastAddress,
  networkOf,
  overlap,
  parseCidr,
  parseIp,
} from '../../src/model/cidr.ts';

const ip = fc.integer({ min: 0, max: 2 ** 32 - 1 });
/** Near each other, so that they meet often enough. */
const cidr = fc.oneof(
  fc.record({ address: ip, length: fc.integer({ min: 0, max: 32 }) }),
  fc.record({
    address: fc.integer({ min: 0x0a_00_00_00, max: 0x0a_00_00_ff }),
    length: fc.integer({ min: 22, max: 32 }),
  }),
);

test('addresses and ranges are written as they are read', () => {
  fc.assert(fc.property(ip, (address) => parseIp(ipText(address)) === address));
  fc.assert(
    fc.property(cidr, (range) => {
      expect(parseCidr(cidrText(range))).toEqual(range);
    }),
  );
  expect(parseIp('172.16.0.5')).toBe(0xac_10_00_05);
  expect(ipText(0xff_ff_ff_ff)).toBe('255.255.255.255');
});

test.each(['', '10.0.0', '10.0.0.0.0', '256.0.0.1', '010.0.0.1', ' 10.0.0.1', '10.0.0.1 ', '1e1.0.0.0', '::1', '*'])(
  '"%s" is no address',
  (text) => {
    expect(parseIp(text)).toBeUndefined();
    expect(parseCidr(`${text}/8`)).toBeUndefined();
  },
);

test.each(['10.0.0.0', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/08', '10.0.0.0/8/8', '10.0.0.0/255.0.0.0'])(
  '"%s" is no range',
  (text) => {
    expect(parseCidr(text)).toBeUndefined();
  },
);

test('the network of a range is the same range, with no bit beyond the prefix', () => {
  fc.assert(
    fc.property(cidr, (range) => {
      const network = networkOf(range);
      expect(networkOf(network)).toEqual(network);
      expect(holds(network, range) && holds(range, network)).toBe(true);
      expect(network.address % addressCount(network)).toBe(0);
      expect(lastAddress(range) - network.address + 1).toBe(addressCount(range));
    }),
  );
});

test('a range holds another exactly when it holds its first and last address', () => {
  fc.assert(
    fc.property(cidr, cidr, (outer, inner) => {
      const both = holdsIp(outer, networkOf(inner).address) && holdsIp(outer, lastAddress(inner));
      expect(holds(outer, inner)).toBe(both);
    }),
  );
});

test('two ranges overlap exactly when neither ends before the other begins, whichever is named first', () => {
  fc.assert(
    fc.property(cidr, cidr, (one, other) => {
      const apart = lastAddress(one) < networkOf(other).address || lastAddress(other) < networkOf(one).address;
      expect(overlap(one, other)).toBe(!apart);
      expect(overlap(other, one)).toBe(!apart);
    }),
  );
});

test('what holds a range holds what that holds', () => {
  fc.assert(
    fc.property(cidr, fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 8 }), (range, more, evenMore) => {
      const middle = { ...range, length: Math.max(0, range.length - more) };
      const outer = { ...range, length: Math.max(0, middle.length - evenMore) };
      expect([holds(middle, range), holds(outer, middle), holds(outer, range)]).toEqual([true, true, true]);
    }),
  );
});
