/** Networks and subnets: those of the template, and those that it finds there. */
import type { ConcreteResource } from '../../arm/expand-resources.ts';
import { isOfType, lastName, parentId, partsOf, sameId, textAt, textsAt } from './fields.ts';
import type { NodeGroup } from './node-groups.ts';

export interface Network {
  readonly id: string;
  readonly name: string;
  /** Whether it is there before the template. */
  readonly isExisting: boolean;
  readonly prefixes: readonly string[];
  readonly subnets: readonly Subnet[];
}

export interface Subnet {
  readonly id: string;
  readonly name: string;
  readonly prefixes: readonly string[];
  /** Id of its security group. */
  readonly securityGroup: string | undefined;
  readonly natGateway: string | undefined;
  /** Whether machines in it go out by addresses that Azure lends; undefined: the template does not say. */
  readonly isDefaultOutbound: boolean | undefined;
}

export function takeNetworks(resources: readonly ConcreteResource[], groups: readonly NodeGroup[]): readonly Network[] {
  const own = resources
    .filter((each) => isOfType(each, 'Microsoft.Network/virtualNetworks'))
    .map((network) => ({
      ...{ id: network.id, name: network.name, isExisting: false },
      prefixes: textsAt(network.properties, 'addressSpace', 'addressPrefixes'),
      subnets: partsOf(network, 'subnets', resources).map(({ id, name, properties }) => ({
        ...{ id, name },
        prefixes: [...textsAt(properties, 'addressPrefix'), ...textsAt(properties, 'addressPrefixes')],
        securityGroup: textAt(properties, 'networkSecurityGroup', 'id'),
        natGateway: textAt(properties, 'natGateway', 'id'),
        isDefaultOutbound: isFalse(properties['defaultOutboundAccess']) ? false : undefined,
      })),
    }));
  return [...own, ...existing(own, groups)];
}

function isFalse(value: unknown): boolean {
  return value === false;
}

/** Of subnets in which there are nodes, and which the template does not make. */
function existing(own: readonly Network[], groups: readonly NodeGroup[]): readonly Network[] {
  const known = own.flatMap(({ subnets }) => subnets);
  const found = new Map<string, Network>();
  for (const { subnet: id } of groups) {
    if (id === undefined || known.some((each) => sameId(each.id, id))) continue;
    const network = parentId(id);
    const key = network.toLowerCase();
    const before = found.get(key) ?? {
      ...{ id: network, name: lastName(network), isExisting: true, prefixes: [], subnets: [] },
    };
    if (before.subnets.some((each) => sameId(each.id, id))) continue;
    const subnet = { id, name: lastName(id), prefixes: [] };
    const unknown = { securityGroup: undefined, natGateway: undefined, isDefaultOutbound: undefined };
    found.set(key, { ...before, subnets: [...before.subnets, { ...subnet, ...unknown }] });
  }
  return [...found.values()];
}
