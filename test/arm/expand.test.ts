import { expect, test } from 'vitest';
import { expandTemplate, type ExpandOptions } from '../../src/arm/expand.ts';
import { pathText } from '../../src/arm/mistake.ts';
import type { JsonObject } from '../../src/model/json.ts';

const NIC = 'Microsoft.Network/networkInterfaces';
const VNET = 'Microsoft.Network/virtualNetworks';

/** `path: message` of each mistake. */
function mistakes(template: JsonObject, options: ExpandOptions = {}): string[] {
  return expandTemplate(template, options).mistakes.map(({ path, message }) => `${pathText(path)}: ${message}`);
}

function nic(name: string, more: JsonObject = {}): JsonObject {
  return { type: NIC, apiVersion: '2024-05-01', name, ...more };
}

test('parameters have given values, defaults, or their names', () => {
  const parameters = {
    given: { type: 'string' },
    initial: { type: 'int', defaultValue: 3 },
    derived: { type: 'string', defaultValue: "[concat(parameters('given'), '-', parameters('initial'))]" },
    nobody: { type: 'string' },
    maybe: { type: 'string', nullable: true },
  };
  expect(expandTemplate({ parameters }, { parameters: { GIVEN: 'x' } })).toMatchObject({
    parameters: { given: 'x', initial: 3, derived: 'x-3', nobody: '<nobody>', maybe: null },
    mistakes: [],
  });
});

test('every value of a parameter that it does not take is told', () => {
  const parameters = {
    count: { type: 'int', minValue: 1, maxValue: 5 },
    size: { type: 'string', allowedValues: ['small', 'large'], defaultValue: 'huge' },
    name: { type: 'string', minLength: 3 },
    flag: { type: 'bool' },
    odd: { type: 'number', defaultValue: 1 },
  };
  expect(mistakes({ parameters }, { parameters: { count: 9, name: 'ab', flag: 'true', nme: 1 } })).toEqual([
    'parameters.nme: The template has no parameter "nme".',
    'parameters.count: It is 9, and at most 5 is allowed.',
    'parameters.size.defaultValue: It is none of the allowed values: small, large.',
    'parameters.name: Its length is 2, and at least 3 is allowed.',
    'parameters.flag: It is a text, and must be of type bool.',
    'parameters.odd.type: There is no such type.',
  ]);
});

test('variables are copied, alone and within others', () => {
  const variables = {
    copy: [{ name: 'ips', count: 2, input: "[concat('10.0.0.', copyIndex('ips', 5))]" }],
    inner: { fixed: 1, copy: [{ name: 'list', count: 3, input: { at: "[copyIndex('list')]" } }] },
    first: "[variables('ips')[0]]",
  };
  expect(expandTemplate({ variables }).variables).toEqual({
    ips: ['10.0.0.5', '10.0.0.6'],
    inner: { fixed: 1, list: [{ at: 0 }, { at: 1 }, { at: 2 }] },
    first: '10.0.0.5',
  });
});

test('variables that need each other are told as a circle', () => {
  const variables = { a: "[variables('b')]", b: "[concat(variables('a'), 'x')]" };
  expect(mistakes({ variables })).toContainEqual(expect.stringContaining('needs itself: a → b → a.'));
});

test('a loop makes numbered resources, and what waits for the loop waits for each', () => {
  const resources = [
    nic("[concat('nic', copyIndex(1))]", { copy: { name: 'nics', count: 2, mode: 'serial', batchSize: 1 } }),
    nic('last', { dependsOn: ['nics'] }),
    nic('by-id', { dependsOn: [`[resourceId('${NIC}', 'last')]`, 'nic1', `${NIC}/nic2`] }),
  ];
  const expanded = expandTemplate({ resources });
  expect(expanded.mistakes).toEqual([]);
  const [one, two, last, byId] = expanded.resources;
  expect(one).toMatchObject({ name: 'nic1', path: ['resources', 0] });
  expect(last?.dependsOn).toEqual([one?.id, two?.id]);
  expect(byId?.dependsOn).toEqual([last?.id, one?.id, two?.id]);
});

test('properties are copied within resources, with the index of either loop', () => {
  const properties = {
    copy: [
      {
        name: 'ipConfigurations',
        count: 2,
        input: { name: "[format('{0}-{1}', copyIndex(), copyIndex('ipConfigurations'))]" },
      },
    ],
  };
  const resources = [nic("[concat('n', copyIndex())]", { copy: { name: 'l', count: 2 }, properties })];
  expect(expandTemplate({ resources }).resources[1]?.properties).toEqual({
    ipConfigurations: [{ name: '1-0' }, { name: '1-1' }],
  });
});

test('a child is named in its parent, or beside it by its whole name', () => {
  const subnet = { type: 'subnets', apiVersion: '2024-05-01', name: 'inside' };
  const resources = [
    { type: VNET, apiVersion: '2024-05-01', name: 'v', resources: [subnet] },
    { ...subnet, type: `${VNET}/subnets`, name: 'v/beside', dependsOn: ['v'] },
  ];
  const { resources: made, mistakes: none } = expandTemplate({ resources });
  expect(none).toEqual([]);
  expect(made.map(({ id }) => id.split('/providers/')[1])).toEqual([
    `${VNET}/v`,
    `${VNET}/v/subnets/inside`,
    `${VNET}/v/subnets/beside`,
  ]);
  expect(made[1]).toMatchObject({ type: `${VNET}/subnets`, name: 'v/inside', path: ['resources', 0, 'resources', 0] });
});

test('a resource whose condition does not hold is left out, and nobody waits for it', () => {
  const resources = [
    nic('absent', { condition: "[equals('a', 'b')]" }),
    nic('present', { dependsOn: ['absent'], condition: "[parameters('unknown')]" }),
  ];
  const { resources: made, mistakes: none } = expandTemplate({ parameters: { unknown: { type: 'bool' } }, resources });
  expect(none).toEqual([]);
  expect(made).toMatchObject([{ name: 'present', dependsOn: [] }]);
});

test('resources by symbolic name are found by it; existing ones are not made', () => {
  const resources = {
    network: { type: VNET, apiVersion: '2024-05-01', name: 'v', existing: true },
    card: nic('card', { dependsOn: ['other'] }),
    other: nic('o'),
  };
  const outputs = { it: { type: 'string', value: "[reference('network').id]" } };
  const {
    resources: made,
    outputs: values,
    mistakes: none,
  } = expandTemplate({ languageVersion: '2.0', resources, outputs });
  expect(none).toEqual([]);
  expect(made.map(({ name }) => name)).toEqual(['card', 'o']);
  expect(made[0]?.dependsOn).toEqual([made[1]?.id]);
  expect(values['it']).toMatch(/^\{reference\(\/subscriptions\/.*\/virtualNetworks\/v\)\.id\}$/);
});

test('an extension resource stands in the one that it names', () => {
  const lock = { type: 'Microsoft.Authorization/locks', apiVersion: '2020-05-01', name: 'l', scope: `${VNET}/v` };
  expect(expandTemplate({ resources: [lock] }).resources[0]?.id).toMatch(
    /\/providers\/Microsoft\.Network\/virtualNetworks\/v\/providers\/Microsoft\.Authorization\/locks\/l$/,
  );
});

test('references are answered where somebody knows the answer', () => {
  const outputs = {
    fqdn: { type: 'string', value: `[reference(resourceId('${NIC}', 'n')).dns.fqdn]` },
    full: { type: 'object', value: "[reference('n', '2024-05-01', 'Full')]" },
  };
  const answer = { dns: { fqdn: 'a.example' } };
  const { outputs: values } = expandTemplate({ resources: [nic('n')], outputs }, { references: () => answer });
  expect(values['fqdn']).toBe('a.example');
  expect(values['full']).toMatch(/^\{reference\(.*\/n, full\)\}$/);
});

test('outputs are copied, and left out by their condition', () => {
  const outputs = {
    names: { type: 'array', copy: { count: 2, input: "[concat('n', copyIndex())]" } },
    never: { type: 'string', condition: false, value: 'x' },
    wrong: { type: 'int', value: 'x' },
  };
  expect(expandTemplate({ outputs })).toMatchObject({
    outputs: { names: ['n0', 'n1'], wrong: 'x' },
    mistakes: [{ path: ['outputs', 'wrong', 'value'] }],
  });
});

test.each<[string, JsonObject, string[]]>([
  ['two of one name', { resources: [nic('a'), nic('A')] }, [`resources[1]: There are two of type ${NIC} named "A".`]],
  [
    'an unknown dependency',
    { resources: [nic('a', { dependsOn: ['b'] })] },
    ['resources[0].dependsOn[0]: The template has no resource "b".'],
  ],
  [
    'a circle of dependencies',
    { resources: [nic('a', { dependsOn: ['b'] }), nic('b', { dependsOn: ['c'] }), nic('c', { dependsOn: ['b'] })] },
    ['resources[1].dependsOn: It waits for itself: b → c → b.'],
  ],
  [
    'a circle through reference()',
    { resources: [nic('a', { properties: { x: "[reference('b').y]" } }), nic('b', { dependsOn: ['a'] })] },
    ['resources[0].dependsOn: It waits for itself: a → b → a.'],
  ],
  [
    'a name with too few parts',
    { resources: [{ type: `${VNET}/subnets`, name: 's' }] },
    [`resources[0].name: A name of type ${VNET}/subnets has 2 parts, and "s" has 1.`],
  ],
  ['no name', { resources: [{ type: NIC }] }, ['resources[0]: The resource has no name.']],
  [
    'too many copies',
    { resources: [nic('n', { copy: { name: 'l', count: 801 } })] },
    ['resources[0].copy.count: The count of copies must be a whole number.'],
  ],
  [
    'a reference in a variable',
    { variables: { a: "[reference('x')]" } },
    ['variables.a: reference() may only be called by resources and outputs.'],
  ],
  [
    'variables in a default',
    { parameters: { a: { type: 'string', defaultValue: "[variables('x')]" } } },
    ['parameters.a.defaultValue: variables() may not be called here.'],
  ],
  [
    'bad syntax',
    { outputs: { a: { type: 'string', value: "[concat('x']" } } },
    ['outputs.a.value: A ")" is missing. (character 12)'],
  ],
])('%s is told', (_, template, expected) => {
  expect(mistakes(template)).toEqual(expected);
});

test('copies within copies end before the machine does', () => {
  let input: JsonObject = { x: 1 };
  for (const name of ['a', 'b', 'c', 'd']) input = { copy: [{ name, count: 800, input }] };
  expect(mistakes({ resources: [nic('n', { properties: input })] })).toEqual([
    ': The template takes too much to evaluate.',
  ]);
});

test('two of one name of which a condition takes one are no mistake', () => {
  const parameters = { first: { type: 'bool' } };
  const resources = [
    nic('a', { condition: "[parameters('first')]" }),
    nic('a', { condition: "[not(parameters('first'))]" }),
  ];
  expect(mistakes({ parameters, resources })).toEqual([]);
});

test('many copies of a long text end before the memory does', () => {
  const variables = { long: 'x'.repeat(1024 * 1024) };
  const copy = { name: 'l', count: 800 };
  const properties = { x: "[concat(variables('long'), string(copyIndex()))]" };
  expect(mistakes({ variables, resources: [nic("[concat('n', copyIndex())]", { copy, properties })] })).toEqual([
    'resources[0].properties.x: The template makes too long texts too often.',
  ]);
});

test('long chains of deep variables are refused, not followed to the end of the stack', () => {
  const deep = (inner: string): string => `${'concat('.repeat(90)}${inner}${')'.repeat(90)}`;
  const variables = Object.fromEntries(
    Array.from({ length: 500 }, (_, at) => [`v${at}`, at === 499 ? 'x' : `[${deep(`variables('v${at + 1}')`)}]`]),
  );
  expect(mistakes({ variables })).toContainEqual(expect.stringContaining('The template takes too much to evaluate.'));
});

test('what depends on the deployment alone is no mistake: names, properties, loops that make nothing', () => {
  const parameters = { name: { type: 'string' }, some: { type: 'object' }, none: { type: 'array', defaultValue: [] } };
  const copy = { name: 'nobody', count: "[length(parameters('none'))]" };
  const resources = [
    { type: `${VNET}/subnets`, apiVersion: '2024-05-01', name: "[parameters('name')]", dependsOn: ['nobody'] },
    nic('a', { properties: "[parameters('some')]" }),
    nic('b', { properties: "[if(empty(parameters('none')), null(), createObject('x', 1))]" }),
    nic("[concat('c', copyIndex())]", { copy }),
  ];
  const { resources: made, mistakes: none } = expandTemplate({ parameters, resources });
  expect(none).toEqual([]);
  expect(made.map(({ name }) => name)).toEqual(['<name>', 'a', 'b']);
});
