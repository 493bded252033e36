/** Foreign templates may hold anything: an inventory, a drawing and a comparison are made of all of it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ConcreteResource } from '../../../src/arm/expand-resources.ts';
import { describeInventory } from '../../../src/cli/cluster/show-text.ts';
import { inventoryOf } from '../../../src/cli/cluster/inventory.ts';
import { diffResources } from '../../../src/cluster/diff/diff-resources.ts';
import { drawCluster } from '../../../src/cluster/show/drawing.ts';
import { isJsonObject, type Json } from '../../../src/model/json.ts';
import { parseJson } from '../../../src/model/parse-json.ts';
import { resource, sampleCluster } from '../../rig/cluster-resources.ts';

const { resources } = sampleCluster(3, 3);

/** Values where others are expected. */
const odd = fc.constantFrom<Json>(
  null,
  true,
  0,
  -1,
  2 ** 53,
  '',
  '<count>',
  '{reference(x)}',
  '[',
  '</svg>',
  [],
  {},
  [[]],
  [{}],
);

/** Some values of the sample are replaced by odd ones, the same ones each time. */
function spoil(json: Json, pick: () => Json | undefined): Json {
  const replaced = pick();
  if (replaced !== undefined) return replaced;
  if (Array.isArray(json)) return json.map((item) => spoil(item, pick));
  if (!isJsonObject(json)) return json;
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, spoil(value, pick)]));
}

function spoiled(each: ConcreteResource, pick: () => Json | undefined): ConcreteResource {
  const { id, type, name, sku = null, zones = null } = each;
  const properties = spoil(each.properties, pick);
  const more = { id, sku: spoil(sku, pick), zones: spoil(zones, pick) };
  return resource(type, name, isJsonObject(properties) ? properties : {}, more);
}

test('values of any kind in any place make no difference to whether there is a table, a drawing and a comparison', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(40), odd), { minLength: 1, maxLength: 20 }), (picks) => {
      let index = 0;
      let wait = 0;
      const pick = (): Json | undefined => {
        const [gap = 0, value] = picks[index % picks.length] ?? [];
        wait += 1;
        if (wait <= gap + 3) return undefined;
        index += 1;
        wait = 0;
        return value;
      };
      const others = resources.map((each) => spoiled(each, pick));
      const inventory = inventoryOf(others);
      expect(describeInventory(inventory, 'x')).toContain('x: ');
      const drawing = drawCluster(inventory, 'x');
      expect(openTags(drawing)).toEqual([]);
      expect(drawing).not.toMatch(/NaN|undefined|\[object/);
      expect(diffResources(resources, parsed(others)).added).toEqual([]);
    }),
  );
});

/** As if it had been read from a file. */
function parsed(list: readonly ConcreteResource[]): readonly ConcreteResource[] {
  return list.map((each) => ({ ...each, properties: objectOf(parseJson(JSON.stringify(each.properties))) }));
}

function objectOf(json: Json): ConcreteResource['properties'] {
  return isJsonObject(json) ? json : {};
}

/** Elements that are not closed, or closed in another order. */
function openTags(xml: string): readonly string[] {
  const open: string[] = [];
  for (const [, end, name = '', attributes = ''] of xml.matchAll(/<(\/?)([a-z]+)((?:\s+[\w:-]+="[^"<]*")*)\s*\/?>/g)) {
    if (end === '/') {
      const last = open.pop();
      if (last !== name) return [...open, `${last} closed by ${name}`];
    } else if (!xml.includes(`<${name}${attributes}/>`)) open.push(name);
  }
  return open;
}
