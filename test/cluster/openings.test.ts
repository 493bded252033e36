/** That what the definition opens is open, from the public address to the nodes, and nothing else. */
import { expect, test } from 'vitest';
import { expandTemplate } from '../../src/arm/expand.ts';
import { openPaths } from '../../src/arm/reach.ts';
import { composeTemplate } from '../../src/cluster/template.ts';
import type { ClusterDefinition } from '../../src/recipe/cluster-definition.ts';
import { contextOf, definitionOf } from './examples.ts';
import { expandCluster, ofType } from './expansion.ts';
import { SHAPES } from './shapes.ts';

const cases = Object.entries(SHAPES).flatMap(([name, shape]) =>
  [1, 3, 5].map((count) => [count, name, { masters: { count }, ...shape }] as const),
);

/** As `address:port > nodes:port from sources`, with what names of resources have in common left out. */
function expected({ access, masters, pools }: ClusterDefinition): string[] {
  const nodes = Array.from({ length: masters.count }, (_, index) => `master-abc123-${index}`);
  const isOutside = (from: readonly string[]): boolean => from.some((range) => !/^1(?:0|92)\./.test(range));
  const ssh = !isOutside(access.ssh_from) ? [] : nodes.map((node, index) => `master:${2200 + index} > ${node}:22`);
  const web = !isOutside(access.web_from) ? [] : [80, 443].map((port) => `master:${port} > ${nodes.join()}:${port}`);
  const agents = pools.flatMap(({ kind, name, ports = [80, 443, 8080], orchestration, count }) => {
    if (kind === 'private') return [];
    const single = Array.from({ length: count }, (_, index) => `${name}-abc123-${index}`);
    const to = orchestration === 'availability-set' ? single.join() : `${name}-abc123-vmss0`;
    return ports.map((port) => `${name}:${port} > ${to}:${port}`);
  });
  return [...ssh, ...web, ...agents].toSorted();
}

test.each(cases)('with %i masters, %s: each port that is opened leads to its nodes, and no other', (_, __, shape) => {
  const definition = definitionOf(shape);
  const paths = openPaths(expandCluster(definition).resources);
  expect(paths.filter(({ isOpen }) => !isOpen)).toEqual([]);
  const short = (id: string): string => (id.split('/').at(-1) ?? '').replace('dcos-', '');
  const found = paths.map(
    ({ publicIp, frontendPort, backendPort, targets }) =>
      `${short(publicIp).replace('-ip-abc123', '')}:${frontendPort} > ${targets.map(short).join()}:${backendPort}`,
  );
  expect(found.toSorted()).toEqual(expected(definition));
});

test('those who come through the network are let in, and no port of a public address is there for them', () => {
  const definition = definitionOf(SHAPES['for those who come through the network']);
  const expansion = expandCluster(definition);
  const [masters] = ofType(expansion, 'Microsoft.Network/networkSecurityGroups');
  expect(masters?.properties['securityRules']).toMatchObject([
    {},
    {},
    { name: 'SSH', properties: { sourceAddressPrefixes: ['10.200.0.0/16'], destinationPortRange: '22' } },
    { name: 'HTTP', properties: { sourceAddressPrefixes: ['192.168.7.1'] } },
    { name: 'HTTPS' },
    { name: 'rest' },
  ]);
  expect(expansion.outputs['sshCommands']).toEqual(['5', '6', '7'].map((last) => `ssh azureuser@10.1.0.${last}`));
});

test('ranges that are only given at deployment lead to the nodes as well', () => {
  const definition = definitionOf();
  const { mainTemplate } = composeTemplate(definition, contextOf(definition));
  const paths = openPaths(expandTemplate(mainTemplate).resources);
  expect(paths.filter(({ isOpen }) => !isOpen)).toEqual([]);
  expect(paths[0]?.sources).toEqual(['<masterWebSourceAddressPrefixes>']);
});
