/** Where machines are in a virtual network, and what every network of Azure has besides them. */
import type { Ip, Mac } from './frame.ts';

/** The platform's own addresses, which lead to the stand-ins. */
export const PLATFORM = {
  /** Names the wireserver, the DHCP server and the name server at once, as on Azure. */
  wireserver: '168.63.129.16',
  imds: '169.254.169.254',
} as const;

/** As Azure's gateways have it, whoever is asked for. */
export const GATEWAY_MAC: Mac = '123456789abc';

/** One network card. */
export interface Address {
  readonly ip: Ip;
  readonly mac: Mac;
  /** Of the subnet that it is in. */
  readonly prefixLength: number;
}

/** The card of the nth machine of a network, counted from 0: its maker's prefix is Microsoft's, as on Azure. */
export function addressOf(index: number, { ip, prefixLength }: Omit<Address, 'mac'>): Address {
  return { ip, prefixLength, mac: `000d3a${(FIRST_CARD + index).toString(16).padStart(6, '0')}` };
}

const FIRST_CARD = 4;

/** The first address of the subnet. */
export function subnetOf({ ip, prefixLength }: Omit<Address, 'mac'>): Ip {
  return ipOf(numberOf(ip) - (numberOf(ip) % 2 ** (32 - prefixLength)));
}

/** As Azure reserves it: the address behind the first. */
export function gatewayOf(address: Omit<Address, 'mac'>): Ip {
  return ipOf(numberOf(subnetOf(address)) + 1);
}

export function netmaskOf({ prefixLength }: Pick<Address, 'prefixLength'>): Ip {
  return ipOf(2 ** 32 - 2 ** (32 - prefixLength));
}

function numberOf(ip: Ip): number {
  return ip.split('.').reduce((number, byte) => number * 256 + Number(byte), 0);
}

function ipOf(number: number): Ip {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
