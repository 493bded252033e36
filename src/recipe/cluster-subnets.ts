/** Which addresses the nodes of a cluster have, where its definition leaves them to us. */
import { ipText, networkOf, parseCidr, parseIp } from '../model/cidr.ts';
import type { ClusterDefinition } from './cluster-definition.ts';

/** Azure keeps the first four addresses of a subnet, and the last. */
export const RESERVED_FIRST = 4;
export const RESERVED_ADDRESSES = RESERVED_FIRST + 1;

/** ACS's masters began one behind the first that is free. */
const FIRST_MASTER = RESERVED_FIRST + 1;

/** Blocks of 10.0.0.0/8 with 2^21 addresses, of which ACS took the first two for its pools. */
const DEFAULT_POOLS = 8;
const DEFAULT_STEP = 32;

export function mastersSubnet({ network }: Pick<ClusterDefinition, 'network'>): string {
  return 'existing' in network ? network.existing.masters.prefix : network.masters;
}

/**
 * Range of each pool's subnet by name of the pool. Which one a pool gets by default follows from its place in the list,
 * and does not change when another is added behind it. A pool for which there is none is left out; parsing refuses it.
 */
export function poolSubnets({ network, pools }: Pick<ClusterDefinition, 'network' | 'pools'>): Map<string, string> {
  const found = new Map<string, string>();
  for (const [index, { name }] of pools.entries()) {
    const given = 'existing' in network ? network.existing.pools[name]?.prefix : network.pools[name];
    const subnet = given ?? ('existing' in network ? undefined : defaultSubnet(index));
    if (subnet !== undefined) found.set(name, subnet);
  }
  return found;
}

function defaultSubnet(index: number): string | undefined {
  return index < DEFAULT_POOLS ? `10.${index * DEFAULT_STEP}.0.0/11` : undefined;
}

/** Static addresses of the masters, in their order; none if the subnet or the first address cannot be read. */
export function masterAddresses(definition: Pick<ClusterDefinition, 'network' | 'masters'>): readonly string[] {
  const { first_ip: given, count } = definition.masters;
  const subnet = parseCidr(mastersSubnet(definition));
  const first = given === undefined ? subnet && networkOf(subnet).address + FIRST_MASTER : parseIp(given);
  return first === undefined ? [] : Array.from({ length: count }, (_, index) => ipText(first + index));
}
