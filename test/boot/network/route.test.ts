import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressOf, GATEWAY_MAC, PLATFORM } from '../../../src/boot/network/address.ts';
import { readDhcpRequest } from '../../../src/boot/network/dhcp.ts';
import { arpFrame, readFrame, udpFrame, type Datagram } from '../../../src/boot/network/frame.ts';
import { fromCard, fromWorld, type Forwarding } from '../../../src/boot/network/route.ts';
import { VirtualNetwork } from '../../../src/boot/network/virtual-network.ts';
import { broadcast, datagramIn, DHCP, dhcpMessage, dhcpOptions, dnsQuery } from '../../rig/dhcp-client.ts';

const MASTER = { hostName: 'master-0', address: addressOf(0, { ip: '172.16.0.5', prefixLength: 24 }) };
const AGENT = { hostName: 'agent-0', address: addressOf(1, { ip: '10.32.0.4', prefixLength: 11 }) };
const NETWORK = new VirtualNetwork([MASTER, AGENT]);
const WHOLE = { from: MASTER.address.mac, to: GATEWAY_MAC };
const UDP = 17;
const TCP = 6;
const ICMP = 1;

const sent = (frame: Buffer): Forwarding | undefined => fromCard(frame, MASTER, NETWORK);
const answer = (forwarding: Forwarding | undefined): Buffer | undefined =>
  forwarding?.to === 'sender' ? forwarding.frame : undefined;

/** A packet of any protocol; what is in it is that of a datagram. */
function packet(sourceIp: string, targetIp: string, protocol = UDP): Buffer {
  const content: Datagram = { sourceIp, targetIp, sourcePort: 4711, targetPort: 123, payload: Buffer.from('content') };
  const frame = udpFrame(content, WHOLE);
  frame[23] = protocol;
  return frame;
}

test('a discovery is offered what a request is acknowledged, and only then the lease is taken', () => {
  const ask = (kind: number) => sent(udpFrame(broadcast(dhcpMessage(kind, MASTER.address.mac)), WHOLE));
  expect(dhcpOptions(datagramIn(answer(ask(DHCP.discover))).payload).get(53)).toEqual(Buffer.from([2]));
  expect(ask(DHCP.discover)).not.toHaveProperty('isLeased');
  expect(ask(DHCP.request)).toMatchObject({ to: 'sender', isLeased: true });
  expect(ask(DHCP.release)).toBeUndefined();
});

test('each machine gets the address of its card, and the gateway of its subnet', () => {
  for (const [member, ip, gateway] of [
    [MASTER, '172.16.0.5', 'ac100001'],
    [AGENT, '10.32.0.4', '0a200001'],
  ] as const) {
    const asked = udpFrame(broadcast(dhcpMessage(DHCP.request, member.address.mac)), WHOLE);
    const { payload } = datagramIn(answer(fromCard(asked, member, NETWORK)));
    expect([...payload.subarray(16, 20)].join('.')).toBe(ip);
    expect(dhcpOptions(payload).get(3)?.toString('hex')).toBe(gateway);
  }
});

test('names are answered at the address of the platform, to who asked', () => {
  const query = { ...broadcast(dnsQuery('agent-0', 1), 53), sourceIp: MASTER.address.ip, sourcePort: 4711 };
  const reply = datagramIn(answer(sent(udpFrame({ ...query, targetIp: PLATFORM.wireserver }, WHOLE))));
  expect(reply).toMatchObject({ sourceIp: PLATFORM.wireserver, sourcePort: 53, targetPort: 4711 });
  expect([...reply.payload.subarray(-4)].join('.')).toBe('10.32.0.4');
  expect(sent(udpFrame({ ...query, targetIp: '8.8.8.8' }, WHOLE))).toBeUndefined();
});

test('the gateway answers ARP for every address but that of who asks, which looks whether it is free', () => {
  const request = {
    operation: 'request' as const,
    ...{ senderMac: MASTER.address.mac, senderIp: '0.0.0.0', targetMac: '000000000000' },
  };
  for (const targetIp of ['172.16.0.1', '172.16.0.77', AGENT.address.ip]) {
    expect(readFrame(answer(sent(arpFrame({ ...request, targetIp }))) ?? Buffer.alloc(0))).toMatchObject({
      arp: { operation: 'reply', senderMac: GATEWAY_MAC, senderIp: targetIp, targetMac: MASTER.address.mac },
    });
  }
  expect(sent(arpFrame({ ...request, targetIp: MASTER.address.ip }))).toBeUndefined();
  const world = fromWorld(arpFrame({ ...request, targetIp: MASTER.address.ip }), MASTER);
  expect(readFrame(answer(world) ?? Buffer.alloc(0))).toMatchObject({
    arp: { operation: 'reply', senderMac: MASTER.address.mac },
  });
  expect(fromWorld(arpFrame({ ...request, targetIp: AGENT.address.ip }), MASTER)).toBeUndefined();
});

test.each([
  ['UDP', UDP],
  ['TCP', TCP],
  ['ICMP', ICMP],
  ['an unknown protocol', 99],
])('%s goes to the machine that has the address, in another subnet too, from the gateway', (_name, protocol) => {
  const frame = packet(MASTER.address.ip, AGENT.address.ip, protocol);
  const forwarding = sent(frame);
  expect(forwarding).toMatchObject({ to: 'member', member: AGENT });
  expect(forwarding?.frame.toString('hex', 0, 12)).toBe(`${AGENT.address.mac}${GATEWAY_MAC}`);
  expect(forwarding?.frame.subarray(12).equals(frame.subarray(12))).toBe(true);
});

test('a fragment goes the way of its packet', () => {
  const frame = packet(MASTER.address.ip, AGENT.address.ip);
  frame.writeUInt16BE(0x2010, 20);
  expect(sent(frame)).toMatchObject({ to: 'member', member: AGENT });
});

test('TCP to the platform goes to QEMU, and comes back from there', () => {
  const frame = packet(MASTER.address.ip, PLATFORM.imds, TCP);
  expect(sent(frame)).toEqual({ to: 'other-side', frame });
  const back = packet(PLATFORM.imds, MASTER.address.ip, TCP);
  expect(fromWorld(back, MASTER)).toEqual({ to: 'other-side', frame: back });
});

test('nothing goes to the world, to itself, in the name of another, or to all', () => {
  for (const frame of [
    packet(MASTER.address.ip, '93.184.216.34'),
    packet(MASTER.address.ip, '93.184.216.34', ICMP),
    packet(MASTER.address.ip, MASTER.address.ip),
    packet('172.16.0.99', AGENT.address.ip, TCP),
    packet('172.16.0.99', PLATFORM.imds, TCP),
    packet(MASTER.address.ip, '224.0.0.251'),
    packet(MASTER.address.ip, '172.16.0.255'),
  ]) {
    expect(sent(frame)).toBeUndefined();
  }
  const six = Buffer.alloc(60);
  six.writeUInt16BE(0x86dd, 12);
  expect(sent(six)).toBeUndefined();
});

test('whatever a machine sends, reading it throws nothing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.constantFrom(0x0800, 0x0806, 0x86dd), (bytes, type) => {
      const frame = Buffer.from(bytes);
      if (frame.length >= 14) frame.writeUInt16BE(type, 12);
      expect(() => [sent(frame), fromWorld(frame, MASTER), readDhcpRequest(frame)]).not.toThrow();
    }),
  );
});

test('between the machines of a network everyone reaches everyone else, and nobody but the one that was meant', () => {
  const size = fc.integer({ min: 2, max: 12 });
  fc.assert(
    fc.property(size, fc.nat(), fc.nat(), fc.constantFrom(UDP, TCP, ICMP), (count, first, second, protocol) => {
      const members = Array.from({ length: count }, (_, index) => ({
        hostName: `node-${index}`,
        address: addressOf(index, { ip: `10.${index * 16}.0.4`, prefixLength: 12 }),
      }));
      const network = new VirtualNetwork(members);
      const [from, to] = [members[first % count] ?? MASTER, members[second % count] ?? MASTER];
      const forwarding = fromCard(packet(from.address.ip, to.address.ip, protocol), from, network);
      const reached = forwarding?.to === 'member' ? forwarding.member : undefined;
      expect(reached).toBe(from === to ? undefined : to);
    }),
  );
});
