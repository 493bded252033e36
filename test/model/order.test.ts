import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byCodePoint, sorted } from '../../src/model/order.ts';

/** Characters below, between and above the surrogates, and halves of pairs that stand alone. */
const name = fc
  .array(fc.constantFrom('a', 'b', '-', '\u00E9', '\uD7FF', '\uE000', '\uFFFD', '\u{10000}', '\u{1F600}', '\uD83D'))
  .map((characters) => characters.join(''));

test('names are sorted by code point, whether some are beyond the first plane or none is', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(name, fc.string())), (names) => {
      expect(sorted(names)).toEqual(names.toSorted(byCodePoint));
    }),
  );
  expect(sorted(['\u{10000}', '\uE000', 'b', 'a'])).toEqual(['a', 'b', '\uE000', '\u{10000}']);
});
