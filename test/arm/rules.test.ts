import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lintTemplate } from '../../src/arm/lint.ts';
import { RULES } from '../../src/arm/rules/index.ts';
import { isJsonObject, type Json } from '../../src/model/json.ts';
import { BROKEN_MACHINES } from './broken/broken-machines.ts';
import { behind, BROKEN_NETWORKS, withNatRule } from './broken/broken-networks.ts';
import { BROKEN_RESOURCES } from './broken/broken-resources.ts';
import { BROKEN_SECTIONS } from './broken/broken-sections.ts';
import { balancing, rule } from './templates.ts';

const BROKEN = { ...BROKEN_SECTIONS, ...BROKEN_RESOURCES, ...BROKEN_MACHINES, ...BROKEN_NETWORKS };

const breaks = Object.entries(BROKEN).flatMap(([id, templates]) =>
  templates.map((template, at) => ({ id, at, template })),
);

test.each(breaks)('$id is found where it is broken, and nothing else ($at)', ({ id, template }) => {
  const findings = lintTemplate(template);
  expect([...new Set(findings.map((finding) => finding.rule))]).toEqual([id]);
});

test('every rule is broken by a template of this test', () => {
  expect(Object.keys(BROKEN).toSorted()).toEqual(RULES.map(({ id }) => id).toSorted());
});

test('a NAT rule without a location is none to find', () => {
  expect(lintTemplate(withNatRule({}))).toEqual([]);
});

const names = [
  ...['$schema', 'parameters', 'variables', 'resources', 'outputs', 'functions', 'type', 'name', 'properties', 'copy'],
  ...['count', 'input', 'dependsOn', 'location', 'sku', 'value', 'defaultValue', 'osProfile', 'storageProfile', 'id'],
  ...['subnets', 'securityRules', 'ipConfigurations', 'loadBalancingRules', 'customData', '__proto__', 'constructor'],
];
const words = [
  ...[
    'Microsoft.Compute/virtualMachines',
    'Microsoft.Network/loadBalancers',
    'Microsoft.Network/networkSecurityGroups',
  ],
  ...[
    'Microsoft.Network/virtualNetworks',
    'string',
    'int',
    "[parameters('x')]",
    "[variables('name')]",
    '[copyIndex()]',
  ],
  ...[
    "[resourceId('Microsoft.Network/virtualNetworks', 'x')]",
    "[concat(variables('name'), 1)]",
    '[[x]',
    '[',
    '*',
    '10.0.0.0/8',
  ],
];
const { json } = fc.letrec<{ json: Json; object: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom(...words),
    fc.constantFrom(null, true, 0, 80, -1, 1.5, 1e300),
    fc.string(),
    fc.array(tie('json'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), tie('json'), { maxKeys: 6 }),
}));

test('any JSON leads to findings and never to an exception', () => {
  const template = fc.dictionary(fc.constantFrom(...names), json, { maxKeys: 8 });
  fc.assert(
    fc.property(template, (any) => {
      expect(lintTemplate(any).every(({ message, hint }) => message !== '' && hint !== '')).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('any piece of a template may be something else', () => {
  const templates = Object.values(BROKEN)
    .flat()
    .filter((template) => JSON.stringify(template).length < 10_000);
  fc.assert(
    fc.property(fc.constantFrom(...templates), fc.nat(), json, (template, at, other) => {
      const broken = replaced(template, { left: at % countOf(template) }, other);
      expect(isJsonObject(broken) ? lintTemplate(broken) : []).toBeInstanceOf(Array);
    }),
    { numRuns: 300 },
  );
});

function countOf(value: Json): number {
  return typeof value === 'object' && value !== null
    ? Object.values(value).reduce<number>((sum, one) => sum + countOf(one), 1)
    : 1;
}

/** The same with the nth value replaced. */
function replaced(value: Json, counter: { left: number }, other: Json): Json {
  counter.left -= 1;
  if (counter.left === -1) return other;
  if (Array.isArray(value)) return value.map((one: Json) => replaced(one, counter, other));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, replaced(one, counter, other)]));
}

test('a template that is nested without end is told, not followed', () => {
  let deep: Json = 1;
  for (let level = 0; level < 20_000; level += 1) deep = [deep];
  expect(lintTemplate({ resources: deep })).toMatchObject([{ rule: 'Template-Limits' }]);
});

test('what stands in every copy of a loop is told once', () => {
  const many = { ...BROKEN_MACHINES['Storage-Accounts-Should-Be-Tight']?.[0] };
  const [account] = Array.isArray(many['resources']) ? many['resources'] : [];
  const copied = { ...account, name: "[concat('a', copyIndex())]", copy: { name: 'all', count: 3 } };
  expect(lintTemplate({ ...many, resources: [copied] }).map(({ path }) => path)).toEqual([
    'resources[0].properties.minimumTlsVersion',
  ]);
});

test('nothing is found about ports and priorities that only the deployment knows', () => {
  const port = "[parameters('port')]";
  const parameters = { port: { type: 'int' }, priority: { type: 'int' } };
  const rules = ['a', 'b'].map((name) =>
    rule(name, "[parameters('priority')]", { destinationPortRange: "[string(parameters('port'))]" }),
  );
  const balancings = ['a', 'b'].map((name) => balancing(name, port));
  expect(lintTemplate(behind({ loadBalancingRules: balancings }, rules, parameters))).toEqual([]);
});
