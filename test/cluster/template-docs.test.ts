/** docs/cluster-template.md has what templates have. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { composeTemplate } from '../../src/cluster/template.ts';
import { isJsonObject } from '../../src/model/json.ts';
import { sorted } from '../../src/model/order.ts';
import { contextOf, definitionOf, EXISTING, privatePool, publicPool } from './examples.ts';

const page = readFileSync('docs/cluster-template.md', 'utf8');
const [, section = ''] = /## Parameters\n([^]*?)\nWhat ACS had/.exec(page) ?? [];

test('docs/cluster-template.md has the parameters of templates, and no others', () => {
  const names = ['private', 'public', 'privatetwo', 'publictwo'];
  const pools = names.map((name) =>
    name.startsWith('private') ? privatePool({ name }) : publicPool({ name, dns_prefix: `test-${name}` }),
  );
  const subnets = names.map((name, index) => [name, { subnet: name, prefix: `10.2.${index}.0/24` }]);
  const existing = { ...EXISTING.existing, pools: Object.fromEntries(subnets) };
  const definition = definitionOf({ pools, network: { existing } });
  const { template } = composeTemplate(definition, contextOf(definition));
  const { parameters } = template;
  const found = Object.keys(isJsonObject(parameters) ? parameters : {}).map((name) =>
    name.replace(/^(private|public)(two)?(?=[A-Z])/, '<pool>'),
  );
  const documented = [...section.matchAll(/^\|([^|]*)\|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  );
  expect(sorted(new Set(documented))).toEqual(sorted(new Set(found)));
});
