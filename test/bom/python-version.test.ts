import { expect, test } from 'vitest';
import { comparePythonVersions } from '../../src/bom/python-version.ts';

/** The order that the specification itself lists, and what it says of local versions and epochs. */
const ORDERED = [
  '1.0.dev456',
  '1.0a1',
  '1.0a2.dev456',
  '1.0a12.dev456',
  '1.0a12',
  '1.0b1.dev456',
  '1.0b2',
  '1.0b2.post345.dev456',
  '1.0b2.post345',
  '1.0rc1.dev456',
  '1.0rc1',
  '1.0',
  '1.0+abc.5',
  '1.0+abc.7',
  '1.0+5',
  '1.0.post456.dev34',
  '1.0.post456',
  '1.0.15',
  '1.1.dev1',
  '1!0.5',
];

test('versions are in the order of the specification', () => {
  for (const [at, older] of ORDERED.entries()) {
    for (const newer of ORDERED.slice(at + 1)) {
      expect([older, newer, Math.sign(comparePythonVersions(older, newer) ?? 0)]).toEqual([older, newer, -1]);
      expect(comparePythonVersions(newer, older)).toBeGreaterThan(0);
    }
  }
});

test.each([
  ['1.0', '1.0.0'],
  ['v1.0', '1.0'],
  ['1.0-1', '1.0.post1'],
  ['1.0alpha1', '1.0a1'],
  ['1.0-C1', '1.0rc1'],
  ['1.0_R', '1.0.post0'],
  ['1.0+Ubuntu-1', '1.0+ubuntu.1'],
])('%s and %s are the same version', (left, right) => {
  expect(comparePythonVersions(left, right)).toBe(0);
});

test('what is no version of Python is in no order', () => {
  expect(comparePythonVersions('1.0.2g', '1.0')).toBeUndefined();
});
