import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffBills, isDifferent, type Change, type ComponentChange } from '../../src/bom/diff-bills.ts';
import { anyBill, billOf, component, treeBill } from './bills.ts';

test('a bill does not differ from itself', () => {
  fc.assert(
    fc.property(anyBill, (bill) => {
      const diff = diffBills(bill, bill);
      expect(isDifferent(diff)).toBe(false);
      expect(diff.unchanged).toBe(bill.components.length);
    }),
  );
});

test('the other way round, added is removed, up is down, and each change has its sides exchanged', () => {
  fc.assert(
    fc.property(treeBill, treeBill, (one, other) => {
      const [there, back] = [diffBills(one, other), diffBills(other, one)];
      expect(back.added).toEqual(there.removed);
      expect(back.removed).toEqual(there.added);
      expect(back.unchanged).toBe(there.unchanged);
      const byName = (changes: readonly ComponentChange[]): ComponentChange[] =>
        changes.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
      expect(byName(back.changed)).toEqual(byName(there.changed.map(exchanged)));
    }),
  );
});

const OPPOSITE = { up: 'down', down: 'up', other: 'other' } as const;

function exchanged(change: ComponentChange): ComponentChange {
  const { component: label, variant, version, sources, requires } = change;
  const name = label.split('/')[0] ?? '';
  const other = variant === undefined ? label : variant.before === undefined ? name : `${name}/${variant.before}`;
  return {
    component: other,
    variant: swap(variant),
    version: version === undefined ? undefined : { ...swapped(version), direction: OPPOSITE[version.direction] },
    licence: swap(change.licence),
    availability: swap(change.availability),
    sources: sources?.map((source) => ({ name: source.name, ...swapped(source) })),
    requires: requires === undefined ? undefined : { added: requires.removed, removed: requires.added },
    builder: swap(change.builder),
    bytes: swap(change.bytes),
    id: swap(change.id),
  };
}

function swapped<Value>({ before, after }: Change<Value>): Change<Value> {
  return { before: after, after: before };
}

function swap<Value>(change: Change<Value> | undefined): Change<Value> | undefined {
  return change === undefined ? undefined : swapped(change);
}

test('every component of either side is added, removed, changed or unchanged, once', () => {
  fc.assert(
    fc.property(anyBill, anyBill, (one, other) => {
      const { added, removed, changed, unchanged } = diffBills(one, other);
      expect(removed.length + changed.length + unchanged).toBe(one.components.length);
      expect(added.length + changed.length + unchanged).toBe(other.components.length);
    }),
  );
});

test('each way to differ is told, and nothing else', () => {
  const source = { name: 's', kind: 'git' as const, urls: [], commit: 'a', hashes: [], packages: [] };
  const before = billOf(
    component('builder'),
    component('gone'),
    component('licence'),
    component('requires', { requires: ['x', 'y'] }),
    component('same'),
    component('size', { package: { file: 'f', sha256: 'a', bytes: 1 } }),
    component('source', { sources: [source] }),
    component('up', { version: '1.0.2g' }),
  );
  const after = billOf(
    component('builder', { builder: { name: 'debian', id: 'sha256:2' } }),
    component('licence', { licence: 'Apache-2.0', availability: 'private' }),
    component('new'),
    component('requires', { requires: ['y', 'z'] }),
    component('same'),
    component('size', { package: { file: 'f', sha256: 'b', bytes: 2 } }),
    component('source', { sources: [{ ...source, commit: 'b' }] }),
    component('up', { version: '1.0.2h' }),
  );
  const diff = diffBills(before, after);
  expect(diff.added.map(({ label }) => label)).toEqual(['new']);
  expect(diff.removed.map(({ label }) => label)).toEqual(['gone']);
  expect(diff.unchanged).toBe(1);
  expect(JSON.parse(JSON.stringify(diff.changed))).toEqual([
    {
      component: 'builder',
      builder: { before: { name: 'debian', id: 'sha256:1' }, after: { name: 'debian', id: 'sha256:2' } },
    },
    {
      component: 'licence',
      licence: { before: 'MIT', after: 'Apache-2.0' },
      availability: { before: 'public', after: 'private' },
    },
    { component: 'requires', requires: { added: ['z'], removed: ['x'] } },
    { component: 'size', bytes: { before: 1, after: 2 } },
    { component: 'source', sources: [{ name: 's', before: source, after: { ...source, commit: 'b' } }] },
    { component: 'up', version: { before: '1.0.2g', after: '1.0.2h', direction: 'up' } },
  ]);
});

test('a variant that takes the place of another is a change of the component', () => {
  const diff = diffBills(billOf(component('six')), billOf(component('six', { variant: 'quick' })));
  expect(diff).toMatchObject({
    added: [],
    removed: [],
    changed: [{ component: 'six/quick', variant: { before: undefined, after: 'quick' } }],
  });
});

test('of several versions of one name, equal ones belong together', () => {
  const [v1, v2, v3] = ['1.0', '2.0', '3.0'].map((version) => component('lodash', { version, id: undefined }));
  if (v1 === undefined || v2 === undefined || v3 === undefined) throw new Error('three versions');
  const diff = diffBills(billOf(v1, v2), billOf(v2, v3));
  expect(diff).toMatchObject({ added: [], removed: [], unchanged: 1 });
  expect(diff.changed).toMatchObject([{ version: { before: '1.0', after: '3.0', direction: 'up' } }]);
});

test('what one side does not tell is not a change', () => {
  const told = component('a', { package: { file: 'f', sha256: 'a', bytes: 1 } });
  const untold = { ...told, id: undefined, version: undefined, licence: undefined, requires: undefined };
  const bare = { ...untold, sources: undefined, builder: undefined, package: undefined };
  expect(isDifferent(diffBills(billOf(told), billOf(bare)))).toBe(false);
});
