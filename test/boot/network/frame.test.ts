import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressOf, gatewayOf, netmaskOf, subnetOf } from '../../../src/boot/network/address.ts';
import { dhcpReply, readDhcpRequest } from '../../../src/boot/network/dhcp.ts';
import { splitFrames, withLength } from '../../../src/boot/network/frame-stream.ts';
import { checksum, ipBytes, packetEnds, udpFrame, withMacs, type Datagram } from '../../../src/boot/network/frame.ts';
import { datagramIn, DHCP, dhcpMessage, dhcpOptions } from '../../rig/dhcp-client.ts';

const ADDRESS = addressOf(0, { ip: '10.0.0.4', prefixLength: 24 });
const WHOLE = { from: ADDRESS.mac, to: 'ffffffffffff' };

test('a client gets its address, and by options 121 and 245 the way to the platform', () => {
  const request = readDhcpRequest(dhcpMessage(DHCP.request, ADDRESS.mac));
  expect(request?.type).toBe('request');
  const lease = { address: ADDRESS, gateway: '10.0.0.1', domain: 'guest.internal' };
  const reply = request === undefined ? Buffer.alloc(0) : dhcpReply(request, lease);
  expect([...reply.subarray(16, 20)].join('.')).toBe('10.0.0.4');
  expect(reply.toString('hex', 4, 8)).toBe('0a0b0c0d');
  const options = dhcpOptions(reply);
  expect(options.get(53)).toEqual(Buffer.from([5]));
  expect(options.get(1)?.toString('hex')).toBe('ffffff00');
  expect(options.get(15)?.toString()).toBe('guest.internal');
  expect(options.get(245)?.toString('hex')).toBe('a83f8110');
  expect(options.get(51)?.toString('hex')).toBe('ffffffff');
  const way = ipBytes('10.0.0.1');
  expect(options.get(121)).toEqual(
    Buffer.concat([
      Buffer.concat([Buffer.from([0]), way]),
      Buffer.concat([Buffer.from([32]), ipBytes('168.63.129.16'), way]),
      Buffer.concat([Buffer.from([32]), ipBytes('169.254.169.254'), way]),
    ]),
  );
});

test.each([
  ['172.16.0.5', 24, '172.16.0.0', '172.16.0.1', '255.255.255.0'],
  ['10.63.255.4', 11, '10.32.0.0', '10.32.0.1', '255.224.0.0'],
  ['192.168.1.230', 29, '192.168.1.224', '192.168.1.225', '255.255.255.248'],
  ['10.1.2.3', 0, '0.0.0.0', '0.0.0.1', '0.0.0.0'],
])('%s/%i is in %s, whose gateway is %s', (ip, prefixLength, subnet, gateway, mask) => {
  const place = { ip, prefixLength };
  expect([subnetOf(place), gatewayOf(place), netmaskOf(place)]).toEqual([subnet, gateway, mask]);
});

test('each machine has a card of its own', () => {
  const macs = [0, 1, 2, 300].map((index) => addressOf(index, ADDRESS).mac);
  expect(macs).toEqual(['000d3a000004', '000d3a000005', '000d3a000006', '000d3a000130']);
});

test('a datagram is read as it was written, its header sums up to nothing, and another envelope keeps all of it', () => {
  const port = fc.integer({ min: 0, max: 65_535 });
  const record = {
    from: fc.ipV4(),
    to: fc.ipV4(),
    source: port,
    target: port,
    bytes: fc.uint8Array({ maxLength: 600 }),
  };
  fc.assert(
    fc.property(fc.record(record), ({ from, to, source, target, bytes }) => {
      const datagram: Datagram = {
        ...{ sourceIp: from, targetIp: to, sourcePort: source, targetPort: target },
        payload: Buffer.from(bytes),
      };
      const frame = udpFrame(datagram, WHOLE);
      expect(datagramIn(frame)).toEqual(datagram);
      expect(checksum(frame.subarray(14, 34))).toBe(0);
      expect(packetEnds(frame)).toEqual({ sourceIp: from, targetIp: to });
      const other = withMacs(frame, { from: '123456789abc', to: '000d3a000005' });
      expect(other.toString('hex', 0, 12)).toBe('000d3a000005123456789abc');
      expect(other.subarray(12).equals(frame.subarray(12))).toBe(true);
    }),
  );
});

test('frames come out of a stream whole, however it is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 20 }),
      (frames, cuts) => {
        const stream = Buffer.concat(frames.map((frame) => withLength(Buffer.from(frame))));
        const taken: Buffer[] = [];
        const feed = splitFrames((frame) => taken.push(Buffer.from(frame)));
        for (let at = 0, turn = 0; at < stream.length; turn += 1) {
          const size = cuts[turn % cuts.length] ?? 1;
          feed(stream.subarray(at, at + size));
          at += size;
        }
        expect(taken).toEqual(frames.map((frame) => Buffer.from(frame)));
      },
    ),
  );
});
