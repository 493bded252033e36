/** Nodes: scale sets, and machines that differ in nothing but their number. */
import type { ConcreteResource } from '../../arm/expand-resources.ts';
import { isJsonObject, valueAt, type Json } from '../../model/json.ts';
import { idsAt, isOfType, numberAt, objectsAt, sameId, textAt, textsAt } from './fields.ts';

/** What a size of machines has. */
export type SizeOf = (size: string) => { readonly cores: number; readonly memoryGib: number } | undefined;

export interface Disk {
  /** undefined: as large as its image. */
  readonly gib: number | undefined;
  readonly type: string | undefined;
  readonly use: 'system' | 'data';
}

export interface NodeGroup {
  /** Ids of the scale set, or of the machines. */
  readonly ids: readonly string[];
  /** Of one, or `dcos-master-0 to 2`. */
  readonly name: string;
  readonly kind: 'scale set' | 'machines';
  readonly count: number | undefined;
  readonly size: string;
  readonly cores: number | undefined;
  readonly memoryGib: number | undefined;
  readonly disks: readonly Disk[];
  readonly subnet: string | undefined;
  /** Ids of the security groups of its network cards. */
  readonly securityGroups: readonly string[];
  /** Ids of the pools of load balancers that it is in. */
  readonly pools: readonly string[];
  /** Those that are fixed. */
  readonly addresses: readonly string[];
  /** `zones 1, 2, 3`, `availability set`, or nothing. */
  readonly placement: string;
  /** Gallery version, or publisher, offer, SKU and version. */
  readonly image: string;
}

export function takeGroups(resources: readonly ConcreteResource[], sizeOf: SizeOf): readonly NodeGroup[] {
  const machines = resources.filter((each) => isOfType(each, 'Microsoft.Compute/virtualMachines'));
  const alike = new Map<string, NodeGroup[]>();
  for (const machine of machines) {
    const group = machineOf(machine, resources, sizeOf);
    const { size, disks, subnet, image } = group;
    const zoneless = group.placement.startsWith('zone') ? 'zone' : group.placement;
    const key = JSON.stringify([numberless(group.name), size, disks, subnet ?? null, image, zoneless]);
    alike.set(key, [...(alike.get(key) ?? []), group]);
  }
  const sets = resources.filter((each) => isOfType(each, 'Microsoft.Compute/virtualMachineScaleSets'));
  return [...[...alike.values()].map(joined), ...sets.map((set) => setOf(set, sizeOf))];
}

/** Several machines as one line. */
function joined(group: readonly NodeGroup[]): NodeGroup {
  const [first, ...others] = group;
  if (first === undefined) throw new Error('a group without machines');
  const last = others.at(-1);
  if (last === undefined) return first;
  const zones = [...new Set(group.map(({ placement }) => placement.replace(/^zones? /, '')))].toSorted();
  const isZonal = first.placement.startsWith('zone');
  return {
    ...first,
    ids: group.flatMap(({ ids }) => ids),
    name: `${first.name} to ${/\d+$/.exec(last.name)?.[0] ?? last.name}`,
    count: group.length,
    securityGroups: [...new Set(group.flatMap(({ securityGroups }) => securityGroups))],
    pools: [...new Set(group.flatMap(({ pools }) => pools))],
    addresses: group.flatMap(({ addresses }) => addresses),
    placement: isZonal ? `zones ${zones.join(', ')}` : first.placement,
  };
}

function machineOf(machine: ConcreteResource, resources: readonly ConcreteResource[], sizeOf: SizeOf): NodeGroup {
  const { id, name, properties } = machine;
  const nics = objectsAt(properties, 'networkProfile', 'networkInterfaces').flatMap((nic) => {
    const nicId = textAt(nic, 'id');
    return resources.find((each) => sameId(each.id, nicId)) ?? [];
  });
  const addresses = nics.flatMap((nic) => objectsAt(nic.properties, 'ipConfigurations'));
  const set = textAt(properties, 'availabilitySet', 'id');
  return {
    ...{ ids: [id], name, kind: 'machines', count: 1 },
    ...sized(textAt(properties, 'hardwareProfile', 'vmSize') ?? '', sizeOf),
    disks: disksOf(valueAt(properties, ['storageProfile'])),
    subnet: addresses.map((each) => textAt(each, 'properties', 'subnet', 'id')).find((each) => each !== undefined),
    securityGroups: nics.flatMap((nic) => textAt(nic.properties, 'networkSecurityGroup', 'id') ?? []),
    pools: addresses.flatMap((each) => idsAt(each, 'properties', 'loadBalancerBackendAddressPools')),
    addresses: addresses.flatMap((each) => textAt(each, 'properties', 'privateIPAddress') ?? []),
    placement: zonesOf(machine) ?? (set === undefined ? '' : 'availability set'),
    image: imageOf(valueAt(properties, ['storageProfile', 'imageReference'])),
  };
}

function setOf(set: ConcreteResource, sizeOf: SizeOf): NodeGroup {
  const { id, name, properties, sku } = set;
  const profile = valueAt(properties, ['virtualMachineProfile']);
  const nics = objectsAt(profile, 'networkProfile', 'networkInterfaceConfigurations');
  const addresses = nics.flatMap((nic) => objectsAt(nic, 'properties', 'ipConfigurations'));
  return {
    ...{ ids: [id], name, kind: 'scale set', count: numberAt(sku, 'capacity') },
    ...sized(textAt(sku, 'name') ?? '', sizeOf),
    disks: disksOf(isJsonObject(profile) ? valueAt(profile, ['storageProfile']) : undefined),
    subnet: addresses.map((each) => textAt(each, 'properties', 'subnet', 'id')).find((each) => each !== undefined),
    securityGroups: nics.flatMap((nic) => textAt(nic, 'properties', 'networkSecurityGroup', 'id') ?? []),
    pools: addresses.flatMap((each) => idsAt(each, 'properties', 'loadBalancerBackendAddressPools')),
    addresses: [],
    placement: zonesOf(set) ?? '',
    image: imageOf(isJsonObject(profile) ? valueAt(profile, ['storageProfile', 'imageReference']) : undefined),
  };
}

function sized(size: string, sizeOf: SizeOf): Pick<NodeGroup, 'size' | 'cores' | 'memoryGib'> {
  const { cores, memoryGib } = sizeOf(size) ?? {};
  return { size, cores, memoryGib };
}

function disksOf(storage: Json | undefined): readonly Disk[] {
  const disk = (json: Json | undefined, use: Disk['use']): Disk => ({
    use,
    gib: numberAt(json, 'diskSizeGB'),
    type: textAt(json, 'managedDisk', 'storageAccountType'),
  });
  const system = isJsonObject(storage) ? valueAt(storage, ['osDisk']) : undefined;
  return [disk(system, 'system'), ...objectsAt(storage, 'dataDisks').map((each) => disk(each, 'data'))];
}

function zonesOf({ zones }: ConcreteResource): string | undefined {
  const names = textsAt({ zones: zones ?? null }, 'zones');
  if (names.length === 0) return undefined;
  return `${names.length === 1 ? 'zone' : 'zones'} ${names.join(', ')}`;
}

function imageOf(reference: Json | undefined): string {
  const parts = ['publisher', 'offer', 'sku', 'version'].flatMap((key) => textAt(reference, key) ?? []);
  return textAt(reference, 'id') ?? parts.join(' ');
}

function numberless(name: string): string {
  return name.replace(/\d+$/, '');
}
