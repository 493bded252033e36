import { expect, test } from 'vitest';
import { expandTemplate } from '../../src/arm/expand.ts';
import type { OpenPath } from '../../src/arm/open-path.ts';
import { openPaths } from '../../src/arm/reach.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';

const NET = 'Microsoft.Network';
const common = { apiVersion: '2024-05-01', location: 'westeurope' };

function id(type: string, ...names: readonly string[]): { id: string } {
  return { id: `[resourceId('${NET}/${type}', ${names.map((name) => `'${name}'`).join(', ')})]` };
}

function rule(name: string, priority: number, more: JsonObject = {}): JsonObject {
  const properties = {
    ...{ priority, direction: 'Inbound', access: 'Allow', protocol: 'Tcp', sourceAddressPrefix: 'Internet' },
    ...{ sourcePortRange: '*', destinationAddressPrefix: '*', destinationPortRange: '80' },
  };
  return { name, properties: { ...properties, ...more } };
}

interface Parts {
  readonly rules?: readonly JsonObject[];
  readonly subnetRules?: readonly JsonObject[];
  readonly sku?: string;
  readonly balancer?: JsonObject;
  readonly configuration?: JsonObject;
  readonly more?: readonly JsonObject[];
}

function group(name: string, securityRules: readonly JsonObject[] | undefined): JsonObject[] {
  return securityRules === undefined
    ? []
    : [{ type: `${NET}/networkSecurityGroups`, ...common, name, properties: { securityRules } }];
}

/** A machine `vm` behind a load balancer `lb` with the frontend `f` and the pool `p`. */
function paths({
  rules,
  subnetRules,
  sku = 'Standard',
  balancer,
  configuration,
  more = [],
}: Parts): readonly OpenPath[] {
  const frontend = id('loadBalancers/frontendIPConfigurations', 'lb', 'f');
  const pool = id('loadBalancers/backendAddressPools', 'lb', 'p');
  const web: Json = {
    name: 'web',
    properties: {
      frontendIPConfiguration: frontend,
      backendAddressPool: pool,
      protocol: 'Tcp',
      frontendPort: 80,
      backendPort: 80,
    },
  };
  const subnet: JsonObject = {
    addressPrefix: '10.0.0.0/24',
    ...(subnetRules === undefined ? {} : { networkSecurityGroup: id('networkSecurityGroups', 'outer') }),
  };
  const ip: JsonObject = {
    subnet: id('virtualNetworks/subnets', 'v', 's'),
    loadBalancerBackendAddressPools: [pool],
    privateIPAddress: '10.0.0.4',
  };
  const resources = [
    ...group('inner', rules),
    ...group('outer', subnetRules),
    { type: `${NET}/publicIPAddresses`, ...common, name: 'ip', sku: { name: sku } },
    {
      type: `${NET}/virtualNetworks`,
      ...common,
      name: 'v',
      properties: { subnets: [{ name: 's', properties: subnet }] },
    },
    {
      ...{ type: `${NET}/loadBalancers`, ...common, name: 'lb', sku: { name: sku } },
      properties: {
        frontendIPConfigurations: [{ name: 'f', properties: { publicIPAddress: id('publicIPAddresses', 'ip') } }],
        backendAddressPools: [{ name: 'p' }],
        ...(balancer ?? { loadBalancingRules: [web] }),
      },
    },
    {
      ...{ type: `${NET}/networkInterfaces`, ...common, name: 'nic' },
      properties: {
        ...(rules === undefined ? {} : { networkSecurityGroup: id('networkSecurityGroups', 'inner') }),
        ipConfigurations: [{ name: 'c', properties: { ...ip, ...configuration } }],
      },
    },
    {
      type: 'Microsoft.Compute/virtualMachines',
      ...common,
      name: 'vm',
      properties: { networkProfile: { networkInterfaces: [id('networkInterfaces', 'nic')] } },
    },
    ...more,
  ];
  const { resources: made, mistakes } = expandTemplate({ resources });
  expect(mistakes).toEqual([]);
  return openPaths(made);
}

test('a rule leads to the machines of its pool if a group allows it', () => {
  const [path, ...others] = paths({ rules: [rule('http', 200)] });
  expect(others).toEqual([]);
  expect(path).toMatchObject({
    kind: 'rule',
    name: 'web',
    frontendPort: 80,
    backendPort: 80,
    protocol: 'tcp',
    isOpen: true,
    sources: ['Internet'],
  });
  expect(path?.publicIp).toMatch(/publicIPAddresses\/ip$/);
  expect(path?.targets).toEqual([expect.stringMatching(/virtualMachines\/vm$/)]);
  expect(path?.allowed).toMatchObject([{ rule: 'http', sources: ['Internet'] }]);
});

test('a Standard address is closed without a group, a Basic one open', () => {
  expect(paths({})).toMatchObject([{ isOpen: false, why: expect.stringContaining('without one Standard is closed') }]);
  expect(paths({ sku: 'Basic' })).toMatchObject([{ isOpen: true, allowed: [], sources: ['Internet'] }]);
});

test.each<[string, readonly JsonObject[], boolean, readonly string[]]>([
  ['no rule', [], false, []],
  ['another port', [rule('a', 100, { destinationPortRange: '443' })], false, []],
  ['a range', [rule('a', 100, { destinationPortRange: '1-1000' })], true, ['Internet']],
  [
    'a list of ports',
    [rule('a', 100, { destinationPortRange: '', destinationPortRanges: ['22', '80'] })],
    true,
    ['Internet'],
  ],
  ['another protocol', [rule('a', 100, { protocol: 'Udp' })], false, []],
  ['any protocol', [rule('a', 100, { protocol: '*' })], true, ['Internet']],
  ['outbound', [rule('a', 100, { direction: 'Outbound' })], false, []],
  ['denied before', [rule('a', 100, { access: 'Deny' }), rule('b', 200)], false, []],
  ['denied after', [rule('b', 300, { access: 'Deny' }), rule('a', 200)], true, ['Internet']],
  [
    'only from inside',
    [rule('a', 100, { sourceAddressPrefix: 'VirtualNetwork' }), rule('b', 110, { sourceAddressPrefix: '10.0.0.0/8' })],
    false,
    [],
  ],
  [
    'a prefix before a denial',
    [
      rule('a', 100, { sourceAddressPrefix: '203.0.113.0/24' }),
      rule('b', 200, { access: 'Deny', sourceAddressPrefix: '*' }),
      rule('c', 300),
    ],
    true,
    ['203.0.113.0/24'],
  ],
  [
    'several prefixes',
    [rule('a', 100, { sourceAddressPrefix: '', sourceAddressPrefixes: ['203.0.113.0/24', '198.51.100.7'] })],
    true,
    ['198.51.100.7', '203.0.113.0/24'],
  ],
  ['another destination', [rule('a', 100, { destinationAddressPrefix: '10.0.0.9/32' })], false, []],
  ['this destination', [rule('a', 100, { destinationAddressPrefix: '10.0.0.4/30' })], true, ['Internet']],
])('a group with %s', (_, rules, isOpen, sources) => {
  expect(paths({ rules })).toMatchObject([{ isOpen, sources }]);
});

test('the group of the subnet and that of the interface must both allow', () => {
  const near = rule('near', 100, { sourceAddressPrefix: '203.0.113.0/24' });
  expect(paths({ rules: [rule('a', 100)], subnetRules: [] })).toMatchObject([
    { isOpen: false, why: expect.stringContaining('"outer"') },
  ]);
  expect(paths({ rules: [rule('a', 100)], subnetRules: [near] })).toMatchObject([
    { isOpen: true, sources: ['203.0.113.0/24'] },
  ]);
  const far = rule('far', 100, { sourceAddressPrefix: '198.51.100.0/24' });
  expect(paths({ rules: [far], subnetRules: [near] })).toMatchObject([
    { isOpen: false, why: expect.stringContaining('different addresses') },
  ]);
});

test('a group that keeps the probe out closes the path', () => {
  const frontend = id('loadBalancers/frontendIPConfigurations', 'lb', 'f');
  const pool = id('loadBalancers/backendAddressPools', 'lb', 'p');
  const probe = id('loadBalancers/probes', 'lb', 'alive');
  const balancer = {
    probes: [{ name: 'alive', properties: { port: 81, protocol: 'Tcp' } }],
    loadBalancingRules: [
      {
        name: 'web',
        properties: {
          frontendIPConfiguration: frontend,
          backendAddressPool: pool,
          probe,
          protocol: 'Tcp',
          frontendPort: 80,
          backendPort: 80,
        },
      },
    ],
  };
  expect(paths({ balancer, rules: [rule('a', 100)] })).toMatchObject([{ isOpen: true }]);
  const denial = rule('no', 200, { access: 'Deny', sourceAddressPrefix: '*', destinationPortRange: '*' });
  expect(paths({ balancer, rules: [rule('a', 100), denial] })).toMatchObject([
    { isOpen: false, why: 'The rule "no" keeps the probe out of port 81.' },
  ]);
});

test('a NAT rule beside its load balancer leads to the interface that names it', () => {
  const ssh = {
    ...{ type: `${NET}/loadBalancers/inboundNatRules`, apiVersion: '2024-05-01', name: 'lb/ssh' },
    properties: {
      frontendIPConfiguration: id('loadBalancers/frontendIPConfigurations', 'lb', 'f'),
      protocol: 'Tcp',
      frontendPort: 2200,
      backendPort: 22,
    },
  };
  const configuration = { loadBalancerInboundNatRules: [id('loadBalancers/inboundNatRules', 'lb', 'ssh')] };
  const rules = [rule('ssh', 100, { destinationPortRange: '22' })];
  expect(paths({ balancer: {}, configuration, rules, more: [ssh] })).toMatchObject([
    {
      kind: 'nat',
      name: 'ssh',
      frontendPort: 2200,
      backendPort: 22,
      isOpen: true,
      targets: [expect.stringMatching(/\/vm$/)],
    },
  ]);
});

test('rules and pools of NAT rules lead to scale sets', () => {
  const frontend = id('loadBalancers/frontendIPConfigurations', 'lb', 'f');
  const natPool = id('loadBalancers/inboundNatPools', 'lb', 'n');
  const balancer = {
    inboundNatPools: [
      {
        name: 'n',
        properties: {
          frontendIPConfiguration: frontend,
          protocol: 'Tcp',
          frontendPortRangeStart: 50000,
          frontendPortRangeEnd: 50119,
          backendPort: 22,
        },
      },
    ],
  };
  const ipConfigurations = [{ name: 'c', properties: { loadBalancerInboundNatPools: [natPool] } }];
  const interfaces = [
    { name: 'n', properties: { networkSecurityGroup: id('networkSecurityGroups', 'inner'), ipConfigurations } },
  ];
  const set = {
    ...{ type: 'Microsoft.Compute/virtualMachineScaleSets', ...common, name: 'set' },
    properties: { virtualMachineProfile: { networkProfile: { networkInterfaceConfigurations: interfaces } } },
  };
  expect(paths({ balancer, rules: [rule('a', 100, { destinationPortRange: '*' })], more: [set] })).toMatchObject([
    {
      kind: 'nat',
      frontendPort: 50000,
      lastPort: 50119,
      backendPort: 22,
      isOpen: true,
      targets: [expect.stringMatching(/\/set$/)],
    },
  ]);
});

test('of a machine with an address of its own every allowed port is open', () => {
  const configuration = { publicIPAddress: id('publicIPAddresses', 'ip'), loadBalancerBackendAddressPools: [] };
  const rules = [
    rule('deny', 100, { access: 'Deny', destinationPortRange: '100-199', protocol: '*' }),
    rule('some', 200, { destinationPortRange: '50-300' }),
  ];
  expect(paths({ balancer: {}, configuration, rules })).toMatchObject([
    { kind: 'direct', frontendPort: 50, lastPort: 99, protocol: 'tcp', isOpen: true },
    { kind: 'direct', frontendPort: 200, lastPort: 300, protocol: 'tcp', isOpen: true },
  ]);
  expect(paths({ balancer: {}, configuration, rules: [] })).toMatchObject([{ kind: 'direct', isOpen: false }]);
});

test('a rule whose pool is empty leads nowhere', () => {
  const configuration = { loadBalancerBackendAddressPools: [] };
  expect(paths({ configuration, rules: [rule('a', 100)] })).toMatchObject([
    { isOpen: false, targets: [], why: 'No machine is behind it.' },
  ]);
});
