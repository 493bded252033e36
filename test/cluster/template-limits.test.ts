/** What Azure would not take is refused before anything is written. */
import { expect, test } from 'vitest';
import type { NodeData } from '../../src/cluster/node-data.ts';
import { composeTemplate } from '../../src/cluster/template.ts';
import type { ClusterDefinition } from '../../src/recipe/cluster-definition.ts';
import { contextOf, definitionOf, privatePool, publicPool } from './examples.ts';
import { customDataOf, expandCluster } from './expansion.ts';

/** What Azure takes as customData, in bytes before it is encoded. */
const CUSTOM_DATA = 65_535;

function contextWith(definition: ClusterDefinition, masters: NodeData, agents: NodeData = masters) {
  const pools = new Map(definition.pools.map(({ name }) => [name, agents]));
  return contextOf(definition, { nodeData: { masters, pools } });
}

const large = (bytes: number): NodeData => ({ head: 'a'.repeat(bytes - 1), tail: 'z' });

test('names each kind of node whose data for cloud-init is too large, and by how much', () => {
  const definition = definitionOf();
  const compose = () => composeTemplate(definition, contextWith(definition, large(100), large(60_000)));
  expect(compose).toThrow(
    expect.objectContaining({
      errors: ['agents', 'public'].map((pool) =>
        expect.objectContaining({
          code: 'CLUSTER_INVALID',
          message: `What cloud-init tells the pool ${pool} is 60000 bytes; 59391 fit.`,
        }),
      ),
    }),
  );
});

test('leaves room for the longest late values that parameters let through', () => {
  const definition = definitionOf({ masters: { count: 5 } });
  const data = large(59_391);
  const { nodeData } = contextWith(definition, data);
  const expansion = expandCluster(definition, {
    context: { nodeData },
    parameters: { clusterName: '\u0001'.repeat(128), dcosRepositoryURL: `https://${'x'.repeat(2040)}` },
  });
  expect(expansion.mistakes).toEqual([]);
  for (const text of customDataOf(expansion).values()) expect(Buffer.byteLength(text)).toBeLessThan(CUSTOM_DATA);
});

test('counts bytes, not characters', () => {
  const definition = definitionOf();
  const data = { head: 'é'.repeat(30_000), tail: '' };
  expect(() => composeTemplate(definition, contextWith(definition, data))).toThrow(/60000 bytes|cloud-init/);
});

test('refuses a pool after which something would be called like another', () => {
  const definition = definitionOf({
    pools: [privatePool(), privatePool({ name: 'agent' }), publicPool()],
  });
  expect(() => composeTemplate(definition, contextOf(definition))).toThrow(
    expect.objectContaining({
      errors: expect.arrayContaining([
        expect.objectContaining({
          code: 'CLUSTER_INVALID',
          message: 'Two parameters of the template would be called "agentCount".',
        }),
      ]),
    }),
  );
});

test('refuses more than a template has room for', () => {
  const data = { head: 'x'.repeat(59_000), tail: '' };
  const pools = Array.from({ length: 80 }, (_, index) => privatePool({ name: `pool${index}` }));
  const subnets = Object.fromEntries(pools.map((_, index) => [`pool${index}`, `10.${index}.0.0/16`]));
  const definition = definitionOf({ pools, network: { pools: subnets } });
  expect(() => composeTemplate(definition, contextWith(definition, data))).toThrow(
    /The template would have \d+ bytes; Azure takes 4194304/,
  );
});
