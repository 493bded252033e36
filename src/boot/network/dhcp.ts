/** DHCP as Azure's hosts answer it: one lease for ever for each machine, routes to the platform, and its address in option 245. */
import { netmaskOf, PLATFORM, type Address } from './address.ts';
import { ipBytes, type Ip } from './frame.ts';

export interface Lease {
  readonly address: Address;
  readonly gateway: Ip;
  readonly domain: string;
}

export interface DhcpRequest {
  readonly type: 'discover' | 'request';
  /** The first 44 bytes, up to the addresses of the card: what a reply repeats. */
  readonly head: Buffer;
}

/** Where the options begin, behind four bytes that say that there are some. @see RFC 2131, section 2 */
const OPTIONS_AT = 240;
const COOKIE = Buffer.from('63825363', 'hex');
const HEAD_BYTES = 44;

/** Reads what a client asks; undefined for what needs no answer. */
export function readDhcpRequest(message: Buffer): DhcpRequest | undefined {
  const isRequest = message.length > OPTIONS_AT && message[0] === 1;
  if (!isRequest || !message.subarray(OPTIONS_AT - COOKIE.length, OPTIONS_AT).equals(COOKIE)) return undefined;
  const kind = messageKind(message);
  const type = kind === 1 ? 'discover' : kind === 3 ? 'request' : undefined;
  return type === undefined ? undefined : { type, head: message.subarray(0, HEAD_BYTES) };
}

function messageKind(message: Buffer): number | undefined {
  for (let at = OPTIONS_AT; at + 1 < message.length;) {
    const code = message[at];
    if (code === 255) return undefined;
    if (code === 53) return message[at + 2];
    at += code === 0 ? 1 : 2 + (message[at + 1] ?? 0);
  }
  return undefined;
}

/** The offer or the acknowledgement of the only lease that the machine can have. */
export function dhcpReply({ type, head }: DhcpRequest, lease: Lease): Buffer {
  const fixed = Buffer.alloc(OPTIONS_AT);
  head.copy(fixed);
  fixed[0] = 2;
  ipBytes(lease.address.ip).copy(fixed, 16);
  ipBytes(PLATFORM.wireserver).copy(fixed, 20);
  COOKIE.copy(fixed, OPTIONS_AT - COOKIE.length);
  return Buffer.concat([fixed, ...optionsOf(type === 'discover' ? 2 : 5, lease), Buffer.from([255])]);
}

function optionsOf(kind: number, { address, gateway, domain }: Lease): readonly Buffer[] {
  const { wireserver, imds } = PLATFORM;
  const forever = Buffer.from('ffffffff', 'hex');
  return [
    option(53, Buffer.from([kind])),
    option(54, ipBytes(wireserver)),
    option(51, forever),
    option(1, ipBytes(netmaskOf(address))),
    option(3, ipBytes(gateway)),
    option(6, ipBytes(wireserver)),
    option(15, Buffer.from(domain)),
    option(121, routes(gateway, [wireserver, imds])),
    option(245, ipBytes(wireserver)),
  ];
}

function option(code: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([code, value.length]), value]);
}

/** The default route, and one to each of the hosts. Who reads this option passes over option 3. @see RFC 3442 */
function routes(gateway: Ip, hosts: readonly Ip[]): Buffer {
  const toHost = hosts.flatMap((host) => [Buffer.from([32]), ipBytes(host), ipBytes(gateway)]);
  return Buffer.concat([Buffer.from([0]), ipBytes(gateway), ...toHost]);
}
