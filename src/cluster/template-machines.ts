/** The machines that a template makes, one by one, as each of them sees itself. */
import type { ConcreteResource } from '../arm/expand-resources.ts';
import { addressCount, ipText, networkOf, parseCidr, parseIp, type Cidr, type IpAddress } from '../model/cidr.ts';
import type { Json } from '../model/json.ts';
import { valueAt } from '../model/json.ts';
import { RESERVED_FIRST } from '../recipe/cluster-subnets.ts';
import { isOfType, numberAt, objectsAt, partsOf, sameId, textAt, textsAt } from './show/fields.ts';

export interface TemplateMachine {
  readonly hostName: string;
  readonly userName: string;
  /** `master`, or the name of its pool. */
  readonly group: string;
  readonly ip: string;
  readonly prefixLength: number;
  /** As cloud-init gets it. */
  readonly customData: string;
}

/** What Azure adds to the names of the machines of a scale set. */
const INSTANCE_DIGITS = 6;

interface Draft {
  readonly hostName: string;
  readonly resource: ConcreteResource;
  readonly os: Json | undefined;
  readonly subnetId: string | undefined;
  /** If it is static. */
  readonly ip: string | undefined;
}

/**
 * Addresses that are not static are the first ones of the subnet that are free, as Azure gives them.
 *
 * @param rangeOf range of a subnet that the template does not make, by its id
 */
export function templateMachines(
  resources: readonly ConcreteResource[],
  rangeOf: (subnetId: string) => string | undefined,
): readonly TemplateMachine[] {
  const drafts = resources.flatMap((resource): readonly Draft[] => {
    if (isOfType(resource, 'Microsoft.Compute/virtualMachines')) return [singleMachine(resource, resources)];
    return isOfType(resource, 'Microsoft.Compute/virtualMachineScaleSets') ? machinesOfSet(resource) : [];
  });
  const subnets = subnetsOf(resources);
  const taken = new Set(drafts.flatMap(({ ip = '' }) => parseIp(ip) ?? []));
  return drafts.map(({ hostName, resource, os, subnetId, ip }): TemplateMachine => {
    const range = parseCidr(subnets.get(subnetId?.toLowerCase() ?? '') ?? rangeOf(subnetId ?? '') ?? '');
    if (range === undefined) throw new Error(`${resource.name} is in no subnet that is known: ${subnetId}`);
    return {
      ...{ hostName, ip: ip ?? takeAddress(range, taken), prefixLength: range.length, group: groupOf(resource) },
      userName: textAt(os, 'adminUsername') ?? '',
      customData: Buffer.from(textAt(os, 'customData') ?? '', 'base64').toString(),
    };
  });
}

function singleMachine(resource: ConcreteResource, resources: readonly ConcreteResource[]): Draft {
  const [card] = objectsAt(resource.properties, 'networkProfile', 'networkInterfaces');
  const nic = resources.find(({ id }) => sameId(id, textAt(card, 'id')));
  const [configuration] = nic === undefined ? [] : objectsAt(nic.properties, 'ipConfigurations');
  const os = valueAt(resource.properties, ['osProfile']);
  return {
    ...{ resource, os, hostName: textAt(os, 'computerName') ?? resource.name },
    subnetId: textAt(configuration, 'properties', 'subnet', 'id'),
    ip: textAt(configuration, 'properties', 'privateIPAddress'),
  };
}

function machinesOfSet(resource: ConcreteResource): readonly Draft[] {
  const profile = valueAt(resource.properties, ['virtualMachineProfile']);
  const os = valueAt(resource.properties, ['virtualMachineProfile', 'osProfile']);
  const [card] = objectsAt(profile, 'networkProfile', 'networkInterfaceConfigurations');
  const [configuration] = objectsAt(card, 'properties', 'ipConfigurations');
  const subnetId = textAt(configuration, 'properties', 'subnet', 'id');
  const prefix = textAt(os, 'computerNamePrefix') ?? resource.name;
  return Array.from({ length: numberAt(resource.sku, 'capacity') ?? 0 }, (_, index) => {
    const hostName = `${prefix}${index.toString(36).toUpperCase().padStart(INSTANCE_DIGITS, '0')}`;
    return { resource, os, hostName, subnetId, ip: undefined };
  });
}

/** Ranges by id in small letters. */
function subnetsOf(resources: readonly ConcreteResource[]): ReadonlyMap<string, string> {
  const networks = resources.filter((each) => isOfType(each, 'Microsoft.Network/virtualNetworks'));
  return new Map(
    networks
      .flatMap((network) => partsOf(network, 'subnets', resources))
      .flatMap(({ id, properties }) => {
        const [range] = [...textsAt(properties, 'addressPrefix'), ...textsAt(properties, 'addressPrefixes')];
        return range === undefined ? [] : [[id.toLowerCase(), range]];
      }),
  );
}

function takeAddress(range: Cidr, taken: Set<IpAddress>): string {
  const { address: first } = networkOf(range);
  let address = first + RESERVED_FIRST;
  while (taken.has(address)) address += 1;
  if (address >= first + addressCount(range) - 1) throw new Error('the subnet is full');
  taken.add(address);
  return ipText(address);
}

/** By the tags that the template gives its machines. */
function groupOf({ tags, name }: ConcreteResource): string {
  if (textAt(tags, 'orchestratorNode') === 'master') return 'master';
  return textAt(tags, 'poolName') ?? name;
}
