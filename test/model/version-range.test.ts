import fc from 'fast-check';
import { satisfies as npmSatisfies } from 'semver';
import { describe, expect, test } from 'vitest';
import { nearestTo, parseRange, satisfies } from '../../src/model/version-range.ts';
import { parseVersion, type Version, type VersionScheme } from '../../src/model/version-scheme.ts';

function isIn(text: string, range: string, scheme: VersionScheme = 'generic'): boolean | undefined {
  const [version, parsed] = [parseVersion(text, scheme), parseRange(range, scheme)];
  return version === undefined || parsed === undefined ? undefined : satisfies(version, parsed);
}

describe('ranges', () => {
  test.each([
    ['1.0.2g', '~1.0.2', true],
    ['1.0.2g', '1.0.x', true],
    ['1.0.2g', '>=1.0.2d <1.0.2h', true],
    ['1.0.2h', '>=1.0.2d <1.0.2h', false],
    ['1.0.2g', '1.0.2', false],
    ['1.0.2g', '1.0.2g', true],
    ['1.0.2h', '~1.0.2g', true],
    ['1.0.2f', '~1.0.2g', false],
    ['1.1.0', '~1.0.2g', false],
    ['2016c', '>=2016a <2017', true],
    ['2017a', '>=2016a <2017', false],
    ['R16B03-1', '>=R16B <17', true],
    ['R15B03', '>=R16B <17', false],
    ['R16B03', '16.x', true],
    ['7.0.0~rc1', '<7', false],
    ['7.0.0~rc1', '>=7.0.0~beta1 <7.1', true],
    ['17.0.21.1', '^17', true],
    ['17.0.21.1', '>=17.0.21.1', true],
    ['17.0.21', '>=17.0.21.1', false],
    ['17.0.21.1', '17.0.21.1', true],
    ['v1.2.3', '1.2.3 - 1.4', true],
    ['3.0.0', '1.x || >= 2.5.0', true],
    ['2.0', '1.x || >= 2.5.0', false],
    ['20250419', '*', true],
    ['2.0.0-rc1', '^1.2', false],
  ])('%s in %s: %s', (version, range, expected) => {
    expect(isIn(version, range)).toBe(expected);
  });

  test('Debian’s versions are held against a range by what upstream calls them', () => {
    expect(isIn('1:25.2.3+dfsg-1+deb12u4', '~25.2', 'debian')).toBe(true);
    expect(isIn('7.88.1-10+deb12u15', '7.88.1', 'debian')).toBe(true);
  });

  test.each(['latest', 'foo || 1', '>=', '^x.y', '1.0 beta', '<>1'])('"%s" is none', (text) => {
    expect(parseRange(text)).toBeUndefined();
  });

  test('plain versions are in a range when npm says so', () => {
    const number = fc.integer({ min: 0, max: 3 });
    const version = fc.tuple(number, number, number).map((numbers) => numbers.join('.'));
    const simple = fc
      .tuple(fc.constantFrom('^', '~', '>=', '<', '>', '<=', '=', ''), version)
      .map((parts) => parts.join(''));
    const range = fc.oneof(
      fc.array(simple, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' ')),
      fc.tuple(simple, simple).map((parts) => parts.join(' || ')),
      fc.tuple(number, number).map((parts) => `${parts.join('.')}.x`),
      fc.tuple(version, version).map((parts) => parts.join(' - ')),
    );
    fc.assert(
      fc.property(version, range, (text, some) => {
        expect(isIn(text, some)).toBe(npmSatisfies(text, some));
      }),
      { numRuns: 2000 },
    );
  });
});

test('the versions next to a range are the newest below and the oldest above it', () => {
  const versions = ['1.0', '1.2', '2.5', '3.0', '3.1']
    .map((text) => parseVersion(text))
    .filter((version): version is Version => version !== undefined);
  const near = (text: string) => {
    const range = parseRange(text);
    if (range === undefined) throw new Error(text);
    const { below, above } = nearestTo(range, versions);
    return [below?.text, above?.text];
  };
  expect(near('~2.0')).toEqual(['1.2', '2.5']);
  expect(near('>=4')).toEqual(['3.1', undefined]);
  expect(near('<1')).toEqual([undefined, '1.0']);
  expect(near('2.0.0')).toEqual(['1.2', '2.5']);
  expect(near('0.1.x || 2.0.x')).toEqual(['1.2', '2.5']);
});
