import { expect, test } from 'vitest';
import { takeInventory, type Inventory } from '../../../src/cluster/show/inventory.ts';
import type { ConcreteResource } from '../../../src/arm/expand-resources.ts';
import { idOf, resource, sampleCluster } from '../../rig/cluster-resources.ts';

const SIZES = new Map([
  ['Standard_D4s_v5', { cores: 4, memoryGib: 16 }],
  ['Standard_D8s_v5', { cores: 8, memoryGib: 32 }],
]);

function inventoryOf(masters: number, pools: number, more: readonly ConcreteResource[] = []): Inventory {
  const { resources, paths } = sampleCluster(masters, pools);
  return takeInventory([...resources, ...more], { paths, sizeOf: (size) => SIZES.get(size) });
}

test('masters that differ in their number alone are one group, with their addresses', () => {
  const [masters] = inventoryOf(3, 0).groups;
  expect(masters).toMatchObject({
    name: 'dcos-master-01234567-0 to 2',
    kind: 'machines',
    count: 3,
    cores: 4,
    memoryGib: 16,
    addresses: ['172.16.0.5', '172.16.0.6', '172.16.0.7'],
    placement: 'availability set',
  });
});

test('a machine of another size is a group of its own', () => {
  const other = resource('Microsoft.Compute/virtualMachines', 'dcos-master-01234567-9', {
    hardwareProfile: { vmSize: 'Standard_D8s_v5' },
  });
  const names = inventoryOf(3, 0, [other]).groups.map(({ name }) => name);
  expect(names).toEqual(['dcos-master-01234567-0 to 2', 'dcos-master-01234567-9']);
});

test('nodes, cores, memory and disks are summed over all nodes', () => {
  expect(inventoryOf(3, 2).totals).toEqual({
    nodes: 9,
    cores: 3 * 4 + 6 * 8,
    memoryGib: 3 * 16 + 6 * 32,
    diskGib: 9 * 64 + 3 * 256,
    publicIps: 3,
    resources: 18,
  });
});

test('a sum over sizes of which one is not known is not known either', () => {
  const other = resource('Microsoft.Compute/virtualMachineScaleSets', 'odd', {}, { sku: { name: 'X1', capacity: 2 } });
  expect(inventoryOf(1, 0, [other]).totals).toMatchObject({ nodes: 3, cores: undefined, memoryGib: undefined });
});

test('a count that is a parameter without a value is not known, and shown all the same', () => {
  const set = resource('Microsoft.Compute/virtualMachineScaleSets', 'odd', {}, { sku: { capacity: '<agentCount>' } });
  const { groups, totals } = inventoryOf(1, 0, [set]);
  expect([groups.at(-1)?.count, totals.nodes]).toEqual([undefined, undefined]);
});

test('ports that are open to the same people are told together, NAT rules as a range', () => {
  const { entries } = inventoryOf(5, 2);
  expect(entries.map(({ ports, sources, isOpen }) => ({ ports, sources, isOpen }))).toEqual([
    { ports: '2200-2204 to 22', sources: ['203.0.113.0/24'], isOpen: true },
    { ports: '80, 443, 8080', sources: ['Internet'], isOpen: true },
  ]);
});

test('each subnet has its security group and its way out', () => {
  const [network] = inventoryOf(1, 2).networks;
  const gateway = idOf('Microsoft.Network/natGateways', 'dcos-nat-01234567');
  expect(network?.subnets.map(({ name, natGateway }) => [name, natGateway])).toEqual([
    ['dcos-masterSubnet', gateway],
    ['dcos-pool0Subnet', gateway],
    ['dcos-pool1Subnet', gateway],
  ]);
});

test('a network that the template finds there is shown by the subnets that nodes are in', () => {
  const subnet = idOf('Microsoft.Network/virtualNetworks/subnets', 'theirs/nodes');
  const set = resource('Microsoft.Compute/virtualMachineScaleSets', 'agents', {
    virtualMachineProfile: {
      networkProfile: {
        networkInterfaceConfigurations: [
          { properties: { ipConfigurations: [{ properties: { subnet: { id: subnet.toUpperCase() } } }] } },
        ],
      },
    },
  });
  const { networks } = inventoryOf(1, 0, [set, { ...set, id: `${set.id}2` }]);
  expect(networks.map(({ name, isExisting, subnets }) => [name, isExisting, subnets.length])).toEqual([
    ['dcos-vnet-01234567', false, 1],
    ['THEIRS', true, 1],
  ]);
});

test('rules and subnets that are resources of their own count like those within', () => {
  const apart = [
    resource('Microsoft.Network/virtualNetworks/subnets', 'dcos-vnet-01234567/late', { addressPrefix: '10.9.0.0/24' }),
    resource('Microsoft.Network/networkSecurityGroups/securityRules', 'dcos-master-nsg-01234567/web', {
      priority: 100,
      direction: 'Inbound',
      access: 'Deny',
      protocol: '*',
      sourceAddressPrefixes: ['10.0.0.0/8', '172.16.0.0/12'],
      destinationPortRanges: ['80', '443'],
    }),
    resource('Microsoft.Network/loadBalancers/inboundNatRules', 'dcos-master-lb-01234567/ssh', {
      protocol: 'Tcp',
      frontendPort: 2222,
      backendPort: 22,
    }),
  ];
  const { networks, securityGroups, balancers } = inventoryOf(1, 0, apart);
  expect(networks[0]?.subnets.at(-1)).toMatchObject({ name: 'late', prefixes: ['10.9.0.0/24'] });
  expect(securityGroups[0]?.rules[0]).toMatchObject({
    name: 'web',
    priority: 100,
    sources: ['10.0.0.0/8', '172.16.0.0/12'],
    ports: ['80', '443'],
  });
  expect(balancers[0]?.rules).toMatchObject([{ name: 'ssh', kind: 'nat', frontendPort: '2222', backendPort: '22' }]);
});
