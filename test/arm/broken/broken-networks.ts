/** Templates that break the rules of networks. */
import type { JsonObject } from '../../../src/model/json.ts';
import {
  address,
  balancer,
  balancing,
  group,
  machine,
  network,
  networkId,
  networkInterface,
  POOL,
  FRONTEND,
  rule,
  SIZE,
  subnet,
  templateOf,
} from '../templates.ts';

const SUBNET = networkId('virtualNetworks/subnets', 'net', 'one');
const ONE = subnet('one', '10.0.0.0/24');

/** For each rule the smallest templates that break it, and no other. */
export const BROKEN_NETWORKS: Readonly<Record<string, readonly JsonObject[]>> = {
  'Subnets-Must-Not-Overlap': [templateOf([network([ONE, subnet('two', '10.0.0.128/25')])])],
  'Subnets-Must-Be-Within-Network': [templateOf([network([subnet('one', '10.1.0.0/24')])])],
  'Addresses-Must-Fit-Subnet': [
    addresses('10.0.1.4'),
    addresses('10.0.0.3'),
    addresses('10.0.0.255'),
    addresses('10.0.0.4', '10.0.0.4'),
  ],
  'Nodes-Need-Explicit-Egress': [
    templateOf([network([ONE]), networkInterface('nic', { subnet: SUBNET }, { dependsOn: ['net'] })]),
  ],
  'Load-Balancers-Must-Be-Standard': [templateOf([address(), balancer({}, { sku: { name: 'Basic' } })])],
  'Public-IPs-Must-Be-Standard': [templateOf([address(undefined, { sku: { name: 'Basic' } })])],
  'Public-IPs-Must-Be-Static': [templateOf([address({ publicIPAllocationMethod: 'Dynamic' })])],
  'NAT-Rules-Have-No-Location': [withNatRule({ location: "[parameters('location')]" })],
  'Frontend-Ports-Must-Differ': [
    behind({ loadBalancingRules: [balancing('a', 80), balancing('b', 80)] }, [rule('http', 100)]),
  ],
  'Frontend-Ports-Must-Reach-Machines': [
    behind({ loadBalancingRules: [balancing('a', 80)] }, [rule('https', 100, { destinationPortRange: '443' })]),
    templateOf([address(), balancer({ loadBalancingRules: [balancing('a', 80)] })]),
  ],
  'Security-Rule-Priorities-Must-Differ': [
    templateOf([group([rule('a', 100), rule('b', 100)])]),
    templateOf([group([rule('a', 99)])]),
  ],
  'Security-Rule-Names-Must-Differ': [templateOf([group([rule('a', 100), rule('A', 110)])])],
  'Masters-Must-Not-Be-Open-To-Everybody': [
    master([rule('ssh', 100, { destinationPortRange: '22' })]),
    master([rule('all', 100, { destinationPortRange: '8000-9000', sourceAddressPrefix: '*' })]),
  ],
};

/** An interface `nic` of a machine that is called a master. */
function master(rules: readonly JsonObject[]): JsonObject {
  const gateway = {
    type: 'Microsoft.Network/natGateways',
    apiVersion: '2025-07-01',
    name: 'nat',
    location: "[parameters('location')]",
  };
  const nic = networkInterface(
    'nic',
    { subnet: SUBNET },
    { dependsOn: ['net', 'group'], properties: { networkSecurityGroup: networkId('networkSecurityGroups', 'group') } },
  );
  const one = machine(
    { networkProfile: { networkInterfaces: [networkId('networkInterfaces', 'nic')] } },
    { name: 'master0', dependsOn: ['nic'] },
  );
  const net = network(
    [subnet('one', '10.0.0.0/24', { natGateway: networkId('natGateways', 'nat') })],
    {},
    { dependsOn: ['nat'] },
  );
  return templateOf([group(rules), gateway, net, nic, one], SIZE);
}

/** A machine behind the load balancer `lb`. */
export function behind(properties: JsonObject, rules: readonly JsonObject[], parameters: JsonObject = {}): JsonObject {
  const configuration = { subnet: SUBNET, loadBalancerBackendAddressPools: [POOL] };
  const more = {
    dependsOn: ['net', 'lb', 'group'],
    properties: { networkSecurityGroup: networkId('networkSecurityGroups', 'group') },
  };
  const nic = networkInterface('nic', configuration, more);
  return templateOf([group(rules), address(), network([ONE]), balancer(properties), nic], { parameters });
}

function addresses(...given: readonly string[]): JsonObject {
  const gateway = { natGateway: { id: '/subscriptions/1/resourceGroups/g/providers/Microsoft.Network/natGateways/n' } };
  const id = "[parameters('gateway')]";
  const net = network([subnet('one', '10.0.0.0/24', { natGateway: { ...gateway.natGateway, id } })]);
  const nics = given.map((privateIPAddress, at) =>
    networkInterface(`nic${at}`, { subnet: SUBNET, privateIPAddress }, { dependsOn: ['net'] }),
  );
  return templateOf([net, ...nics], { parameters: { gateway: { type: 'string' } } });
}

export function withNatRule(body: JsonObject): JsonObject {
  const id = networkId('loadBalancers/inboundNatRules', 'lb', 'ssh');
  const ssh = {
    ...{
      type: 'Microsoft.Network/loadBalancers/inboundNatRules',
      apiVersion: '2025-07-01',
      name: 'lb/ssh',
      dependsOn: ['lb'],
    },
    properties: { frontendIPConfiguration: FRONTEND, protocol: 'Tcp', frontendPort: 2200, backendPort: 22 },
  };
  const configuration = { subnet: SUBNET, loadBalancerBackendAddressPools: [POOL], loadBalancerInboundNatRules: [id] };
  const more = {
    dependsOn: ['net', 'lb', 'group', 'lb/ssh'],
    properties: { networkSecurityGroup: networkId('networkSecurityGroups', 'group') },
  };
  const rules = [rule('http', 100), rule('ssh', 110, { destinationPortRange: '22' })];
  const lb = balancer({ loadBalancingRules: [balancing('a', 80)] });
  return templateOf([
    group(rules),
    address(),
    network([ONE]),
    lb,
    { ...ssh, ...body },
    networkInterface('nic', configuration, more),
  ]);
}
