/** Addresses of IPv4, as whole numbers, and the ranges that are written `10.0.0.0/8`. */

/** From 0 to 2^32 - 1. */
export type IpAddress = number;

export interface Cidr {
  /** May have bits beyond the prefix, as typed; {@link networkOf} has none. */
  readonly address: IpAddress;
  /** Of the prefix: 0 to 32. */
  readonly length: number;
}

// As inet_pton has it: no blanks, and no zeros in front, which other programs take for octal.
const OCTET = '(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const IP = new RegExp(`^${OCTET}\\.${OCTET}\\.${OCTET}\\.${OCTET}$`);
const LENGTH = /^(?:[0-9]|[12][0-9]|3[0-2])$/;

/** @returns undefined for what is no address in four decimal parts */
export function parseIp(text: string): IpAddress | undefined {
  const parts = IP.exec(text)?.slice(1);
  return parts?.reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function ipText(ip: IpAddress): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(ip / 2 ** shift) % 256).join('.');
}

/** @returns undefined for what is not an address, a slash and a length; bits beyond the prefix are kept */
export function parseCidr(text: string): Cidr | undefined {
  const [ip = '', length = '', ...rest] = text.split('/');
  const address = parseIp(ip);
  if (address === undefined || !LENGTH.test(length) || rest.length > 0) return undefined;
  return { address, length: Number(length) };
}

export function cidrText({ address, length }: Cidr): string {
  return `${ipText(address)}/${length}`;
}

/** How many addresses there are, those that nobody can use among them. */
export function addressCount({ length }: Cidr): number {
  return 2 ** (32 - length);
}

/** The same range by its first address. */
export function networkOf(cidr: Cidr): Cidr {
  return { address: cidr.address - (cidr.address % addressCount(cidr)), length: cidr.length };
}

export function lastAddress(cidr: Cidr): IpAddress {
  return networkOf(cidr).address + addressCount(cidr) - 1;
}

export function holdsIp(cidr: Cidr, ip: IpAddress): boolean {
  return ip >= networkOf(cidr).address && ip <= lastAddress(cidr);
}

/** Whether every address of `inner` is one of `outer`. */
export function holds(outer: Cidr, inner: Cidr): boolean {
  return inner.length >= outer.length && holdsIp(outer, inner.address);
}

/** Whether they share an address: of two ranges, that is when one holds the other. */
export function overlap(one: Cidr, other: Cidr): boolean {
  return holds(one, other) || holds(other, one);
}
