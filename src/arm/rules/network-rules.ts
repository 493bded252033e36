/** Rules of networks: subnets, addresses, and the way out. */
import { valueAt } from '../../model/json.ts';
import type { Attachment, Subnet } from '../attachments.ts';
import type { Found, Rule } from '../finding.ts';
import { idsAt, listAt, objectsAt, textAt } from '../look.ts';
import { addressText, doOverlap, isWithin, parseNetwork, type Network } from '../network.ts';
import { idKey, lastName, parentId } from '../resource-id.ts';
import type { Subject } from '../subject.ts';

export const NETWORK_RULES: readonly Rule[] = [
  {
    id: 'Subnets-Must-Not-Overlap',
    severity: 'error',
    what: 'Subnets of one network share no address.',
    hint: 'Give each a range of its own.',
    find: overlaps,
  },
  {
    id: 'Subnets-Must-Be-Within-Network',
    severity: 'error',
    what: 'Subnets lie within the address space of their network.',
    hint: 'Widen the address space, or move the subnet.',
    find: outsiders,
  },
  {
    id: 'Addresses-Must-Fit-Subnet',
    severity: 'error',
    what: 'Static private addresses lie within their subnet, are none of the five that Azure keeps, and are given once.',
    hint: 'The first four and the last address of a subnet are kept by Azure.',
    find: misplaced,
  },
  {
    id: 'Nodes-Need-Explicit-Egress',
    severity: 'warning',
    what: 'Machines have a way out that somebody chose: a NAT gateway, outbound rules, or a public address.',
    hint: 'Give the subnet a NAT gateway, or the load balancer outboundRules: there is no default way out any more.',
    find: shutIn,
  },
];

interface Ranged {
  readonly subnet: Subnet;
  readonly network: Network;
}

/** Subnets of which the range is known, by their networks. */
function byNetwork({ surroundings }: Subject): Map<string, Ranged[]> {
  const ranged = [...surroundings.subnets.values()].flatMap((subnet) => {
    const network = parseNetwork(subnet.prefix ?? '');
    return network === undefined ? [] : [{ subnet, network }];
  });
  return Map.groupBy(ranged, ({ subnet }) => idKey(parentId(subnet.id)));
}

function* overlaps(subject: Subject): Iterable<Found> {
  for (const ranged of byNetwork(subject).values()) {
    for (const [at, { subnet, network }] of ranged.entries()) {
      const other = ranged.slice(0, at).find((one) => doOverlap(one.network, network));
      if (other === undefined) continue;
      const message = `${shown(subnet)} overlaps ${shown(other.subnet)}.`;
      yield { path: [...subnet.source.path, 'properties'], message };
    }
  }
}

function shown({ id, prefix }: Subnet): string {
  return `"${lastName(id)}" (${prefix ?? ''})`;
}

function* outsiders(subject: Subject): Iterable<Found> {
  const ranged = byNetwork(subject);
  for (const { id, properties } of subject.ofType('microsoft.network/virtualnetworks')) {
    const spaces = listAt(properties, 'addressSpace', 'addressPrefixes').flatMap((text) => {
      return parseNetwork(typeof text === 'string' ? text : '') ?? [];
    });
    if (spaces.length < listAt(properties, 'addressSpace', 'addressPrefixes').length) continue;
    for (const { subnet, network } of ranged.get(idKey(id)) ?? []) {
      if (spaces.some((space) => isWithin(network, space))) continue;
      yield { path: [...subnet.source.path, 'properties'], message: `${shown(subnet)} lies outside of its network.` };
    }
  }
}

function* misplaced(subject: Subject): Iterable<Found> {
  const given = new Set<string>();
  for (const { path, properties } of subject.ofType('microsoft.network/networkinterfaces')) {
    for (const [at, one] of objectsAt(properties, 'ipConfigurations').entries()) {
      const address = textAt(one, 'properties', 'privateIPAddress');
      const subnet = subject.surroundings.subnets.get(idKey(textAt(one, 'properties', 'subnet', 'id') ?? ''));
      if (address === undefined || subnet === undefined) continue;
      const mistake =
        addressMistake(address, subnet) ?? (given.has(key(address, subnet)) ? 'is given twice' : undefined);
      given.add(key(address, subnet));
      if (mistake === undefined) continue;
      const where = [...path, 'properties', 'ipConfigurations', at, 'properties', 'privateIPAddress'];
      yield { path: where, message: `The address ${address} ${mistake}.` };
    }
  }
}

function key(address: string, subnet: Subnet): string {
  return `${idKey(parentId(subnet.id))} ${address}`;
}

function addressMistake(text: string, subnet: Subnet): string | undefined {
  const [address, range] = [parseNetwork(text), parseNetwork(subnet.prefix ?? '')];
  if (address === undefined || range === undefined) return undefined;
  if (!isWithin(address, range)) return `is not in the subnet ${shown(subnet)}`;
  const place = address.first - range.first;
  if (place > 3 && place < range.size - 1) return undefined;
  return `is kept by Azure; the first free one is ${addressText(range.first + 4)}`;
}

/** Only machines in subnets of the template: of others nobody knows the gateway. */
function* shutIn(subject: Subject): Iterable<Found> {
  const served = poolsWithEgress(subject);
  const told = new Set<string>();
  for (const attachment of subject.surroundings.attachments) {
    const { owner } = attachment;
    const resource = subject.resources.find(({ id }) => idKey(id) === idKey(owner));
    const subnet = subject.surroundings.subnets.get(idKey(attachment.subnet ?? ''));
    if (resource === undefined || subnet === undefined || told.has(owner)) continue;
    if (hasEgress(attachment, subnet, served)) continue;
    told.add(owner);
    yield { path: resource.path, message: `"${resource.name}" has no way out.` };
  }
}

function hasEgress({ publicIp, pools }: Attachment, subnet: Subnet, served: ReadonlySet<string>): boolean {
  const hasOwn = publicIp !== undefined || subnet.natGateway !== undefined || subnet.hasRoutes;
  return hasOwn || pools.some((pool) => served.has(idKey(pool)));
}

/** Those of outbound rules, and of public rules that do not turn it off. */
function poolsWithEgress(subject: Subject): Set<string> {
  const pools: string[] = [];
  for (const { properties } of subject.ofType('microsoft.network/loadbalancers')) {
    for (const rule of objectsAt(properties, 'outboundRules')) {
      pools.push(textAt(rule, 'properties', 'backendAddressPool', 'id') ?? '');
    }
    const isPublic = objectsAt(properties, 'frontendIPConfigurations').some(
      (one) => textAt(one, 'properties', 'publicIPAddress', 'id') !== undefined,
    );
    for (const rule of isPublic ? objectsAt(properties, 'loadBalancingRules') : []) {
      if (valueAt(rule, ['properties', 'disableOutboundSnat']) === true) continue;
      pools.push(
        textAt(rule, 'properties', 'backendAddressPool', 'id') ?? '',
        ...idsAt(rule, 'properties', 'backendAddressPools'),
      );
    }
  }
  return new Set(pools.map(idKey));
}
