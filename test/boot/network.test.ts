import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dhcpReply, readDhcpRequest } from '../../src/boot/dhcp.ts';
import { splitFrames, withLength } from '../../src/boot/frame-stream.ts';
import { arpFrame, checksum, ipBytes, readFrame, udpFrame, type Datagram } from '../../src/boot/frame.ts';
import { fromGuest, fromWorld, GUEST_MAC, LEASE } from '../../src/boot/gateway.ts';

const WHOLE = { from: GUEST_MAC, to: 'ffffffffffff' };

/** A message of a client, with the kind that option 53 tells. */
function dhcpMessage(kind: number): Buffer {
  const message = Buffer.alloc(240);
  message[0] = 1;
  message.write('0a0b0c0d', 4, 'hex');
  message.write(GUEST_MAC, 28, 'hex');
  message.write('63825363', 236, 'hex');
  return Buffer.concat([message, Buffer.from([0, 12, 2, 65, 66, 53, 1, kind, 255])]);
}

function optionsOf(reply: Buffer): ReadonlyMap<number, Buffer> {
  const options = new Map<number, Buffer>();
  for (let at = 240; reply[at] !== 255;) {
    const length = reply[at + 1] ?? 0;
    options.set(reply[at] ?? 0, reply.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return options;
}

const ask = (payload: Buffer, targetPort = 67): Datagram => ({
  ...{ sourceIp: '0.0.0.0', targetIp: '255.255.255.255', sourcePort: 68, targetPort, payload },
});

function datagramIn(frame: Buffer | undefined): Datagram {
  const content = readFrame(frame ?? Buffer.alloc(0));
  if (content.kind !== 'udp') throw new Error(`no datagram but ${content.kind}`);
  return content.datagram;
}

test('a client gets the address of the guest, and by options 121 and 245 the way to the platform', () => {
  const request = readDhcpRequest(dhcpMessage(3));
  expect(request?.type).toBe('request');
  const reply = request === undefined ? Buffer.alloc(0) : dhcpReply(request, LEASE);
  expect([...reply.subarray(16, 20)].join('.')).toBe('10.0.0.4');
  expect(reply.toString('hex', 4, 8)).toBe('0a0b0c0d');
  const options = optionsOf(reply);
  expect(options.get(53)).toEqual(Buffer.from([5]));
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

test('a discovery is offered what a request is acknowledged, and neither is the lease taken', () => {
  const offered = fromGuest(udpFrame(ask(dhcpMessage(1)), WHOLE));
  expect(optionsOf(datagramIn(offered.toGuest).payload).get(53)).toEqual(Buffer.from([2]));
  expect(offered.leased).toBeUndefined();
  expect(fromGuest(udpFrame(ask(dhcpMessage(3)), WHOLE)).leased).toBe(true);
  expect(fromGuest(udpFrame(ask(dhcpMessage(7)), WHOLE))).toEqual({});
});

test('a name is said to be unknown at once, to who asked', () => {
  const query = Buffer.from('123401000001000000000000', 'hex');
  const answer = datagramIn(
    fromGuest(
      udpFrame({ ...ask(query, 53), sourceIp: LEASE.guest, targetIp: LEASE.wireserver, sourcePort: 4711 }, WHOLE),
    ).toGuest,
  );
  expect(answer).toMatchObject({ sourceIp: LEASE.wireserver, targetIp: LEASE.guest, sourcePort: 53, targetPort: 4711 });
  expect(answer.payload.toString('hex', 0, 4)).toBe('12348183');
});

test('ARP is answered for the gateway, and not for the address of the guest, which looks whether it is free', () => {
  const request = {
    operation: 'request',
    senderMac: GUEST_MAC,
    senderIp: '0.0.0.0',
    targetMac: '000000000000',
  } as const;
  const { toGuest } = fromGuest(arpFrame({ ...request, targetIp: LEASE.gateway }));
  expect(readFrame(toGuest ?? Buffer.alloc(0))).toMatchObject({
    arp: { operation: 'reply', senderIp: LEASE.gateway, targetMac: GUEST_MAC },
  });
  expect(fromGuest(arpFrame({ ...request, targetIp: LEASE.guest }))).toEqual({});
  const { toWorld } = fromWorld(arpFrame({ ...request, targetIp: LEASE.guest }));
  expect(readFrame(toWorld ?? Buffer.alloc(0))).toMatchObject({ arp: { operation: 'reply', senderMac: GUEST_MAC } });
});

test('datagrams to others, echoes and IPv6 go nowhere', () => {
  expect(fromGuest(udpFrame(ask(Buffer.from('time'), 123), WHOLE))).toEqual({});
  const echo = udpFrame(ask(Buffer.alloc(8), 123), WHOLE);
  echo[23] = 1;
  expect(fromGuest(echo)).toEqual({});
  const six = Buffer.alloc(60);
  six.writeUInt16BE(0x86dd, 12);
  expect(fromGuest(six)).toEqual({});
});

test('whatever a guest sends, reading it throws nothing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.constantFrom(0x0800, 0x0806, 0x86dd), (bytes, type) => {
      const frame = Buffer.from(bytes);
      if (frame.length >= 14) frame.writeUInt16BE(type, 12);
      expect(() => [fromGuest(frame), fromWorld(frame), readDhcpRequest(frame)]).not.toThrow();
    }),
  );
});

test('a datagram is read as it was written, and its header sums up to nothing', () => {
  const port = fc.integer({ min: 0, max: 65_535 });
  fc.assert(
    fc.property(
      fc.ipV4(),
      fc.ipV4(),
      port,
      port,
      fc.uint8Array({ maxLength: 600 }),
      (from, to, source, target, bytes) => {
        const datagram: Datagram = {
          ...{ sourceIp: from, targetIp: to, sourcePort: source, targetPort: target },
          payload: Buffer.from(bytes),
        };
        const frame = udpFrame(datagram, WHOLE);
        expect(datagramIn(frame)).toEqual(datagram);
        expect(checksum(frame.subarray(14, 34))).toBe(0);
      },
    ),
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
