/** What a client of DHCP and of DNS sends, and how it reads answers. */
import { readFrame, type Datagram } from '../../src/boot/network/frame.ts';

/** Messages of DHCP by the number that option 53 gives them. */
export const DHCP = { discover: 1, request: 3, release: 7 } as const;

export function dhcpMessage(kind: number, mac: string): Buffer {
  const message = Buffer.alloc(240);
  message[0] = 1;
  message.write('0a0b0c0d', 4, 'hex');
  message.write(mac, 28, 'hex');
  message.write('63825363', 236, 'hex');
  return Buffer.concat([message, Buffer.from([0, 12, 2, 65, 66, 53, 1, kind, 255])]);
}

/** From who has no address yet. */
export const broadcast = (payload: Buffer, targetPort = 67): Datagram => ({
  ...{ sourceIp: '0.0.0.0', targetIp: '255.255.255.255', sourcePort: 68, targetPort, payload },
});

export function dhcpOptions(reply: Buffer): ReadonlyMap<number, Buffer> {
  const options = new Map<number, Buffer>();
  for (let at = 240; reply[at] !== 255;) {
    const length = reply[at + 1] ?? 0;
    options.set(reply[at] ?? 0, reply.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return options;
}

export function datagramIn(frame: Buffer | undefined): Datagram {
  const content = readFrame(frame ?? Buffer.alloc(0));
  if (content.kind !== 'udp') throw new Error(`no datagram but ${content.kind}`);
  return content.datagram;
}

/** A query of DNS with one question. */
export function dnsQuery(name: string, type: number, { id = 0x1234 } = {}): Buffer {
  const head = Buffer.from('000001000001000000000000', 'hex');
  head.writeUInt16BE(id, 0);
  const labels = name.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label, 'latin1')]);
  return Buffer.concat([head, ...labels, Buffer.from([0, type >> 8, type & 0xff, 0, 1])]);
}
