import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PythonFloat } from '../../src/model/json.ts';
import { parseJson } from '../../src/model/parse-json.ts';
import { formatCanonicalJson, isCanonical } from '../../src/sign/canonical-json.ts';

test('members come in the order of their UTF-16 units, as the example of RFC 8785 has them', () => {
  const value = {
    '\u20ac': 'Euro Sign',
    '\r': 'Carriage Return',
    '\ufb33': 'Hebrew Letter Dalet With Dagesh',
    1: 'One',
    '\u{1f600}': 'Emoji: Grinning Face',
    '\u0080': 'Control',
    '\u00f6': 'Latin Small Letter O With Diaeresis',
  };
  expect(Object.values(JSON.parse(formatCanonicalJson(value)))).toHaveLength(7);
  const order = [...formatCanonicalJson(value).matchAll(/:"([A-Z]\w+)/g)].map(([, word]) => word);
  expect(order).toEqual(['Carriage', 'One', 'Control', 'Latin', 'Euro', 'Emoji', 'Hebrew']);
});

test('numbers are printed as ECMAScript does, literals and strings with the shortest escapes', () => {
  const numbers = [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 1e-27, -0, 5n];
  const value = { numbers: numbers.map((each) => (typeof each === 'bigint' ? each : new PythonFloat(each))) };
  expect(formatCanonicalJson(value)).toBe('{"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27,0,5]}');
  expect(
    formatCanonicalJson({ string: '\u20ac$\u000f\nA\'B"\\/', literals: [null, true, false], left: undefined }),
  ).toBe('{"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\/"}');
});

test.each([
  [new PythonFloat(Number.NaN), 'NaN'],
  [new PythonFloat(Infinity), 'Infinity'],
  [2n ** 53n, 'every reader'],
  ['\ud800', 'surrogate'],
])('what has no canonical text is refused: %s', (value, why) => {
  expect(() => formatCanonicalJson({ inside: [value] })).toThrow(why);
  expect(isCanonical([value])).toBe(false);
});

const anyJson = fc.jsonValue({ maxDepth: 4, stringUnit: 'grapheme' });

test('law: what is read back is the value, and has the same text', () => {
  fc.assert(
    fc.property(anyJson, (value) => {
      const text = formatCanonicalJson(parseJson(JSON.stringify(value)));
      expect(JSON.stringify(sort(parseJson(text)))).toBe(JSON.stringify(sort(parseJson(JSON.stringify(value)))));
      expect(formatCanonicalJson(parseJson(text))).toBe(text);
    }),
  );
});

test('law: the order in which members were put in does not matter', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.integer()), (value) => {
      const turned = Object.fromEntries(Object.entries(value).toReversed());
      expect(formatCanonicalJson(turned)).toBe(formatCanonicalJson(value));
    }),
  );
});

function sort(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sort);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .map(([key, item]) => [key, sort(item)])
    .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}
