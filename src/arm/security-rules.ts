/**
 * Network security groups: which of their rules decides.
 *
 * @see https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview
 */
import type { ConcreteResource } from './expand-resources.ts';
import { isWithin, doOverlap, parseNetwork, type Network } from './network.ts';
import { numberAt, objectsAt, oneOrMore, textAt } from './look.ts';
import { isJsonObject, type JsonObject } from '../model/json.ts';
import { hasPort, parsePorts, type PortRange } from './port-range.ts';
import { idKey, parentId } from './resource-id.ts';

export interface SecurityRule {
  readonly name: string;
  readonly priority: number;
  readonly isInbound: boolean;
  readonly isAllow: boolean;
  /** `tcp`, `udp`, … or `*`. */
  readonly protocol: string;
  readonly sources: readonly string[];
  readonly destinations: readonly string[];
  readonly ports: readonly PortRange[];
  /** Whether all is settled by which it decides. */
  readonly isCertain: boolean;
}

export interface SecurityGroup {
  readonly id: string;
  /** In the order in which they are asked, without those that every group has at the end; undefined: nobody knows. */
  readonly rules: readonly SecurityRule[] | undefined;
}

const GROUPS = 'microsoft.network/networksecuritygroups';

/** All groups by id, with the rules within them and those that stand beside them. */
export function readSecurityGroups(resources: readonly ConcreteResource[]): Map<string, SecurityGroup> {
  const groups = new Map<string, SecurityGroup>();
  for (const { id, type, properties } of resources) {
    if (type.toLowerCase() !== GROUPS) continue;
    const inside = objectsAt(properties, 'securityRules').map((rule) => {
      const inner = rule['properties'];
      return readRule(textAt(rule, 'name') ?? '', isJsonObject(inner) ? inner : {});
    });
    const beside = resources
      .filter((one) => one.type.toLowerCase() === `${GROUPS}/securityrules` && idKey(parentId(one.id)) === idKey(id))
      .map((one) => readRule(one.name.split('/').at(-1) ?? '', one.properties));
    groups.set(idKey(id), { id, rules: [...inside, ...beside].toSorted((a, b) => a.priority - b.priority) });
  }
  return groups;
}

/** A rule of which only the deployment knows the place is asked last. */
export const UNKNOWN_PRIORITY = 5000;

function readRule(name: string, rule: JsonObject): SecurityRule {
  const priority = numberAt(rule, 'priority');
  const access = textAt(rule, 'access')?.toLowerCase() ?? '';
  const ranges = oneOrMore(rule, 'destinationPortRange', 'destinationPortRanges');
  const ports = ranges.flatMap((text) => parsePorts(text) ?? []);
  return {
    name,
    priority: priority ?? UNKNOWN_PRIORITY,
    isInbound: textAt(rule, 'direction')?.toLowerCase() !== 'outbound',
    isAllow: access === 'allow',
    protocol: textAt(rule, 'protocol')?.toLowerCase() ?? '*',
    sources: oneOrMore(rule, 'sourceAddressPrefix', 'sourceAddressPrefixes'),
    destinations: oneOrMore(rule, 'destinationAddressPrefix', 'destinationAddressPrefixes'),
    ports,
    isCertain: priority !== undefined && ['allow', 'deny'].includes(access) && ports.length === ranges.length,
  };
}

/** A packet that comes in. */
export interface Arrival {
  /** `tcp`, `udp`, or `all` for a rule of a load balancer that takes both. */
  readonly protocol: string;
  readonly port: number;
  /** Where the node is, as far as that is known. */
  readonly to: Network | undefined;
}

export interface AllowingRule {
  readonly nsg: string;
  readonly rule: string;
  /** Prefixes and service tags of addresses outside of the network. */
  readonly sources: readonly string[];
}

/** The rules that let somebody in the Internet in, down to the first that decides for everybody. */
export function publicAllows({ id, rules }: SecurityGroup, arrival: Arrival): AllowingRule[] {
  const allows: AllowingRule[] = [];
  for (const rule of rules ?? []) {
    if (!rule.isInbound || !isMet(rule, arrival)) continue;
    const sources = rule.sources.filter(isPublic);
    if (rule.isAllow && sources.length > 0) allows.push({ nsg: id, rule: rule.name, sources });
    if (sources.some(isEverybody)) break;
  }
  return allows;
}

/** The rule that keeps the probes of load balancers out, which come from within Azure; undefined: none does. */
export function probeDenial({ rules }: SecurityGroup, arrival: Arrival): SecurityRule | undefined {
  const first = rules?.find((rule) => rule.isInbound && isMet(rule, arrival) && rule.sources.some(isProbe));
  return first?.isAllow === false ? first : undefined;
}

function isMet(rule: SecurityRule, { protocol, port, to }: Arrival): boolean {
  const speaks = rule.protocol === '*' || protocol === 'all' || protocol === '*' || rule.protocol === protocol;
  return speaks && rule.ports.some((range) => hasPort(range, port)) && leadsTo(rule.destinations, to);
}

/** Service tags and what is not known yet are taken to mean the node. */
function leadsTo(destinations: readonly string[], to: Network | undefined): boolean {
  if (to === undefined || destinations.length === 0) return true;
  return destinations.some((text) => {
    const network = parseNetwork(text);
    return network === undefined || doOverlap(network, to);
  });
}

export function isEverybody(source: string): boolean {
  return ['*', 'any', 'internet', '0.0.0.0/0', '::/0'].includes(source.toLowerCase());
}

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].flatMap(
  (text) => parseNetwork(text) ?? [],
);
const INNER_TAGS = ['virtualnetwork', 'azureloadbalancer', '168.63.129.16', '168.63.129.16/32'];

/** Whether somebody outside may have such an address. */
function isPublic(source: string): boolean {
  if (INNER_TAGS.includes(source.toLowerCase())) return false;
  const network = parseNetwork(source);
  return network === undefined || !PRIVATE.some((inner) => isWithin(network, inner));
}

function isProbe(source: string): boolean {
  return ['*', 'any', 'azureloadbalancer', '168.63.129.16', '168.63.129.16/32', '0.0.0.0/0'].includes(
    source.toLowerCase(),
  );
}
