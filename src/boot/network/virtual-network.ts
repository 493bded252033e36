/** What is in one virtual network, as far as its gateway has to know it. */
import type { Address } from './address.ts';
import type { Ip } from './frame.ts';

/** One machine. */
export interface Member {
  readonly hostName: string;
  readonly address: Address;
}

/** What DHCP tells as domain of all machines, as Azure does. */
const DOMAIN = 'dcos.internal.cloudapp.net';

/** Members are known by their addresses and, whatever its capitals, by their name with and without the domain. */
export class VirtualNetwork {
  readonly domain = DOMAIN;
  readonly members: readonly Member[];
  readonly #byIp: ReadonlyMap<Ip, Member>;
  readonly #byName: ReadonlyMap<string, Member>;

  constructor(members: readonly Member[]) {
    this.members = members;
    this.#byIp = new Map(members.map((member) => [member.address.ip, member]));
    this.#byName = new Map(
      members.flatMap((member) => [member.hostName, this.fullName(member)].map((name) => [name.toLowerCase(), member])),
    );
  }

  withIp(ip: Ip): Member | undefined {
    return this.#byIp.get(ip);
  }

  withName(name: string): Member | undefined {
    return this.#byName.get(name.toLowerCase());
  }

  fullName({ hostName }: Member): string {
    return `${hostName}.${this.domain}`;
  }
}
