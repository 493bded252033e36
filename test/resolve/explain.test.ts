import { expect, test } from 'vitest';
import { changesBetween, fieldsOf, type BuildInputs } from '../../src/resolve/explain.ts';

const BASE: BuildInputs = {
  id: 'a--1',
  buildIds: { name: 'a', build: 'b1', requires: ['x--1'], environment: {}, extra_source: 'e1' },
  extra: { 'etc/a': '1', 'etc/b': '2' },
};

test('equal inputs have no changes', () => {
  expect(changesBetween(BASE, structuredClone(BASE))).toEqual([]);
});

test('changes name the key, the file or the requirement, with what it was and is', () => {
  const after: BuildInputs = {
    id: 'a--2',
    buildIds: { name: 'a', build: 'b2', requires: ['x--2', 'y--1'], environment: { PATH: '/x' }, extra_source: 'e2' },
    extra: { 'etc/a': '1', 'etc/b': '3', 'etc/c': '' },
  };
  expect(changesBetween(BASE, after)).toEqual([
    { field: 'build', before: 'b1', after: 'b2' },
    { field: 'environment.PATH', before: undefined, after: '/x' },
    { field: 'extra/etc/b', before: '2', after: '3' },
    { field: 'extra/etc/c', before: undefined, after: '' },
    { field: 'requires.x', before: 'x--1', after: 'x--2' },
    { field: 'requires.y', before: undefined, after: 'y--1' },
  ]);
});

test('a record without the files below extra/ is compared by the hash of them all', () => {
  const fromManifest = { ...BASE, extra: {} };
  expect(changesBetween(fromManifest, BASE)).toEqual([]);
  const after = { ...BASE, buildIds: { ...BASE.buildIds, extra_source: 'e2' }, extra: { 'etc/a': '9' } };
  expect(changesBetween(fromManifest, after)).toEqual([{ field: 'extra_source', before: 'e1', after: 'e2' }]);
});

test('everything that entered an id can be listed', () => {
  expect(fieldsOf(BASE)).toEqual([
    { field: 'build', value: 'b1' },
    { field: 'environment', value: '{}' },
    { field: 'extra/etc/a', value: '1' },
    { field: 'extra/etc/b', value: '2' },
    { field: 'name', value: 'a' },
    { field: 'requires.x', value: 'x--1' },
  ]);
});
