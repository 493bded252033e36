/** Ethernet frames as far as a gateway needs them: ARP, UDP in IPv4, and the addresses of every packet of IPv4. */

/** An address of IPv4, such as `10.0.0.4`. */
export type Ip = string;
/** An address of a network card: six bytes, in hexadecimal. */
export type Mac = string;

export const BROADCAST_MAC: Mac = 'ffffffffffff';

export interface Arp {
  readonly operation: 'request' | 'reply';
  readonly senderMac: Mac;
  readonly senderIp: Ip;
  readonly targetMac: Mac;
  readonly targetIp: Ip;
}

export interface Datagram {
  readonly sourceIp: Ip;
  readonly targetIp: Ip;
  readonly sourcePort: number;
  readonly targetPort: number;
  readonly payload: Buffer;
}

export type Content =
  | { readonly kind: 'arp'; readonly arp: Arp }
  | { readonly kind: 'udp'; readonly datagram: Datagram }
  | { readonly kind: 'tcp'; readonly targetIp: Ip }
  | { readonly kind: 'other' };

const ETHERNET_BYTES = 14;
const IPV4 = 0x0800;
const ARP = 0x0806;
const TCP = 6;
const UDP = 17;
const ARP_BYTES = 28;
const UDP_HEADER_BYTES = 8;
const OTHER: Content = { kind: 'other' };

/** What a frame carries; frames that are cut short, and fragments, are `other`. */
export function readFrame(frame: Buffer): Content {
  if (frame.length < ETHERNET_BYTES) return OTHER;
  const type = frame.readUInt16BE(12);
  const content = frame.subarray(ETHERNET_BYTES);
  if (type === ARP && content.length >= ARP_BYTES) return readArp(content);
  return type === IPV4 && content.length >= 20 ? readPacket(content) : OTHER;
}

function readArp(bytes: Buffer): Content {
  const operation = bytes.readUInt16BE(6);
  if (operation !== 1 && operation !== 2) return OTHER;
  return {
    kind: 'arp',
    arp: {
      operation: operation === 1 ? 'request' : 'reply',
      senderMac: bytes.toString('hex', 8, 14),
      senderIp: ipAt(bytes, 14),
      targetMac: bytes.toString('hex', 18, 24),
      targetIp: ipAt(bytes, 24),
    },
  };
}

function readPacket(packet: Buffer): Content {
  const headerBytes = ((packet[0] ?? 0) & 0x0f) * 4;
  const payload = packet.subarray(headerBytes, packet.readUInt16BE(2));
  const isFragment = (packet.readUInt16BE(6) & 0x3fff) !== 0;
  if (isFragment || headerBytes < 20 || payload.length < UDP_HEADER_BYTES) return OTHER;
  const targetIp = ipAt(packet, 16);
  if (packet[9] === TCP) return { kind: 'tcp', targetIp };
  if (packet[9] !== UDP) return OTHER;
  return {
    kind: 'udp',
    datagram: {
      sourceIp: ipAt(packet, 12),
      targetIp,
      sourcePort: payload.readUInt16BE(0),
      targetPort: payload.readUInt16BE(2),
      payload: payload.subarray(UDP_HEADER_BYTES, payload.readUInt16BE(4)),
    },
  };
}

/** Whose packet of IPv4 a frame carries and for whom, whatever is in it; undefined for what carries none. */
export function packetEnds(frame: Buffer): { readonly sourceIp: Ip; readonly targetIp: Ip } | undefined {
  if (frame.length < ETHERNET_BYTES + 20 || frame.readUInt16BE(12) !== IPV4) return undefined;
  return { sourceIp: ipAt(frame, ETHERNET_BYTES + 12), targetIp: ipAt(frame, ETHERNET_BYTES + 16) };
}

/** The same frame in another envelope. */
export function withMacs(frame: Buffer, { from, to }: { readonly from: Mac; readonly to: Mac }): Buffer {
  return ethernet({ from, to, type: frame.readUInt16BE(12) }, frame.subarray(ETHERNET_BYTES));
}

/** The frame that carries an answer of ARP. */
export function arpFrame(arp: Arp): Buffer {
  const operation = arp.operation === 'request' ? 1 : 2;
  const content = Buffer.concat([
    Buffer.from([0, 1, 8, 0, 6, 4, 0, operation]),
    Buffer.from(arp.senderMac, 'hex'),
    ipBytes(arp.senderIp),
    Buffer.from(arp.targetMac, 'hex'),
    ipBytes(arp.targetIp),
  ]);
  return ethernet({ from: arp.senderMac, to: arp.targetMac, type: ARP }, content);
}

/** The frame that carries a datagram. Its own checksum is left out, as IPv4 permits; that of the header is there. */
export function udpFrame(datagram: Datagram, { from, to }: { readonly from: Mac; readonly to: Mac }): Buffer {
  const { payload } = datagram;
  const udp = Buffer.alloc(UDP_HEADER_BYTES);
  udp.writeUInt16BE(datagram.sourcePort, 0);
  udp.writeUInt16BE(datagram.targetPort, 2);
  udp.writeUInt16BE(UDP_HEADER_BYTES + payload.length, 4);
  const header = Buffer.from([0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, UDP, 0, 0]);
  header.writeUInt16BE(20 + UDP_HEADER_BYTES + payload.length, 2);
  const packet = Buffer.concat([header, ipBytes(datagram.sourceIp), ipBytes(datagram.targetIp)]);
  packet.writeUInt16BE(checksum(packet), 10);
  return ethernet({ from, to, type: IPV4 }, Buffer.concat([packet, udp, payload]));
}

interface Envelope {
  readonly from: Mac;
  readonly to: Mac;
  readonly type: number;
}

function ethernet({ from, to, type }: Envelope, content: Buffer): Buffer {
  const header = Buffer.alloc(ETHERNET_BYTES);
  header.write(to, 0, 'hex');
  header.write(from, 6, 'hex');
  header.writeUInt16BE(type, 12);
  return Buffer.concat([header, content]);
}

/** The Internet checksum: one's complement of the sum of all 16-bit words. @see RFC 1071 */
export function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at + 1 < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  if (bytes.length % 2 === 1) sum += (bytes.at(-1) ?? 0) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

export function ipBytes(ip: Ip): Buffer {
  return Buffer.from(ip.split('.').map(Number));
}

function ipAt(bytes: Buffer, at: number): Ip {
  return [...bytes.subarray(at, at + 4)].join('.');
}
