import fc from 'fast-check';
import { expect, test } from 'vitest';
import { directChanges, findCauses } from '../../src/resolve/causes.ts';
import { inputsOf, type BuildInputs } from '../../src/resolve/explain.ts';
import type { Plan, PlannedComponent } from '../../src/resolve/plan.ts';
import { planMemory, type TreeFiles } from '../rig/memory-plan.ts';

const URL = { kind: 'url', url: 'https://example.com/a.tar' };
const pin = (digit: string): object => ({ ...URL, sha1: digit.repeat(40) });

/** app → lib → base, and app → tool; tool is by itself. */
const BEFORE: TreeFiles = {
  'app/buildinfo.json': { requires: ['lib', 'tool'] },
  'lib/buildinfo.json': { requires: ['base'] },
  'base/buildinfo.json': { sources: { base: pin('0') } },
  'tool/buildinfo.json': {},
  'tool/extra/etc/tool': 'old',
};

function component(plan: Plan, name: string): PlannedComponent {
  const found = plan.components.get(`${name}|null`);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

/** Why a component differs between two trees, as lines of text; `forgotten` components have no record. */
function causesOf(name: string, before: TreeFiles, after: TreeFiles, forgotten: readonly string[] = []): string[] {
  const old = planMemory(before).plan;
  const { plan } = planMemory(after);
  const records = new Map<string, BuildInputs>(
    [...old.components.values()]
      .filter((each) => !forgotten.includes(each.name))
      .map((each) => [each.id, inputsOf(each)]),
  );
  const { causes, unrecorded } = findCauses(plan, `${name}|null`, inputsOf(component(old, name)), (id) =>
    records.get(id),
  );
  return [
    ...causes.map(({ path, changes }) => `${wayOf(path)}: ${changes.map(({ field }) => field).join(', ')}`),
    ...unrecorded.map(({ path }) => `${wayOf(path)}: ?`),
  ];
}

function wayOf(path: readonly string[]): string {
  return path.map((key) => key.replace('|null', '')).join(' → ');
}

test('a moved pin far below is named with the way that leads to it', () => {
  const after = { ...BEFORE, 'base/buildinfo.json': { sources: { base: pin('1') } } };
  expect(causesOf('app', BEFORE, after)).toEqual(['app → lib → base: sources.base.downloaded_sha1']);
  expect(causesOf('base', BEFORE, after)).toEqual(['base: sources.base.downloaded_sha1']);
});

test('what others changed because of comes first, the component itself last', () => {
  const after = {
    ...BEFORE,
    'app/buildinfo.json': { requires: ['lib', 'tool'], environment: { A: '1' } },
    'base/buildinfo.json': { sources: { base: pin('1') } },
    'tool/extra/etc/tool': 'new',
  };
  expect(causesOf('app', BEFORE, after)).toEqual([
    'app → lib → base: sources.base.downloaded_sha1',
    'app → tool: extra/etc/tool',
    'app: environment.A',
  ]);
});

test('a requirement that was added is a change of the one whose recipe names it', () => {
  const after = { ...BEFORE, 'lib/buildinfo.json': { requires: ['base', 'tool'] } };
  expect(causesOf('lib', BEFORE, after)).toEqual(['lib: requires.tool']);
  expect(causesOf('app', BEFORE, after)).toEqual(['app → lib: requires.tool']);
});

test('a requirement that went is a change of the one that had it, not of those that had it through others', () => {
  const after = { ...BEFORE, 'lib/buildinfo.json': {} };
  expect(causesOf('lib', BEFORE, after)).toEqual(['lib: requires.base']);
  expect(causesOf('app', BEFORE, after)).toEqual(['app → lib: requires.base']);
});

test('a requirement without a record is named as not known, beside what is', () => {
  const after = {
    ...BEFORE,
    'base/buildinfo.json': { sources: { base: pin('1') } },
    'tool/extra/etc/tool': 'new',
  };
  expect(causesOf('app', BEFORE, after, ['lib', 'tool'])).toEqual([
    'app → lib → base: sources.base.downloaded_sha1',
    'app → lib: ?',
    'app → tool: ?',
  ]);
});

test('without records the direct view tells own changes, else the requirements that changed', () => {
  const old = planMemory(BEFORE).plan;
  const { plan } = planMemory({ ...BEFORE, 'lib/buildinfo.json': { requires: ['base'], environment: { A: '1' } } });
  const lib = directChanges(plan, component(plan, 'lib'), inputsOf(component(old, 'lib')));
  expect(lib).toEqual({ own: [{ field: 'environment.A', before: undefined, after: '1' }], requirements: [] });
  const app = directChanges(plan, component(plan, 'app'), inputsOf(component(old, 'app')));
  expect(app).toEqual({ own: [], requirements: ['lib|null'] });
});

test('exactly the edited components among all that one requires are its causes', () => {
  const size = 7;
  const trees = fc.record({
    edges: fc.array(fc.boolean(), { minLength: size * size, maxLength: size * size }),
    edited: fc.array(fc.boolean(), { minLength: size, maxLength: size }),
  });
  fc.assert(
    fc.property(trees, ({ edges, edited }) => {
      const treeOf = (isNew: boolean): TreeFiles =>
        Object.fromEntries(
          edited.map((isEdited, index) => [
            `c${index}/buildinfo.json`,
            {
              requires: edited.flatMap((_, need) =>
                need < index && edges[index * size + need] === true ? [`c${need}`] : [],
              ),
              environment: { V: isEdited && isNew ? 'new' : 'old' },
            },
          ]),
        );
      const { plan } = planMemory(treeOf(true));
      for (const { name, closure } of plan.components.values()) {
        const mine = [name, ...closure.map((each) => each.split('--')[0] ?? '')];
        const expected = mine.filter((each) => edited[Number(each.slice(1))] === true).toSorted();
        const found = causesOf(name, treeOf(false), treeOf(true)).map(
          (line) => /(c\d): environment.V$/.exec(line)?.[1] ?? line,
        );
        expect(found.toSorted()).toEqual(expected);
      }
    }),
    { numRuns: 30 },
  );
});
