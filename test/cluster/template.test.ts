import { describe, expect, test } from 'vitest';
import { composeTemplate } from '../../src/cluster/template.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { fileMistakes } from '../rig/arm-schemas.ts';
import { templateMistakes } from '../rig/template-schemas.ts';
import { contextOf, definitionOf, GALLERY_IMAGE, STOCK_IMAGE } from './examples.ts';
import { SHAPES } from './shapes.ts';

const GOLDENS = '../fixtures/cluster-template';
const counts = [1, 3, 5];
const PLAN = { name: 'basic', product: 'node', publisher: 'someone' };
const IMAGES = {
  gallery: GALLERY_IMAGE,
  'gallery, first generation': { ...GALLERY_IMAGE, generation: '1', trustedLaunch: false },
  'gallery, with a plan': { ...GALLERY_IMAGE, plan: PLAN },
  stock: STOCK_IMAGE,
} as const;

describe.each(Object.entries(SHAPES))('a cluster %s', (_, shape) => {
  test.each(counts)('with %i masters is what Microsoft publishes as a template', (count) => {
    const definition = definitionOf({
      ...shape,
      masters: { count, ...('masters' in shape ? Object(shape.masters) : {}) },
    });
    const { template, parameters } = composeTemplate(definition, contextOf(definition));
    expect(templateMistakes(template)).toEqual([]);
    expect(fileMistakes('deploymentParameters', parameters)).toEqual([]);
  });
});

test.each(Object.entries(IMAGES))('an image of kind %s fits', (_, image) => {
  const definition = definitionOf();
  expect(templateMistakes(composeTemplate(definition, contextOf(definition, { image })).template)).toEqual([]);
});

test('a cluster of three masters and two pools has the files that stand here', async () => {
  const definition = definitionOf({ location: 'westeurope', tags: { owner: '[ops]' } });
  const files = composeTemplate(definition, contextOf(definition));
  const text = (json: JsonObject): string => `${JSON.stringify(json, null, 2)}\n`;
  await expect(text(files.template)).toMatchFileSnapshot(`${GOLDENS}/azuredeploy.json`);
  await expect(text(files.parameters)).toMatchFileSnapshot(`${GOLDENS}/azuredeploy.parameters.json`);
  await expect(text(files.createUiDefinition)).toMatchFileSnapshot(`${GOLDENS}/createUiDefinition.json`);
  await expect(files.readme).toMatchFileSnapshot(`${GOLDENS}/README.md`);
});
