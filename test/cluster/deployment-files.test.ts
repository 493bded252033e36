/** What goes with a template: parameters, the form of the Marketplace, the README. */
import { describe, expect, test } from 'vitest';
import { expandTemplate } from '../../src/arm/expand.ts';
import { composeTemplate } from '../../src/cluster/template.ts';
import { isJsonArray, isJsonObject, valueAt, type Json, type JsonObject } from '../../src/model/json.ts';
import { sorted } from '../../src/model/order.ts';
import { templateMistakes } from '../rig/template-schemas.ts';
import { contextOf, definitionOf, EXISTING, privatePool, publicPool, STOCK_IMAGE } from './examples.ts';

const composed = (change: object = {}, context = {}) => {
  const definition = definitionOf(change);
  return composeTemplate(definition, contextOf(definition, context));
};

const parametersOf = (template: JsonObject): JsonObject => objectAt(template, 'parameters');

function objectAt(json: Json, ...path: readonly (string | number)[]): JsonObject {
  const found = valueAt(json, path);
  if (!isJsonObject(found)) throw new Error(`no object at ${path.join('.')}`);
  return found;
}

describe('the parameters file', () => {
  test('says what the definition says and the template leaves open', () => {
    const { parameters } = composed({ location: 'westeurope' });
    expect(Object.keys(objectAt(parameters, 'parameters'))).toEqual(['sshRSAPublicKey', 'location']);
  });

  test('and the template together leave nothing open, if the definition does not', () => {
    const { template, parameters } = composed();
    const values = Object.entries(objectAt(parameters, 'parameters')).map(([name, entry]) => [
      name,
      isJsonObject(entry) ? entry['value'] : undefined,
    ]);
    const { parameters: settled, mistakes } = expandTemplate(template, { parameters: Object.fromEntries(values) });
    expect(mistakes).toEqual([]);
    expect(Object.values(settled).filter((value) => typeof value === 'string' && value.startsWith('<'))).toEqual([]);
  });

  test('no template has a key by default, nor any other way in', () => {
    const { template } = composed();
    expect(JSON.stringify(template)).not.toContain('ssh-ed25519 AAAA');
    expect(JSON.stringify(template)).not.toMatch(/password(?!Authentication)/i);
  });
});

describe.each([
  ['a new network', {}, {}],
  ['a network that is there', { network: EXISTING }, {}],
  ['a stock image', {}, { image: STOCK_IMAGE }],
  ['several pools and keys', { pools: [privatePool(), publicPool(), privatePool({ name: 'big' })] }, {}],
])('for the Marketplace, with %s', (_, change, context) => {
  const { mainTemplate, createUiDefinition, template } = composed(change, context);
  const outputs = objectAt(createUiDefinition, 'parameters', 'outputs');

  test('mainTemplate.json is a template without anything of its author', () => {
    expect(templateMistakes(mainTemplate)).toEqual([]);
    expect(JSON.stringify(parametersOf(mainTemplate))).not.toMatch(
      /subscriptions|test-masters|test-agents|203\.0\.113\.0\/24"\]/,
    );
    expect({ ...mainTemplate, parameters: 0 }).toEqual({ ...template, parameters: 0 });
  });

  test('each answer goes to a parameter of that name and type', () => {
    for (const [name, output] of Object.entries(outputs)) {
      expect([name, valueAt(mainTemplate, ['parameters', name, 'type'])]).toEqual([name, typeOf(output)]);
    }
  });

  test('what has no default is asked for', () => {
    const open = Object.entries(parametersOf(mainTemplate)).filter(
      ([, entry]) => isJsonObject(entry) && entry['defaultValue'] === undefined,
    );
    expect(Object.keys(outputs)).toEqual(expect.arrayContaining(open.map(([name]) => name)));
  });

  test('each question is asked once, under a name of its own', () => {
    const names = elements().map(({ name }) => (typeof name === 'string' ? name : ''));
    expect(names).toEqual([...new Set(names)]);
    expect(sorted(['location', ...names])).toEqual(sorted(Object.keys(outputs)));
  });

  test('what is proposed keeps to the rule of its question', () => {
    const ruled = elements().flatMap(({ name, defaultValue, constraints }) => {
      const regex = valueAt(constraints ?? null, ['regex']);
      return typeof regex === 'string' && typeof defaultValue === 'string' ? [{ name, regex, defaultValue }] : [];
    });
    expect(ruled.filter(({ regex, defaultValue }) => !new RegExp(regex).test(defaultValue))).toEqual([]);
  });

  function elements(): readonly JsonObject[] {
    const { basics, steps } = objectAt(createUiDefinition, 'parameters');
    const inSteps = isJsonArray(steps) ? steps.flatMap((step) => valueAt(step, ['elements']) ?? []) : [];
    return [...(isJsonArray(basics) ? basics : []), ...inSteps.flat()].filter(isJsonObject);
  }

  /** Of what an output says, from the element it comes from. */
  function typeOf(output: Json): string {
    const text = typeof output === 'string' ? output : '';
    if (text === '[location()]') return 'string';
    if (text.startsWith('[split(')) return 'array';
    const name = /^\[(?:steps\('\w+'\)\.(\w+)|basics\('(\w+)'\))\]$/.exec(text)?.slice(1).join('');
    const element = elements().find((each) => each['name'] === name);
    const types: Readonly<Record<string, string>> = {
      'Microsoft.Common.TextBox': 'string',
      'Microsoft.Common.Slider': 'int',
      'Microsoft.Common.CheckBox': 'bool',
      'Microsoft.Compute.SizeSelector': 'string',
    };
    return types[typeof element?.['type'] === 'string' ? element['type'] : ''] ?? `nothing: ${text}`;
  }
});

test('the form takes keys and names as the definition does, and nothing else', () => {
  const { createUiDefinition } = composed();
  const regexOf = (step: number, index: number): RegExp => {
    const found = valueAt(createUiDefinition, ['parameters', 'steps', step, 'elements', index, 'constraints', 'regex']);
    return new RegExp(typeof found === 'string' ? found : 'nothing');
  };
  const key = regexOf(0, 1);
  const ranges = regexOf(3, 0);
  expect(['ssh-ed25519 AAAA= me', 'ssh-rsa AAAA+/'].filter((text) => !key.test(text))).toEqual([]);
  expect(['', 'AAAA', 'ssh-dss AAAA', 'ssh-rsa AA AA\nssh-rsa BB'].filter((text) => key.test(text))).toEqual([]);
  expect(['1.2.3.4', '1.2.3.0/24, 10.0.0.0/8', ' 1.2.3.4 '].filter((text) => !ranges.test(text))).toEqual([]);
  expect(['', '*', '1.2.3.4;5.6.7.8', 'Internet'].filter((text) => ranges.test(text))).toEqual([]);
});

describe('the README', () => {
  test('has the command that deploys it, with what is to be added', () => {
    const { readme } = composed({ dns_prefix: undefined, admin: {}, location: 'westeurope' });
    expect(readme).toContain('az group create --name test-rg --location westeurope\n');
    expect(readme).toContain(
      [
        'az deployment group create --resource-group test-rg --name azuredeploy \\',
        '  --template-file azuredeploy.json --parameters @azuredeploy.parameters.json \\',
        '    sshRSAPublicKey="$(cat ~/.ssh/id_ed25519.pub)" \\',
        '    masterEndpointDNSNamePrefix=my-master\n',
      ].join('\n'),
    );
  });

  test('links to the portal, where the template can be fetched', () => {
    const { readme } = composed({}, { templateUrl: 'https://example.com/a b/azuredeploy.json?x=1' });
    expect(readme).toContain(
      '(https://portal.azure.com/#create/Microsoft.Template/uri/https%3A%2F%2Fexample.com%2Fa%20b%2Fazuredeploy.json%3Fx%3D1)',
    );
  });

  test('says when nobody may come to the masters', () => {
    expect(composed({ access: {} }).readme).toContain('Nobody may come to the masters from outside');
    expect(composed().readme).not.toContain('Nobody may come');
  });

  test('says which terms have to be accepted', () => {
    const plan = { name: 'basic', product: 'node', publisher: 'someone' };
    const { readme } = composed({}, { image: { ...STOCK_IMAGE, plan } });
    expect(readme).toContain('az vm image terms accept --publisher someone --offer node --plan basic\n');
  });
});
