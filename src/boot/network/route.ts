/**
 * Where frames go in a virtual network, as Azure's does it: every machine sees one gateway, which answers for all
 * addresses and hands packets on by them alone, within a subnet and between subnets.
 */
import { GATEWAY_MAC, gatewayOf, PLATFORM } from './address.ts';
import { dhcpReply, readDhcpRequest, type Lease } from './dhcp.ts';
import { answerDns } from './dns.ts';
import {
  arpFrame,
  BROADCAST_MAC,
  packetEnds,
  readFrame,
  udpFrame,
  withMacs,
  type Arp,
  type Datagram,
} from './frame.ts';
import type { Member, VirtualNetwork } from './virtual-network.ts';

const DHCP_PORT = 67;
const DHCP_CLIENT_PORT = 68;
const DNS_PORT = 53;
const NOWHERE = '0.0.0.0';

/** What becomes of a frame; undefined: it goes nowhere. */
export type Forwarding =
  /** Back to the card that it came from. */
  | { readonly to: 'sender'; readonly frame: Buffer; /** The machine has taken its lease. */ readonly isLeased?: true }
  /** To the card of another machine. */
  | { readonly to: 'member'; readonly member: Member; readonly frame: Buffer }
  /** To the other side of the machine: from its card to QEMU's network, or from that to its card. */
  | { readonly to: 'other-side'; readonly frame: Buffer };

/** A frame that a machine sent. Packets in others' names go nowhere, as on Azure. */
export function fromCard(frame: Buffer, sender: Member, network: VirtualNetwork): Forwarding | undefined {
  const content = readFrame(frame);
  if (content.kind === 'arp') return answerArp(content.arp, sender);
  if (content.kind === 'udp') {
    const answer = answerDatagram(content.datagram, sender, network);
    if (answer !== undefined) return answer;
  }
  const ends = packetEnds(frame);
  if (ends === undefined || ends.sourceIp !== sender.address.ip) return undefined;
  const member = network.withIp(ends.targetIp);
  if (member === undefined) return content.kind === 'tcp' ? { to: 'other-side', frame } : undefined;
  if (member === sender) return undefined;
  return { to: 'member', member, frame: withMacs(frame, { from: GATEWAY_MAC, to: member.address.mac }) };
}

/** A frame from QEMU's network. It never learns of the machine by itself, so it is told where that is. */
export function fromWorld(frame: Buffer, { address }: Member): Forwarding | undefined {
  const content = readFrame(frame);
  if (content.kind === 'tcp') return { to: 'other-side', frame };
  if (content.kind !== 'arp' || content.arp.operation !== 'request' || content.arp.targetIp !== address.ip) {
    return undefined;
  }
  return { to: 'sender', frame: arpReply(content.arp, address.mac) };
}

/** Nobody answers for the sender's own address: it asks for that to see whether somebody else has it. */
function answerArp(arp: Arp, { address }: Member): Forwarding | undefined {
  if (arp.operation !== 'request' || arp.targetIp === address.ip || arp.targetIp === NOWHERE) return undefined;
  return { to: 'sender', frame: arpReply(arp, GATEWAY_MAC) };
}

function arpReply({ senderMac, senderIp, targetIp }: Arp, mac: string): Buffer {
  return arpFrame({
    ...{ operation: 'reply', senderMac: mac, senderIp: targetIp },
    ...{ targetMac: senderMac, targetIp: senderIp },
  });
}

/** @returns undefined for what is not for the platform */
function answerDatagram(datagram: Datagram, sender: Member, network: VirtualNetwork): Forwarding | undefined {
  if (datagram.targetPort === DHCP_PORT) return answerDhcp(datagram, sender, network);
  if (datagram.targetIp !== PLATFORM.wireserver || datagram.targetPort !== DNS_PORT) return undefined;
  const payload = answerDns(datagram.payload, network);
  if (payload === undefined) return undefined;
  const back: Datagram = {
    ...{ sourceIp: datagram.targetIp, sourcePort: datagram.targetPort },
    ...{ targetIp: datagram.sourceIp, targetPort: datagram.sourcePort, payload },
  };
  return { to: 'sender', frame: udpFrame(back, { from: GATEWAY_MAC, to: sender.address.mac }) };
}

function answerDhcp(datagram: Datagram, sender: Member, network: VirtualNetwork): Forwarding | undefined {
  const request = readDhcpRequest(datagram.payload);
  if (request === undefined) return undefined;
  const isRenewal = datagram.sourceIp === sender.address.ip;
  const reply: Datagram = {
    sourceIp: PLATFORM.wireserver,
    targetIp: isRenewal ? sender.address.ip : '255.255.255.255',
    sourcePort: DHCP_PORT,
    targetPort: DHCP_CLIENT_PORT,
    payload: dhcpReply(request, leaseOf(sender, network)),
  };
  const frame = udpFrame(reply, { from: GATEWAY_MAC, to: isRenewal ? sender.address.mac : BROADCAST_MAC });
  return { to: 'sender', frame, ...(request.type === 'request' ? { isLeased: true } : {}) };
}

function leaseOf({ address }: Member, { domain }: VirtualNetwork): Lease {
  return { address, gateway: gatewayOf(address), domain };
}
