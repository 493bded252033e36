/** That what the definition opens is open, from the public address to the nodes, and nothing else. */
import { expect, test } from 'vitest';
import { openPaths } from '../../src/arm/reach.ts';
import type { ClusterDefinition } from '../../src/recipe/cluster-definition.ts';
import { definitionOf } from './examples.ts';
import { expandCluster } from './expansion.ts';
import { SHAPES } from './shapes.ts';

const cases = Object.entries(SHAPES).flatMap(([name, shape]) =>
  [1, 3, 5].map((count) => [count, name, { masters: { count }, ...shape }] as const),
);

/** As `address:port > nodes:port from sources`, with what names of resources have in common left out. */
function expected({ access, masters, pools }: ClusterDefinition): string[] {
  const nodes = Array.from({ length: masters.count }, (_, index) => `master-abc123-${index}`);
  const ssh = access.ssh_from.length === 0 ? [] : nodes.map((node, index) => `master:${2200 + index} > ${node}:22`);
  const web = access.web_from.length === 0 ? [] : [80, 443].map((port) => `master:${port} > ${nodes.join()}:${port}`);
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
