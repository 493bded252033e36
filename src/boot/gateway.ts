/**
 * The network that a guest is in, between its card and QEMU's user-mode network: DHCP, ARP and names are answered here,
 * TCP goes on to the other side, and nothing else goes anywhere. QEMU's own DHCP server knows neither option 121 nor 245,
 * and its network would have to begin with 168. or 169. for the guest.
 */
import { listenOnSocket, type Connection } from '../host/unix-socket.ts';
import { dhcpReply, readDhcpRequest, type Lease } from './dhcp.ts';
import { arpFrame, BROADCAST_MAC, readFrame, udpFrame, type Arp, type Datagram, type Mac } from './frame.ts';
import { splitFrames, withLength } from './frame-stream.ts';

export const LEASE: Lease = {
  guest: '10.0.0.4',
  gateway: '10.0.0.1',
  wireserver: '168.63.129.16',
  imds: '169.254.169.254',
  domain: 'guest.internal',
};
export const GUEST_MAC: Mac = '000d3a000004';
/** As Azure's gateways have it. */
const GATEWAY_MAC: Mac = '123456789abc';
const DHCP_PORT = 67;
const DHCP_CLIENT_PORT = 68;
const DNS_PORT = 53;

/** What the gateway does with a frame. */
export interface Forwarding {
  readonly toGuest?: Buffer;
  readonly toWorld?: Buffer;
  /** The guest has taken its lease. */
  readonly leased?: true;
}

/** A frame that the guest sent. */
export function fromGuest(frame: Buffer): Forwarding {
  const content = readFrame(frame);
  if (content.kind === 'tcp') return { toWorld: frame };
  if (content.kind === 'udp') return answerDatagram(content.datagram);
  const asksForGateway = content.kind === 'arp' && content.arp.targetIp === LEASE.gateway;
  return asksForGateway && content.arp.operation === 'request' ? { toGuest: arpAnswer(content.arp, GATEWAY_MAC) } : {};
}

/** A frame from QEMU's network. It never learns of the guest by itself, so it is told where the guest is. */
export function fromWorld(frame: Buffer): Forwarding {
  const content = readFrame(frame);
  if (content.kind === 'tcp') return { toGuest: frame };
  const asksForGuest = content.kind === 'arp' && content.arp.targetIp === LEASE.guest;
  return asksForGuest && content.arp.operation === 'request' ? { toWorld: arpAnswer(content.arp, GUEST_MAC) } : {};
}

function arpAnswer({ senderMac, senderIp, targetIp }: Arp, mac: Mac): Buffer {
  return arpFrame({
    operation: 'reply',
    senderMac: mac,
    senderIp: targetIp,
    targetMac: senderMac,
    targetIp: senderIp,
  });
}

function answerDatagram(datagram: Datagram): Forwarding {
  if (datagram.targetPort === DNS_PORT) return { toGuest: nameUnknown(datagram) };
  const request = datagram.targetPort === DHCP_PORT ? readDhcpRequest(datagram.payload) : undefined;
  if (request === undefined) return {};
  const isRenewal = datagram.sourceIp === LEASE.guest;
  const reply: Datagram = {
    sourceIp: LEASE.wireserver,
    targetIp: isRenewal ? LEASE.guest : '255.255.255.255',
    sourcePort: DHCP_PORT,
    targetPort: DHCP_CLIENT_PORT,
    payload: dhcpReply(request, LEASE),
  };
  const toGuest = udpFrame(reply, { from: GATEWAY_MAC, to: isRenewal ? GUEST_MAC : BROADCAST_MAC });
  return request.type === 'request' ? { toGuest, leased: true } : { toGuest };
}

/** No name is known: said at once, so that nothing in the guest waits for an answer. */
function nameUnknown({ sourceIp, targetIp, sourcePort, targetPort, payload }: Datagram): Buffer {
  const answer = Buffer.from(payload);
  if (answer.length >= 4) answer.writeUInt16BE((answer.readUInt16BE(2) & 0x7910) | 0x8083, 2);
  const back = { sourceIp: targetIp, targetIp: sourceIp, sourcePort: targetPort, targetPort: sourcePort };
  return udpFrame({ ...back, payload: answer }, { from: GATEWAY_MAC, to: GUEST_MAC });
}

export interface GatewayOptions {
  /** Where QEMU connects the guest's card, and where its own network. */
  readonly guestSocket: string;
  readonly worldSocket: string;
  readonly onLease: () => void;
}

/** Keeps the network going until the scope ends. */
export async function openGateway({ guestSocket, worldSocket, onLease }: GatewayOptions): Promise<AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const ends: { guest?: Connection; world?: Connection } = {};
  const act = ({ toGuest, toWorld, leased }: Forwarding): void => {
    if (toGuest !== undefined) ends.guest?.send(withLength(toGuest));
    if (toWorld !== undefined) ends.world?.send(withLength(toWorld));
    if (leased === true) onLease();
  };
  const attach = async (
    path: string,
    side: keyof typeof ends,
    decide: (frame: Buffer) => Forwarding,
  ): Promise<void> => {
    const accept = (connection: Connection): void => {
      ends[side] = connection;
      connection.onData(splitFrames((frame) => act(decide(frame))));
    };
    stack.use(await listenOnSocket(path, accept));
  };
  await attach(guestSocket, 'guest', fromGuest);
  await attach(worldSocket, 'world', fromWorld);
  return stack.move();
}
