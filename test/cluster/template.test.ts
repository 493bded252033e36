import { describe, expect, test } from 'vitest';
import { composeTemplate } from '../../src/cluster/template.ts';
import { fileMistakes } from '../rig/arm-schemas.ts';
import { templateMistakes } from '../rig/template-schemas.ts';
import { contextOf, definitionOf, EXISTING, GALLERY_IMAGE, privatePool, publicPool, STOCK_IMAGE } from './examples.ts';

const ZONES = { zones: ['1', '2', '3'] };
const DISKS = [{ gib: 128 }, { gib: 1024, type: 'PremiumV2_LRS' }];
const counts = [1, 3, 5];

const SHAPES: Readonly<Record<string, object>> = {
  'as it is by default': {},
  'with nobody who may come': { access: {}, pools: [privatePool()] },
  'with masters alone': { pools: [] },
  'in zones': { masters: { placement: ZONES }, pools: [privatePool({ placement: ZONES }), publicPool()] },
  'with flexible scale sets': {
    pools: [privatePool({ orchestration: 'flexible', placement: ZONES }), publicPool({ orchestration: 'flexible' })],
  },
  'with single machines': {
    masters: { placement: { regional: true } },
    pools: [
      privatePool({ orchestration: 'availability-set' }),
      publicPool({ orchestration: 'availability-set', placement: ZONES }),
    ],
  },
  'in a network that is there': { network: EXISTING },
  'with single machines in a network that is there': {
    network: EXISTING,
    pools: [privatePool({ orchestration: 'availability-set' }), publicPool({ orchestration: 'availability-set' })],
  },
  'with data disks': { pools: [privatePool({ data_disks: DISKS, placement: ZONES })] },
  'with many agents': { pools: [privatePool({ count: 600 })] },
  'with service tags and everybody': { access: { ssh_from: ['*'], web_from: ['AzureCloud', 'Storage.WestEurope'] } },
};

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
