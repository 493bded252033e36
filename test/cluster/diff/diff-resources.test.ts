import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffJson } from '../../../src/cluster/diff/diff-json.ts';
import { diffResources } from '../../../src/cluster/diff/diff-resources.ts';
import type { ConcreteResource } from '../../../src/arm/expand-resources.ts';
import type { Json, JsonObject } from '../../../src/model/json.ts';
import { resource, sampleCluster } from '../../rig/cluster-resources.ts';

test('the same resources do not differ, whatever the version of the API and the order', () => {
  const { resources } = sampleCluster(3, 4);
  const other = resources.map((each) => ({ ...each, apiVersion: '2020-01-01' })).toReversed();
  expect(diffResources(resources, other)).toEqual({ added: [], removed: [], changed: [] });
});

test('another count of masters adds machines and cards, and takes them away the other way round', () => {
  const [three, five] = [sampleCluster(3, 0).resources, sampleCluster(5, 0).resources];
  const { added, removed, changed } = diffResources(three, five);
  expect(added.map(({ name }) => name)).toEqual([
    'dcos-master-01234567-3',
    'dcos-master-01234567-4',
    'dcos-master-01234567-nic-3',
    'dcos-master-01234567-nic-4',
  ]);
  expect([removed, changed]).toEqual([[], []]);
  expect(diffResources(five, three).removed).toEqual(added);
});

const VM = 'Microsoft.Compute/virtualMachines';
const SET = 'Microsoft.Compute/virtualMachineScaleSets';
const disk = (diskSizeGB: number): JsonObject => ({ storageProfile: { osDisk: { diskSizeGB } } });
const profile = (inner: JsonObject): JsonObject => ({ virtualMachineProfile: inner });

test.each([
  ['a larger machine', VM, { hardwareProfile: { vmSize: 'A' } }, { hardwareProfile: { vmSize: 'B' } }, 'restart'],
  ['what a machine was told', VM, { osProfile: { customData: 'a' } }, { osProfile: { customData: 'b' } }, 'refused'],
  ['a larger disk', VM, disk(64), disk(128), 'restart'],
  ['a smaller disk', VM, disk(128), disk(64), 'refused'],
  [
    'the image of a scale set',
    SET,
    profile({ storageProfile: { imageReference: { id: 'a' } } }),
    profile({ storageProfile: { imageReference: { id: 'b' } } }),
    'new nodes',
  ],
  ['the administrator', SET, profile({ osProfile: { adminUsername: 'a' } }), profile({ osProfile: {} }), 'refused'],
  [
    'the addresses of a subnet',
    'Microsoft.Network/virtualNetworks',
    { subnets: [{ name: 'a', properties: { addressPrefix: '10.0.0.0/24' } }] },
    { subnets: [{ name: 'a', properties: { addressPrefix: '10.0.1.0/24' } }] },
    'refused',
  ],
  [
    'a subnet more',
    'Microsoft.Network/virtualNetworks',
    { subnets: [{ name: 'a' }] },
    { subnets: [{ name: 'b' }, { name: 'a' }] },
    'in place',
  ],
  ['what nobody knows', 'Microsoft.Odd/things', { a: 1 }, { a: 2 }, 'unknown'],
])('%s: Azure takes it as it takes it', (_, type, before, after, kind) => {
  const { changed } = diffResources([resource(type, 'x', before)], [resource(type, 'x', after)]);
  expect(changed[0]?.changes.map(({ effect }) => effect.kind)).toEqual([kind]);
});

test.each([
  ['capacity', { sku: { capacity: 2 } }, { sku: { capacity: 3 } }, SET, 'in place'],
  ['zones', { zones: ['1'] }, { zones: ['1', '2'] }, SET, 'refused'],
  ['location', { location: 'westeurope' }, { location: 'northeurope' }, VM, 'refused'],
  ['tags', { tags: { a: '1' } }, { tags: { b: '1' } }, VM, 'in place'],
])('%s beside the properties', (_, before, after, type, kind) => {
  const of = (more: Partial<ConcreteResource>): readonly ConcreteResource[] => [resource(type, 'x', {}, more)];
  const [changed] = diffResources(of(before), of(after)).changed;
  expect(new Set(changed?.changes.map(({ effect }) => effect.kind))).toEqual(new Set([kind]));
});

/** As a template brings it. */
function customData(files: Readonly<Record<string, string>>, more: object = {}): string {
  const list = Object.entries(files).map(([path, text], index) =>
    index % 2 === 0
      ? { path, encoding: 'gz+b64', content: gzipSync(text).toString('base64') }
      : { path, encoding: 'b64', content: Buffer.from(text).toString('base64') },
  );
  return Buffer.from(`#cloud-config\n${JSON.stringify({ ...more, write_files: list })}`).toString('base64');
}

test.each([
  ['a file', customData({ '/a': 'x', '/b': 'y' }), customData({ '/a': 'z', '/b': 'y' }), ['/a']],
  ['a file more', customData({ '/a': 'x' }), customData({ '/a': 'x', '/b': 'y' }), ['/b']],
  ['a key of cloud-config', customData({}, { runcmd: ['a'] }), customData({}, { runcmd: ['b'] }), ['runcmd']],
  ['something else', 'AAAA', customData({}), undefined],
])('of what nodes are told, %s that is another is named', (_, before, after, files) => {
  const of = (text: string): readonly ConcreteResource[] => [resource(VM, 'x', { osProfile: { customData: text } })];
  expect(diffResources(of(before), of(after)).changed[0]?.changes[0]?.files).toEqual(files);
});

test('items of lists are told apart by their names, and named in the path', () => {
  const before = {
    rules: [
      { name: 'a', port: 1 },
      { name: 'b', port: 2 },
    ],
  };
  const after = {
    rules: [
      { name: 'b', port: 3 },
      { name: 'c', port: 4 },
    ],
  };
  expect(diffJson(before, after)).toEqual([
    { path: 'rules[a]', before: { name: 'a', port: 1 }, after: undefined },
    { path: 'rules[b].port', before: 2, after: 3 },
    { path: 'rules[c]', before: undefined, after: { name: 'c', port: 4 } },
  ]);
});

const { value: json } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, 1, 2, 'a', 'b'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('name', 'id', 'x', '__proto__'), tie('value')),
  ),
}));

test('nothing differs from itself, and the other way round the same places differ', () => {
  fc.assert(
    fc.property(json, json, (a, b) => {
      expect(diffJson(a, structuredClone(a))).toEqual([]);
      const swapped = diffJson(b, a).map(({ path, before, after }) => ({ path, before: after, after: before }));
      expect(new Set(swapped.map((each) => JSON.stringify(each)))).toEqual(
        new Set(diffJson(a, b).map((each) => JSON.stringify(each))),
      );
    }),
  );
});
