import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { format, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { clusterJsonSchema, clusterKeysAt, clusterRangeAt } from '../../src/recipe/cluster-schema.ts';
import { isJsonObject, member, type Json } from '../../src/model/json.ts';

const FILE = 'docs/schemas/cluster.schema.json';

test('the schema that editors get is that of the code', async () => {
  const text = await format(JSON.stringify(clusterJsonSchema()), { ...(await resolveConfig(FILE)), filepath: FILE });
  // "npx vitest run test/recipe/cluster-schema.test.ts --update" writes it anew.
  await expect(text).toMatchFileSnapshot(`../../${FILE}`);
});

test('it is a JSON Schema, by which editors judge as we do', () => {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  formats.default(ajv);
  ajv.addVocabulary(['patternErrorMessage']);
  const isValid = ajv.compile(clusterJsonSchema());
  const least = { name: 'prod', image: { definition: 'node' } };
  expect(isValid(least)).toBe(true);
  expect(
    isValid({ ...least, $schema: 'https://example.org/cluster.schema.json', masters: { placement: { zones: ['1'] } } }),
  ).toBe(true);
  expect(isValid({ ...least, masters: { count: 4 } })).toBe(false);
  expect(isValid({ ...least, image: {} })).toBe(false);
  expect(isValid({ ...least, pool: [] })).toBe(false);
  expect(isValid({ ...least, network: { existing: {}, masters: '10.0.0.0/24' } })).toBe(false);
});

test('every key is described', () => {
  expect(undescribed(clusterJsonSchema(), '')).toEqual([]);
});

function undescribed(node: Json | undefined, path: string): readonly string[] {
  if (Array.isArray(node)) return node.flatMap((item) => undescribed(item, path));
  if (!isJsonObject(node)) return [];
  const properties = member(node, 'properties');
  const own = Object.entries(isJsonObject(properties) ? properties : {});
  const missing = own.filter(([, value]) => !isJsonObject(value) || member(value, 'description') === undefined);
  return [
    ...missing.map(([key]) => `${path}.${key}`),
    ...own.flatMap(([key, value]) => undescribed(value, `${path}.${key}`)),
    ...['items', 'oneOf', 'anyOf', 'additionalProperties'].flatMap((key) => undescribed(member(node, key), path)),
  ];
}

test('of each place it tells the keys, and the bounds of numbers', () => {
  expect(clusterKeysAt(['access'])).toEqual(['ssh_from', 'web_from']);
  expect(clusterKeysAt(['pools', 1, 'data_disks', 0])).toEqual(['gib', 'type', 'mount']);
  expect(clusterKeysAt(['network'])).toEqual(['address_space', 'masters', 'pools', 'existing']);
  expect(clusterKeysAt(['network', 'existing', 'pools', 'a'])).toEqual(['subnet', 'prefix']);
  expect(clusterKeysAt(['tags'])).toEqual([]);
  expect(clusterRangeAt(['pools', 0, 'count'])).toBe('from 0 to 1000');
  expect(clusterRangeAt(['name'])).toBeUndefined();
});
