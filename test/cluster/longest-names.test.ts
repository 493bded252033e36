/** Names in a definition are short enough that Azure takes every name which is made of them. */
import { expect, test } from 'vitest';
import { valueAt } from '../../src/model/json.ts';
import { definitionOf, privatePool, publicPool } from './examples.ts';
import { expandCluster } from './expansion.ts';

/** @see https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules */
const LONGEST: Readonly<Record<string, number>> = {
  'Microsoft.Compute/availabilitySets': 80,
  'Microsoft.Compute/virtualMachines': 64,
  'Microsoft.Compute/virtualMachineScaleSets': 64,
  'Microsoft.Network/loadBalancers': 80,
  'Microsoft.Network/natGateways': 80,
  'Microsoft.Network/networkInterfaces': 80,
  'Microsoft.Network/networkSecurityGroups': 80,
  'Microsoft.Network/publicIPAddresses': 80,
  'Microsoft.Network/virtualNetworks': 64,
};
/** Of a node of Linux; Azure puts six characters behind the prefix of a scale set. */
const LONGEST_HOST = 64;
const SCALE_SET_END = 6;

const name = `n${'a'.repeat(31)}`;
const label = `l${'b'.repeat(44)}`;
const pools = [
  publicPool({ name: `p${'c'.repeat(11)}`, count: 2, dns_prefix: `${label.slice(0, 44)}c` }),
  privatePool({ name: `p${'d'.repeat(11)}`, orchestration: 'flexible' }),
  privatePool({ name: `p${'e'.repeat(11)}`, orchestration: 'availability-set', count: 200 }),
];

test('the longest names of a definition make names of resources and nodes that Azure takes', () => {
  const definition = definitionOf({ name, dns_prefix: label, masters: { count: 5 }, pools });
  const { resources, mistakes } = expandCluster(definition, { parameters: { nameSuffix: '0123456789' } });
  expect(mistakes).toEqual([]);
  const tooLong = resources.filter((resource) => resource.name.length > (LONGEST[resource.type] ?? 80));
  expect(tooLong.map((resource) => `${resource.type} ${resource.name}`)).toEqual([]);
  const hosts = resources.flatMap(({ properties }) => {
    const host = valueAt(properties, ['osProfile', 'computerName']);
    const prefix = valueAt(properties, ['virtualMachineProfile', 'osProfile', 'computerNamePrefix']);
    if (typeof host === 'string') return [host.length];
    return typeof prefix === 'string' ? [prefix.length + SCALE_SET_END] : [];
  });
  expect(hosts.length).toBeGreaterThan(200);
  expect(Math.max(...hosts)).toBeLessThanOrEqual(LONGEST_HOST);
});
