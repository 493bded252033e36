import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareDebianVersions, compareReleases, firstRevision, sourceVersion } from '../../src/bom/debian-version.ts';

test.each([
  ['1.0', '1.0-0'],
  ['1.0', '0:1.0'],
  ['1.02', '1.2'],
])('%s and %s are the same version', (left, right) => {
  expect(compareDebianVersions(left, right)).toBe(0);
});

test.each([
  ['1.0~rc1-1', '1.0-1'],
  ['1.0-1~deb12u1', '1.0-1'],
  ['7.88.1-10+deb12u4', '7.88.1-10+deb12u15'],
  ['2.2.2-3', '2.2.2-3+deb12u1'],
  ['9.9', '1:0.1'],
  ['1.0', '1.0a'],
  ['1.0a', '1.0+dfsg'],
  ['1.2-9', '1.10-1'],
  ['1-2-1', '1-10-0'],
])('%s is older than %s', (older, newer) => {
  expect(compareDebianVersions(older, newer)).toBeLessThan(0);
  expect(compareDebianVersions(newer, older)).toBeGreaterThan(0);
});

/** Versions that dpkg takes: an epoch, an upstream version that begins with a digit, a revision. */
const version = fc
  .tuple(
    fc.option(fc.integer({ min: 0, max: 3 })),
    fc.constantFrom('0', '1', '2', '10'),
    fc.string({ unit: fc.constantFrom('0', '1', '9', '.', '+', '~', 'a', 'z', 'A'), maxLength: 6 }),
    fc.option(fc.string({ unit: fc.constantFrom('0', '1', '2', '.', '+', '~', 'b', 'Z'), minLength: 1, maxLength: 4 })),
  )
  .map(([epoch, first, rest, revision]) => {
    return `${epoch === null ? '' : `${epoch}:`}${first}${rest}${revision === null ? '' : `-${revision}`}`;
  });

test('versions are in the order that dpkg has them in', () => {
  const pairs = fc.sample(fc.tuple(version, version), { numRuns: 400, seed: 12 });
  const script = `while read -r a b; do
    if dpkg --compare-versions "$a" lt "$b"; then echo -1; elif dpkg --compare-versions "$a" gt "$b"; then echo 1; else echo 0; fi
  done`;
  const input = pairs.map((pair) => pair.join(' ')).join('\n');
  const said = execFileSync('bash', ['-c', script], { input: `${input}\n`, encoding: 'utf8' })
    .trim()
    .split('\n');
  const ours = pairs.map(([a, b]) => String(Math.sign(compareDebianVersions(a, b) ?? NaN)));
  expect(pairs.map((pair, at) => [...pair, ours[at]])).toEqual(pairs.map((pair, at) => [...pair, said[at]]));
});

test('what is no version of Debian is in no order', () => {
  expect(compareDebianVersions('1.0_1', '1.0')).toBeUndefined();
});

test('a version without its revision: the first upload of an upstream release, and the source of a rebuilt package', () => {
  expect(firstRevision('7.88.1-10+deb12u15')).toBe('7.88.1-1');
  expect(firstRevision('2:1-2-3')).toBe('2:1-2-1');
  expect(compareReleases('1.0-9', '1.0-2')).toBe(0);
  expect(compareReleases('1.0-9', '1:0.9-1')).toBeLessThan(0);
  expect(sourceVersion('6.0-3+b2')).toBe('6.0-3');
});
