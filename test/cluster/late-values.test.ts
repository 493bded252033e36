/** What nodes are told: that no character of a value or of the texts around it is lost on the way. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinNodeData, LATE_NAMES, type NodeData } from '../../src/cluster/node-data.ts';
import { contextOf, definitionOf } from './examples.ts';
import { customDataOf, expandCluster, fqdnOf, ofType } from './expansion.ts';

const definition = definitionOf({ masters: { count: 3 } });
const nasty = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom("'", '"', '\\', '[', ']', '{', '}', '$', '\n', '\r', '\u2028', 'é', '😀', ','),
    maxLength: 20,
  }),
);

const named = (data: NodeData) => ({
  masters: data,
  pools: new Map([
    ['agents', data],
    ['public', data],
  ]),
});

test('any characters in values that are given at deployment come out as they are', () => {
  const [, masterAddress, agentAddress] = ofType(expandCluster(definition), 'Microsoft.Network/publicIPAddresses');
  fc.assert(
    fc.property(nasty, nasty, (clusterName, dcosRepositoryURL) => {
      fc.pre(clusterName !== '');
      const expansion = expandCluster(definition, { parameters: { clusterName, dcosRepositoryURL } });
      expect(expansion.mistakes).toEqual([]);
      const texts = new Set(customDataOf(expansion).values());
      expect(texts.size).toBe(1);
      const [text = ''] = texts;
      const { head, tail } = contextOf(definition).nodeData.masters;
      const late = Buffer.from(text.slice(head.length, text.length - tail.length), 'base64').toString();
      expect(JSON.parse(late)).toEqual({
        cluster_name: clusterName,
        master_list: '["172.16.0.5","172.16.0.6","172.16.0.7"]',
        master_fqdn: fqdnOf(masterAddress?.id ?? ''),
        agent_fqdn: fqdnOf(agentAddress?.id ?? ''),
        repository_url: dcosRepositoryURL,
      });
    }),
    { numRuns: 50 },
  );
});

test('any texts around them come out as they are, also those that begin like an expression', () => {
  fc.assert(
    fc.property(nasty, nasty, (head, tail) => {
      const data = { head: `[${head}`, tail };
      const expansion = expandCluster(definition, { context: { nodeData: named(data) } });
      expect(expansion.mistakes).toEqual([]);
      for (const text of customDataOf(expansion).values()) {
        expect(text.startsWith(data.head) && text.endsWith(tail)).toBe(true);
      }
    }),
    { numRuns: 50 },
  );
});

test('is what joinNodeData makes of the same values', () => {
  const values = {
    cluster_name: 'a',
    master_list: '["172.16.0.5"]',
    master_fqdn: 'm',
    agent_fqdn: '',
    repository_url: '',
  };
  const data = { head: 'head', tail: 'tail' };
  const alone = definitionOf({ masters: { count: 1 }, pools: [] });
  const expansion = expandCluster(alone, {
    context: { nodeData: named(data) },
    parameters: { clusterName: 'a', dcosRepositoryURL: '' },
  });
  const address = ofType(expansion, 'Microsoft.Network/publicIPAddresses').at(-1)?.id ?? '';
  const [text] = customDataOf(expansion).values();
  expect(text).toBe(joinNodeData(data, { ...values, master_fqdn: fqdnOf(address) }));
  expect(Object.keys(values)).toEqual([...LATE_NAMES]);
});

test('the masters follow the first address, whichever it is', () => {
  const { variables, resources } = expandCluster(definition, {
    parameters: { firstConsecutiveStaticIP: '172.16.0.250' },
  });
  expect(variables['masterAddresses']).toEqual(['172.16.0.250', '172.16.0.251', '172.16.0.252']);
  expect(JSON.stringify(resources)).toContain('"privateIPAddress":"172.16.0.252"');
});
