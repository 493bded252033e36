import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UserErrors, type UserError } from '../../src/model/errors.ts';
import { parseClusterDefinition } from '../../src/recipe/parse-cluster.ts';
import { clusterMistakes } from '../rig/cluster-file.ts';
import { failureOf } from '../rig/failure.ts';

function mistakesOf(file: string): readonly UserError[] {
  try {
    parseClusterDefinition('cluster.json', file);
  } catch (error) {
    if (error instanceof UserErrors) return error.errors;
  }
  throw new Error('Several mistakes were expected.');
}

test('what is not said has a default', () => {
  const { definition, warnings } = parseClusterDefinition(
    'c.json',
    '{"name": "prod", "image": {"definition": "node"}}',
  );
  expect(definition).toMatchObject({
    admin: { user: 'azureuser', ssh_keys: [] },
    access: { ssh_from: [], web_from: [] },
    image: { definition: 'node', generation: '2', trusted_launch: true, disk_controllers: ['SCSI'] },
    masters: { count: 3, size: 'Standard_D4s_v5', os_disk_gib: 64, os_disk_type: 'Premium_LRS', data_disks: [] },
    pools: [],
    network: { address_space: ['172.16.0.0/24', '10.0.0.0/8'], masters: '172.16.0.0/24', pools: {} },
    tags: {},
    diagnostics: true,
  });
  expect(warnings).toEqual([]);
});

test('all mistakes are told at once, those of the schema and those of rules, in the order of the file', () => {
  const file = `{
  "name": "Prod",
  "image": {"definition": "node"},
  "masters": {
    "count": 4,
    "size": "Standard_D4sv5",
    "colour": "red"
  },
  "pools": [
    {"name": "web", "kind": "publik", "ports": [80, 80]},
    {"name": "web", "kind": "private", "ports": [80]}
  ],
  "network": {"masters": "10.0.0.0/24", "pools": {"wep": "10.0.0.0/25"}},
  "admin": {"user": "root"},
  "tags": {"a<b": ""}
}`;
  const errors = mistakesOf(file);
  expect(errors.map(({ code, place }) => [code, place?.line, place?.key])).toEqual([
    ['CLUSTER_INVALID', 2, 'name'],
    ['CLUSTER_INVALID', 5, 'masters.count'],
    ['CLUSTER_INVALID', 6, 'masters.size'],
    ['CLUSTER_INVALID', 7, 'masters.colour'],
    ['CLUSTER_INVALID', 10, 'pools.0.kind'],
    ['CLUSTER_INVALID', 10, 'pools.0.ports.1'],
    ['CLUSTER_INVALID', 11, 'pools.1.name'],
    ['CLUSTER_INVALID', 11, 'pools.1.ports'],
    ['CLUSTER_INVALID', 14, 'admin.user'],
    ['CLUSTER_INVALID', 15, 'tags.a<b'],
  ]);
  expect(errors[1]).toMatchObject({
    message: 'cluster.json: "masters.count" is wrong: 4.',
    hint: 'It must be one of 1, 3, 5.',
  });
});

test.each<readonly [object, message: string]>([
  [{ masters: { cout: 3 } }, 'masters.cout: cluster.json has the unknown key "cout". Did you mean "count"?'],
  [
    { pools: [{ name: 'a', kind: 'private', data_disk: [] }] },
    'has the unknown key "data_disk". Did you mean "data_disks"?',
  ],
  [{ network: { existng: {} } }, 'has the unknown key "existng". Did you mean "existing"?'],
  [{ network: { existing: { id: 'x', master: {} } } }, 'has the unknown key "master". Did you mean "masters"?'],
  [
    { masters: { placement: { availability_set: { faults: 3 } } } },
    'has the unknown key "faults". The keys are fault_domains, update_domains.',
  ],
  [{ masters: { placement: { zone: ['1'] } } }, 'It must have one of "zones", "availability_set", "regional".'],
  [{ config: { resolver: [] } }, 'has the unknown key "resolver". Did you mean "resolvers"?'],
  [{ release: { name: 'stable', url: 'ftp://x' } }, 'It must be an address of http or https.'],
  [{ release: {} }, '"release.name" is missing. It must be of type string.'],
  [{ diagnostics: 'yes' }, '"diagnostics" is wrong: "yes". It must be of type boolean.'],
  [{ masters: { os_disk_gib: 10 } }, 'It must be from 30 to 4095.'],
  [{ masters: { os_disk_gib: 64.5 } }, '"masters.os_disk_gib" is wrong'],
  [{ masters: { os_disk_gib: '64' } }, 'It must be a whole number from 30 to 4095.'],
  [{ masters: { os_disk_type: 'Premium_ZRS' } }, 'Did you mean "Premium_LRS"?'],
  [{ dns_prefix: 'x'.repeat(46) }, 'It must be 3 to 45 of a-z, 0-9 and "-"'],
  [{ name: 'x'.repeat(33) }, 'It must be 2 to 32 of a-z, 0-9 and "-"'],
  [{ summary: 'a\nb' }, 'It must be one line, without blanks around it.'],
])('a mistake is told with what to do: %#: %s', (more, message) => {
  expect(clusterMistakes(more).join('\n')).toContain(message);
});

test('a number that is written with a fraction of nothing is that number', () => {
  const file = '{"name": "prod", "image": {"definition": "node"}, "masters": {"count": 1.0}}';
  expect(parseClusterDefinition('cluster.json', file).definition.masters.count).toBe(1);
});

test.each([
  ['{"name": }', 'cluster.json is not valid JSON.'],
  ['[]', 'cluster.json must hold an object, but it holds a list.'],
  ['{}', '"name" is missing'],
])('%j is refused', (content, message) => {
  expect(String(failureOf(() => parseClusterDefinition('cluster.json', content)))).toContain(message);
});

test('whatever JSON a file holds, it is read or refused with a place, and never breaks a rule', () => {
  const keys = fc.constantFrom(
    'name',
    'image',
    'masters',
    'pools',
    'network',
    'tags',
    'admin',
    'access',
    'placement',
    'ports',
    'count',
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<unknown>('a', '10.0.0.0/8', 'Standard_D4s_v5', 'public', 3, 0.5, true, null),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(keys, tie('tree'), { maxKeys: 5 }),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(keys, tree, { maxKeys: 6 }), (value) => {
      expect(Array.isArray(clusterMistakes(value))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('what is missing is told where its object stands', () => {
  const file =
    '{\n  "name": "prod",\n  "image": {"definition": "node"},\n  "pools": [\n    {"name": "a"},\n    {"kind": "public"}\n  ]\n}';
  expect(mistakesOf(file).map(({ place }) => [place?.line, place?.key])).toEqual([
    [5, 'pools.0.kind'],
    [6, 'pools.1.name'],
  ]);
});
