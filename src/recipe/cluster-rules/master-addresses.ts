/** Addresses of the masters, which are static. */
import {
  addressCount,
  cidrText,
  holdsIp,
  ipText,
  lastAddress,
  networkOf,
  parseCidr,
  parseIp,
} from '../../model/cidr.ts';
import type { ClusterDefinition } from '../cluster-definition.ts';
import { mastersSubnet, RESERVED_ADDRESSES, RESERVED_FIRST } from '../cluster-subnets.ts';
import { named, type Finding } from './finding.ts';

const PATH = ['masters', 'first_ip'];

export function* masterAddressRule(definition: ClusterDefinition): Iterable<Finding> {
  const { first_ip: text, count } = definition.masters;
  const subnet = parseCidr(mastersSubnet(definition));
  if (text === undefined) {
    // The one that we choose is the sixth: with five masters the smallest subnet, of eight addresses, has not enough.
    if (
      subnet &&
      addressCount(subnet) < count + RESERVED_ADDRESSES + 1 &&
      addressCount(subnet) >= count + RESERVED_ADDRESSES
    ) {
      const message = `The subnet of the masters, ${cidrText(networkOf(subnet))}, has no room behind its sixth address.`;
      const hint = `Set ${named(PATH)} to ${ipText(networkOf(subnet).address + RESERVED_FIRST)}, or take a larger subnet.`;
      yield { path: ['masters', 'count'], message, hint, restsOn: [['network']] };
    }
    return;
  }
  const first = parseIp(text);
  if (first === undefined) {
    yield { path: PATH, message: `${named(PATH)} is no IPv4 address: "${text}".`, hint: 'It is like 172.16.0.5.' };
    return;
  }
  if (subnet === undefined) return;
  const least = networkOf(subnet).address + RESERVED_FIRST;
  const most = lastAddress(subnet) - count;
  if (first >= least && first <= most) return;
  const where = `the subnet of the masters, ${cidrText(networkOf(subnet))}`;
  const message = holdsIp(subnet, first)
    ? `${named(PATH)} is ${text}; ${count} masters from there on take addresses that Azure keeps, or leave ${where}.`
    : `${named(PATH)} is ${text}, which is not in ${where}.`;
  const hint =
    most >= least ? `Take one from ${ipText(least)} to ${ipText(most)}.` : `Take a larger subnet for ${count} masters.`;
  yield { path: PATH, message, hint, restsOn: [['network'], ['masters', 'count']] };
}
