import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareSemanticVersions, compareVersions } from '../../src/bom/upstream-version.ts';

test.each([
  ['7.88.1', '8.0.0'],
  ['1.0.2', '1.0.2g'],
  ['1.0.2g', '1.0.2h'],
  ['0.9.8z', '0.9.8zh'],
  ['1.0.2zg', '1.1.0'],
  ['2016a', '2016b'],
  ['2016j', '2017a'],
  ['R15B', 'R16B'],
  ['R16B', 'R16B03'],
  ['R16B03', '17.0'],
  ['R16B03', 'OTP-18.1'],
  ['8u51', '8u101'],
  ['7.0.0~rc1', '7.0.0'],
  ['7.0.0rc1', '7.0.0rc2'],
  ['1.0a1', '1.0b1'],
  ['1.0b2', '1.0'],
  ['1.0.0-alpha.1', '1.0.0-beta'],
  ['2.1.11', '2.1.12-stable'],
  ['v0.1.5', '0.2.0'],
  ['6.4', '6.4.20240420'],
  ['3.0.9', '3.0.10'],
  ['1.26', '1.26.27'],
])('%s is older than %s', (older, newer) => {
  expect(compareVersions(older, newer)).toBeLessThan(0);
  expect(compareVersions(newer, older)).toBeGreaterThan(0);
});

test.each([
  ['9ab3d1ffcd01', '0c1de8842f61'],
  ['latest', '1.0'],
])('%s and %s are in no order', (left, right) => {
  expect(compareVersions(left, right)).toBeUndefined();
  expect(compareVersions(right, left)).toBeUndefined();
});

test('semantic versions are in the order of their specification', () => {
  const ordered = ['1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-beta', '1.0.0-beta.2', '1.0.0-beta.11'];
  const all = [...ordered, '1.0.0-rc.1', '1.0.0', '2.0.0', '2.1.0', '2.1.1'];
  for (const [at, older] of all.entries()) {
    for (const newer of all.slice(at + 1)) expect(compareSemanticVersions(older, newer)).toBeLessThan(0);
  }
  expect(compareSemanticVersions('1.0.0+a', '1.0.0+b')).toBe(0);
  expect(compareSemanticVersions('1.0', '1.0.0')).toBeUndefined();
});

const word = fc.constantFrom(
  '1',
  '0',
  '10',
  'a',
  'b',
  'rc',
  'beta',
  'g',
  '~',
  '-',
  '.',
  '+',
  'v',
  'R',
  'u',
  'dev',
  'stable',
);
const version = fc.array(word, { minLength: 1, maxLength: 8 }).map((words) => words.join(''));

test('exchanged sides give the opposite, and a version is the same as itself', () => {
  fc.assert(
    fc.property(version, version, (a, b) => {
      const [there, back] = [compareVersions(a, b), compareVersions(b, a)];
      expect(there === undefined ? undefined : Math.sign(there)).toBe(
        back === undefined ? undefined : -Math.sign(back) + 0,
      );
      expect(compareVersions(a, a)).toBe(0);
    }),
  );
});
