/** Network interfaces, of virtual machines and scale sets alike, and what they are attached to. */
import { valueAt, type Json, type JsonObject } from '../model/json.ts';
import type { ConcreteResource } from './expand-resources.ts';
import { idsAt, listAt, objectsAt, textAt } from './look.ts';
import { parseNetwork, type Network } from './network.ts';
import { idKey } from './resource-id.ts';

/** One address of an interface. */
export interface Attachment {
  /** The machine or scale set; the interface itself while no machine has it. */
  readonly owner: string;
  readonly isScaleSet: boolean;
  readonly subnet: string | undefined;
  readonly nsg: string | undefined;
  readonly pools: readonly string[];
  readonly natRules: readonly string[];
  readonly natPools: readonly string[];
  readonly publicIp: string | undefined;
  /** The static private address. */
  readonly address: string | undefined;
}

export interface Subnet {
  readonly id: string;
  readonly prefix: string | undefined;
  readonly nsg: string | undefined;
  readonly natGateway: string | undefined;
  /** Whether a table says where packets go, to a firewall for example. */
  readonly hasRoutes: boolean;
  readonly source: ConcreteResource;
}

const NETWORKS = 'microsoft.network/virtualnetworks';

/** Those within networks and those beside them, by id. */
export function readSubnets(resources: readonly ConcreteResource[]): Map<string, Subnet> {
  const subnets = resources.flatMap((source) => {
    if (isOfType(source, `${NETWORKS}/subnets`)) return [readSubnet(source.id, source.properties, source)];
    if (!isOfType(source, NETWORKS)) return [];
    return objectsAt(source.properties, 'subnets').map((one) =>
      readSubnet(`${source.id}/subnets/${textAt(one, 'name') ?? ''}`, one['properties'] ?? null, source),
    );
  });
  return new Map(subnets.map((subnet) => [idKey(subnet.id), subnet]));
}

function readSubnet(id: string, properties: Json, source: ConcreteResource): Subnet {
  const [first] = listAt(properties, 'addressPrefixes');
  return {
    id,
    prefix: textAt(properties, 'addressPrefix') ?? (typeof first === 'string' ? first : undefined),
    nsg: textAt(properties, 'networkSecurityGroup', 'id'),
    natGateway: textAt(properties, 'natGateway', 'id'),
    hasRoutes: textAt(properties, 'routeTable', 'id') !== undefined,
    source,
  };
}

export function readAttachments(resources: readonly ConcreteResource[]): Attachment[] {
  const owners = new Map<string, string>();
  for (const machine of resources.filter((one) => isOfType(one, 'microsoft.compute/virtualmachines'))) {
    const ids = idsAt(machine.properties, 'networkProfile', 'networkInterfaces');
    for (const id of ids) owners.set(idKey(id), machine.id);
  }
  return resources.flatMap((resource) => {
    if (isOfType(resource, 'microsoft.network/networkinterfaces')) {
      const owner = owners.get(idKey(resource.id)) ?? resource.id;
      return ofInterface(resource.properties, { owner, isScaleSet: false });
    }
    if (!isOfType(resource, 'microsoft.compute/virtualmachinescalesets')) return [];
    const path = ['virtualMachineProfile', 'networkProfile', 'networkInterfaceConfigurations'];
    return objectsAt(resource.properties, ...path).flatMap((one) =>
      ofInterface(one['properties'] ?? null, { owner: resource.id, isScaleSet: true }),
    );
  });
}

function ofInterface(properties: Json, owner: Pick<Attachment, 'owner' | 'isScaleSet'>): Attachment[] {
  const nsg = textAt(properties, 'networkSecurityGroup', 'id');
  return objectsAt(properties, 'ipConfigurations').map((configuration) => {
    const inner = configuration['properties'] ?? null;
    return {
      ...owner,
      nsg,
      subnet: textAt(inner, 'subnet', 'id'),
      pools: idsAt(inner, 'loadBalancerBackendAddressPools'),
      natRules: idsAt(inner, 'loadBalancerInboundNatRules'),
      natPools: idsAt(inner, 'loadBalancerInboundNatPools'),
      publicIp: publicIpOf(configuration, owner),
      address: textAt(inner, 'privateIPAddress'),
    };
  });
}

/** Machines of a scale set may get addresses that are no resources of their own. */
function publicIpOf(configuration: JsonObject, { owner, isScaleSet }: Pick<Attachment, 'owner' | 'isScaleSet'>) {
  if (!isScaleSet) return textAt(configuration, 'properties', 'publicIPAddress', 'id');
  const own = valueAt(configuration, ['properties', 'publicIPAddressConfiguration']);
  return own === undefined ? undefined : `${owner}/publicIPAddresses/${textAt(own, 'name') ?? ''}`;
}

/** Where a node is: its address, or else its subnet. */
export function whereabouts(
  { address, subnet }: Attachment,
  subnets: ReadonlyMap<string, Subnet>,
): Network | undefined {
  const exact = address === undefined ? undefined : parseNetwork(address);
  return exact ?? parseNetwork(subnets.get(idKey(subnet ?? ''))?.prefix ?? '');
}

export function isOfType({ type }: ConcreteResource, lowerType: string): boolean {
  return type.toLowerCase() === lowerType;
}
