import { expect, test } from 'vitest';
import { lintTemplate } from '../../src/arm/lint.ts';
import { composeTemplate } from '../../src/cluster/template.ts';
import { isJsonObject, type Json } from '../../src/model/json.ts';
import { contextOf, definitionOf, EXISTING, privatePool, publicPool } from '../cluster/examples.ts';

const ZONES = { zones: ['1', '2', '3'] };
const SHAPES = [
  {},
  { access: {}, pools: [privatePool()] },
  { pools: [] },
  { masters: { placement: ZONES }, pools: [privatePool({ placement: ZONES }), publicPool()] },
  { pools: [privatePool({ orchestration: 'flexible' }), publicPool({ orchestration: 'flexible' })] },
  { pools: [privatePool({ orchestration: 'availability-set' }), publicPool({ orchestration: 'availability-set' })] },
  { network: EXISTING },
];

test.each(SHAPES)('nothing is found in the template of our own cluster %#', (shape) => {
  for (const count of [1, 3, 5]) {
    const definition = definitionOf({ ...shape, masters: { ...('masters' in shape ? shape.masters : {}), count } });
    const { template, parameters } = composeTemplate(definition, contextOf(definition));
    expect(lintTemplate(template)).toEqual([]);
    expect(lintTemplate(template, { parameters: valuesOf(parameters['parameters'] ?? null) })).toEqual([]);
  }
});

function valuesOf(parameters: Json): Record<string, Json> {
  if (!isJsonObject(parameters)) return {};
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, one]) => (isJsonObject(one) ? [[name, one['value'] ?? null]] : [])),
  );
}
