import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha1 } from '../../src/model/digest.ts';
import type { HashableJson } from '../../src/model/json.ts';
import { byCodePoint } from '../../src/model/order.ts';
import { canonicalHash } from '../../src/resolve/canonical-hash.ts';

const NOTHING = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';

/** Whatever can be hashed, with lists that have an order. */
const hashable = fc.letrec<{ value: HashableJson; text: string }>((tie) => ({
  text: fc.string({ unit: 'grapheme' }),
  value: fc.oneof(
    { depthSize: 'small' },
    tie('text'),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.array(tie('text')),
    fc.array(fc.oneof(fc.integer(), fc.boolean())),
    fc.array(fc.array(fc.integer())),
    fc.tuple(tie('value')),
    fc.array(fc.tuple(tie('text'), tie('value'))).map((members) => Object.fromEntries(members)),
  ),
})).value;

describe('texts that are hashed', () => {
  test.each<[string, HashableJson, string]>([
    ['empty string', '', ''],
    ['empty list', [], ''],
    ['empty object', {}, ''],
    ['string', 'é', 'é'],
    ['negative number', -5, '-5'],
    ['large number', 12_345_678_901_234_567_890_123n, '12345678901234567890123'],
    ['true', true, 'True'],
    ['false', false, 'False'],
    ['object', { b: 1, a: '' }, `a=${NOTHING},b=${sha1('1')}`],
    ['list', ['b', 'a'], `${sha1('a')},${sha1('b')}`],
    ['numbers, by value', [10, 9, -1], `${sha1('-1')},${sha1('9')},${sha1('10')}`],
    ['digits in strings, as text', ['10', '9'], `${sha1('10')},${sha1('9')}`],
    ['true beside 1, in their order', [2, true, false, 1], ['False', 'True', '1', '2'].map(sha1).join(',')],
    [
      'lists in a list',
      [[2], [1, 3], [1]],
      [['1'], ['1', '3'], ['2']].map((list) => sha1(list.map(sha1).join(','))).join(','),
    ],
    ['strings beyond U+FFFF', ['😀', '\uff5e'], `${sha1('\uff5e')},${sha1('😀')}`],
    ['keys beyond U+FFFF', { '😀': '', '\uff5e': '' }, `\uff5e=${NOTHING},😀=${NOTHING}`],
  ])('%s', (_, value, text) => {
    expect(canonicalHash(value)).toBe(sha1(text));
  });
});

describe('laws', () => {
  test('the order of members does not matter', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), hashable), (object) => {
        const reversed = Object.fromEntries(Object.entries(object).reverse());
        expect(canonicalHash(reversed)).toBe(canonicalHash(object));
      }),
    );
  });

  test('the order of elements does not matter', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (list) => {
        expect(canonicalHash(list.toReversed())).toBe(canonicalHash(list));
      }),
    );
  });

  test('types are not marked, as in the original', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (number) => {
        expect(canonicalHash(number)).toBe(canonicalHash(String(number)));
      }),
    );
  });
});

test('names sort by code point', () => {
  const points = (text: string): number[] => Array.from(text, (character) => character.codePointAt(0) ?? 0);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (left, right) => {
      const [a, b] = [points(left), points(right)];
      const at = a.findIndex((point, index) => point !== b[index]);
      const expected = at < 0 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? -1);
      expect(Math.sign(byCodePoint(left, right))).toBe(Math.sign(expected));
    }),
  );
});
