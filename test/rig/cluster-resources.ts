/** Resources of a cluster as the expansion of a template gives them, for tests of what is made of them. */
import type { ConcreteResource } from '../../src/arm/expand-resources.ts';
import type { OpenPath } from '../../src/arm/open-path.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';

const PROVIDERS = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/';
const NETWORK = 'Microsoft.Network';

/** `Microsoft.Network/virtualNetworks/subnets` and `net/a` give `…/virtualNetworks/net/subnets/a`. */
export function idOf(type: string, name: string): string {
  const [namespace = '', ...types] = type.split('/');
  const names = name.split('/');
  return `${PROVIDERS}${namespace}/${types.map((each, index) => `${each}/${names[index] ?? ''}`).join('/')}`;
}

export function resource(
  type: string,
  name: string,
  properties: JsonObject,
  more: Partial<ConcreteResource> = {},
): ConcreteResource {
  return { id: idOf(type, name), type, name, apiVersion: '2025-01-01', dependsOn: [], path: [], properties, ...more };
}

export interface SampleCluster {
  readonly resources: readonly ConcreteResource[];
  readonly paths: readonly OpenPath[];
}

const SUFFIX = '01234567';

/** As our templates have it: every second pool is public, each in a subnet of its own, with one NAT gateway for all. */
export function sampleCluster(masters: number, pools: number): SampleCluster {
  const places = Array.from({ length: pools }, (_, index) => `pool${index}`);
  const parts = [masterPart(masters), ...places.map((name, index) => poolPart(name, index))];
  return {
    resources: [...networkPart(places), ...parts.flatMap(({ resources }) => resources)],
    paths: parts.flatMap(({ paths }) => paths),
  };
}

function networkPart(places: readonly string[]): readonly ConcreteResource[] {
  const [gateway, address] = [idOf(`${NETWORK}/natGateways`, `dcos-nat-${SUFFIX}`), `dcos-nat-ip-${SUFFIX}`];
  const subnet = (name: string, addressPrefix: string): Json => ({
    name: `dcos-${name}Subnet`,
    properties: {
      addressPrefix,
      natGateway: { id: gateway },
      networkSecurityGroup: { id: idOf(`${NETWORK}/networkSecurityGroups`, `dcos-${name}-nsg-${SUFFIX}`) },
    },
  });
  return [
    publicIp(address),
    resource(`${NETWORK}/natGateways`, `dcos-nat-${SUFFIX}`, {
      publicIpAddresses: [{ id: idOf(`${NETWORK}/publicIPAddresses`, address) }],
    }),
    resource(`${NETWORK}/virtualNetworks`, `dcos-vnet-${SUFFIX}`, {
      addressSpace: { addressPrefixes: ['172.16.0.0/24', '10.0.0.0/8'] },
      subnets: [
        subnet('master', '172.16.0.0/24'),
        ...places.map((name, index) => subnet(name, `10.${32 * index}.0.0/11`)),
      ],
    }),
  ];
}

function publicIp(name: string, label?: string): ConcreteResource {
  const dns = label === undefined ? {} : { dnsSettings: { domainNameLabel: label } };
  const more = { sku: { name: 'Standard' } };
  return resource(`${NETWORK}/publicIPAddresses`, name, { publicIPAllocationMethod: 'Static', ...dns }, more);
}

function guard(name: string, rules: readonly Json[]): ConcreteResource {
  return resource(`${NETWORK}/networkSecurityGroups`, `dcos-${name}-nsg-${SUFFIX}`, { securityRules: rules });
}

function allow(name: string, priority: number, port: string, source: string): Json {
  const ports = { sourcePortRange: '*', destinationPortRange: port, destinationAddressPrefix: '*' };
  const rule = { priority, direction: 'Inbound', access: 'Allow', protocol: 'Tcp', sourceAddressPrefix: source };
  return { name, properties: { ...rule, ...ports } };
}

function balancer(name: string, address: string): ConcreteResource {
  const frontend = { publicIPAddress: { id: idOf(`${NETWORK}/publicIPAddresses`, address) } };
  return resource(
    `${NETWORK}/loadBalancers`,
    `dcos-${name}-lb-${SUFFIX}`,
    {
      frontendIPConfigurations: [{ name: 'frontend', properties: frontend }],
      backendAddressPools: [{ name: 'pool' }],
    },
    { sku: { name: 'Standard' } },
  );
}

function ipConfiguration(place: string, loadBalancer: ConcreteResource | undefined, address?: string): Json {
  const subnet = idOf(`${NETWORK}/virtualNetworks/subnets`, `dcos-vnet-${SUFFIX}/dcos-${place}Subnet`);
  const pools = loadBalancer === undefined ? [] : [{ id: `${loadBalancer.id}/backendAddressPools/pool` }];
  const fixed = address === undefined ? {} : { privateIPAddress: address };
  return { name: 'ip', properties: { ...fixed, subnet: { id: subnet }, loadBalancerBackendAddressPools: pools } };
}

function masterPart(count: number): SampleCluster {
  const address = publicIp(`dcos-master-ip-${SUFFIX}`, 'mydcos');
  const front = balancer('master', address.name);
  const machines = Array.from({ length: count }, (_, index) => {
    const nic = resource(`${NETWORK}/networkInterfaces`, `dcos-master-${SUFFIX}-nic-${index}`, {
      ipConfigurations: [ipConfiguration('master', front, `172.16.0.${5 + index}`)],
    });
    const machine = resource('Microsoft.Compute/virtualMachines', `dcos-master-${SUFFIX}-${index}`, {
      hardwareProfile: { vmSize: 'Standard_D4s_v5' },
      availabilitySet: { id: idOf('Microsoft.Compute/availabilitySets', 'set') },
      storageProfile: {
        imageReference: { id: '/images/node/versions/1.7.0' },
        osDisk: { diskSizeGB: 64, managedDisk: { storageAccountType: 'Premium_LRS' } },
      },
      osProfile: { customData: 'I2Nsb3VkLWNvbmZpZw==' },
      networkProfile: { networkInterfaces: [{ id: nic.id }] },
    });
    return { nic, machine };
  });
  const path = { publicIp: address.id, loadBalancer: front.id, protocol: 'Tcp' };
  const from = [{ nsg: 'nsg', rule: 'ssh', sources: ['203.0.113.0/24'] }];
  return {
    resources: [
      ...[address, front, guard('master', [allow('ssh', 200, '22', '203.0.113.0/24')])],
      ...machines.flatMap(({ nic, machine }) => [nic, machine]),
    ],
    paths: machines.flatMap(({ machine }, index): readonly OpenPath[] => [
      {
        ...{ ...path, frontendPort: 2200 + index, backendPort: 22, kind: 'nat', name: `ssh-${index}` },
        ...{ targets: [machine.id], allowed: from, sources: ['203.0.113.0/24'], isOpen: true },
      },
    ]),
  };
}

function poolPart(name: string, index: number): SampleCluster {
  const isPublic = index % 2 === 1;
  const address = publicIp(`dcos-${name}-ip-${SUFFIX}`, `mydcos-${name}`);
  const front = balancer(name, address.name);
  const nic = { properties: { ipConfigurations: [ipConfiguration(name, isPublic ? front : undefined)] } };
  const disks = index % 3 === 0 ? [0, 1].map((lun) => ({ lun, diskSizeGB: 128 })) : [];
  const set = resource(
    'Microsoft.Compute/virtualMachineScaleSets',
    `dcos-${name}-${SUFFIX}-vmss0`,
    {
      virtualMachineProfile: {
        storageProfile: { osDisk: { diskSizeGB: 64 }, dataDisks: disks },
        networkProfile: { networkInterfaceConfigurations: [nic] },
      },
    },
    { sku: { name: 'Standard_D8s_v5', capacity: 3 }, zones: ['1', '2', '3'] },
  );
  if (!isPublic) return { resources: [guard(name, []), set], paths: [] };
  const ports = [80, 443, 8080];
  const rules = ports.map((port, order) => allow(`Allow_${port}`, 200 + order, String(port), 'Internet'));
  const allowed = [{ nsg: 'nsg', rule: 'allow', sources: ['Internet'] }];
  const path = { publicIp: address.id, loadBalancer: front.id, protocol: 'Tcp', kind: 'rule' as const };
  return {
    resources: [address, front, guard(name, rules), set],
    paths: ports.map((port) => ({
      ...{ ...path, frontendPort: port, backendPort: port, name: `LBRule${port}` },
      ...{ targets: [set.id], allowed, sources: ['Internet'], isOpen: true },
    })),
  };
}
