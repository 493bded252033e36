/** What holds for the template of every cluster that a definition can ask for. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lintTemplate } from '../../src/arm/lint.ts';
import { openPaths } from '../../src/arm/reach.ts';
import { parameterValues } from '../../src/cli/cluster/cluster-file.ts';
import { composeTemplate } from '../../src/cluster/template.ts';
import { isJsonArray, isJsonObject, valueAt, type JsonObject } from '../../src/model/json.ts';
import type { ClusterDefinition } from '../../src/recipe/cluster-definition.ts';
import { resourceMistakes, templateMistakes } from '../rig/template-schemas.ts';
import { contextOf, definitionOf } from './examples.ts';
import { expandCluster, ofType } from './expansion.ts';

const RUNS = { numRuns: 25 };
const zones = fc.constant({ zones: ['1', '2', '3'] });
const regional = fc.constant({ regional: true });
const disks = fc.array(fc.record({ gib: fc.integer({ min: 1, max: 4096 }) }), { maxLength: 4 });

const set = fc.record({
  fault_domains: fc.integer({ min: 1, max: 3 }),
  update_domains: fc.integer({ min: 1, max: 20 }),
});
const inSet = fc.record({
  orchestration: fc.constant('availability-set'),
  placement: set.map((availability_set) => ({ availability_set })),
  count: fc.integer({ min: 0, max: 5 }),
});
const inScaleSet = fc.record({
  orchestration: fc.constantFrom('uniform', 'flexible'),
  placement: fc.oneof(zones, regional),
  count: fc.integer({ min: 0, max: 1000 }),
});
const nodes = fc
  .tuple(fc.oneof(inSet, inScaleSet), fc.record({ os_disk_gib: fc.integer({ min: 30, max: 2048 }), data_disks: disks }))
  .map(([where, rest]) => ({ ...where, ...rest }));

const range = fc.integer({ min: 1, max: 254 }).map((part) => `203.0.${part}.0/24`);
const sources = fc.oneof(fc.constant(['AzureCloud']), fc.uniqueArray(range, { maxLength: 4 }));
const ports = fc.uniqueArray(fc.constantFrom(25, 53, 80, 443, 6443, 8080, 9090, 10_050, 31_999), { minLength: 1 });
const name = fc.stringMatching(/^[a-z][a-z0-9]{0,11}$/).filter((text) => !/^masters?$|^bootstrap$|^agent$/.test(text));

const pool = fc.oneof(
  fc.record({ kind: fc.constant('private'), rest: nodes }).map(({ kind, rest }) => ({ kind, ...rest })),
  fc
    .record({ ports, from: sources.filter(({ length }) => length > 0), rest: nodes })
    .map(({ ports: open, from, rest }) => ({ kind: 'public', ports: open, ports_from: from, ...rest })),
);

const tags = fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9 _-]{0,20}$/), fc.string({ maxLength: 40 }), {
  maxKeys: 5,
});

/** A network that is there has room for each pool. */
function existing(names: readonly string[]): object {
  const subnet = (index: number): object => ({ subnet: `s${index}`, prefix: `10.${index}.0.0/16` });
  return {
    existing: {
      id: '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/corporate',
      masters: subnet(0),
      pools: Object.fromEntries(names.map((each, index) => [each, subnet(index + 1)])),
    },
  };
}

const definitions: fc.Arbitrary<ClusterDefinition> = fc
  .record({
    masters: fc.record({ count: fc.constantFrom(1, 3, 5), placement: fc.oneof(zones, regional), data_disks: disks }),
    access: fc.record({ ssh_from: sources, web_from: sources }),
    names: fc.uniqueArray(name, { maxLength: 6 }),
    pools: fc.array(pool, { minLength: 6, maxLength: 6 }),
    isOwn: fc.boolean(),
    tags,
  })
  .map(({ names, pools, isOwn, ...rest }) =>
    definitionOf({
      ...rest,
      pools: names.map((each, index) => ({ name: each, ...pools[index] })),
      ...(isOwn ? {} : { network: existing(names) }),
    }),
  );

test('is what Microsoft publishes as a template, before and after it is evaluated', () => {
  fc.assert(
    fc.property(definitions, (definition) => {
      const { template } = composeTemplate(definition, contextOf(definition));
      expect(templateMistakes(template)).toEqual([]);
      const { resources, mistakes } = expandCluster(definition, { parameters: listedSizes(template) });
      expect(mistakes).toEqual([]);
      for (const { id: _, path: __, dependsOn: ___, ...resource } of resources) {
        expect(resourceMistakes(resource)).toEqual([]);
      }
    }),
    { numRuns: 15 },
  );
});

/** The published list of sizes ends with the third version of most. */
function listedSizes({ parameters }: JsonObject): Record<string, string> {
  const names = Object.keys(isJsonObject(parameters) ? parameters : {}).filter((each) => each.endsWith('VMSize'));
  return Object.fromEntries(names.map((each) => [each, 'Standard_D2s_v3']));
}

test('is the same for the same definition, to the byte', () => {
  fc.assert(
    fc.property(definitions, (definition) => {
      const files = (): string => JSON.stringify(composeTemplate(structuredClone(definition), contextOf(definition)));
      expect(files()).toBe(files());
    }),
    RUNS,
  );
});

test('gives each resource an id of its own, and depends only on what is in it', () => {
  fc.assert(
    fc.property(definitions, (definition) => {
      const { resources } = expandCluster(definition);
      const ids = resources.map(({ id }) => id.toLowerCase());
      expect(ids).toEqual([...new Set(ids)]);
      const needed = resources.flatMap(({ dependsOn }) => dependsOn.map((id) => id.toLowerCase()));
      expect(needed.filter((id) => !ids.includes(id))).toEqual([]);
    }),
    RUNS,
  );
});

test('gives each rule of a security group a name and a priority of its own, and closes the rest', () => {
  fc.assert(
    fc.property(definitions, (definition) => {
      for (const { properties } of ofType(expandCluster(definition), 'Microsoft.Network/networkSecurityGroups')) {
        const rules = properties['securityRules'];
        const all = isJsonArray(rules) ? rules.filter(isJsonObject) : [];
        for (const path of [['name'], ['properties', 'priority']]) {
          const values = all.map((rule) => valueAt(rule, path));
          expect(values).toEqual([...new Set(values)]);
        }
        expect(all.at(-1)?.['properties']).toMatchObject({ access: 'Deny', priority: 4096, sourceAddressPrefix: '*' });
      }
    }),
    RUNS,
  );
});

test('is one that no rule finds fault with, with and without its parameters', () => {
  fc.assert(
    fc.property(definitions, (definition) => {
      const { template, parameters, mainTemplate } = composeTemplate(definition, contextOf(definition));
      const given = { parameters: parameterValues(parameters) };
      const found = [...lintTemplate(template, given), ...lintTemplate(mainTemplate)];
      // a pool of single machines may have none for a while
      expect(found.filter(({ message }) => !message.endsWith('No machine is behind it.'))).toEqual([]);
    }),
    RUNS,
  );
});

test('opens what the definition opens, to whom it says, and nothing of private pools', () => {
  fc.assert(
    fc.property(definitions, (definition) => {
      const { access, masters, pools } = definition;
      const paths = openPaths(expandCluster(definition).resources);
      const groups: readonly (readonly [readonly string[], readonly number[]])[] = [
        [access.ssh_from, Array.from({ length: masters.count }, () => 22)],
        [access.web_from, [80, 443]],
        ...pools.map(({ kind, ports: open = [], ports_from: from = [], count, orchestration }) => {
          const isEmpty = kind === 'private' || (count === 0 && orchestration === 'availability-set');
          return [from, isEmpty ? [] : open] as const;
        }),
      ];
      const wanted = groups.flatMap(([from, open]) =>
        from.length === 0 ? [] : open.map((port) => toText(port, from)),
      );
      const found = paths.filter(({ isOpen }) => isOpen);
      expect(found.map((path) => toText(path.backendPort, path.sources)).toSorted()).toEqual(wanted.toSorted());
    }),
    RUNS,
  );
});

function toText(port: number, from: readonly string[]): string {
  return `${port} from ${from.toSorted().join()}`;
}
