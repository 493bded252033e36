import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PythonFloat } from '../../src/model/json.ts';
import { hasEscapedKey, parseJson } from '../../src/model/parse-json.ts';
import { parsePythonJson as parseWritten } from '../../src/model/python-json.ts';
import { parsePythonJson as parseRecipe } from '../../src/recipe/python-json.ts';

test.each([
  ['plain JSON', parseJson],
  ['JSON of programs', parseWritten],
  ['a recipe', parseRecipe],
])('a key in %s is not taken for one that was read before', (_, parse) => {
  // Each pair is one that V8 confuses: the second key is written with the letters of the first.
  for (const [before, key] of [
    ['\\', '"'],
    ['\\', '\n'],
    ['a\\', 'a\t'],
    ['\\"b', '"bc'],
  ] as const) {
    const one = { h: 'x', [before]: '' };
    const other = { h: '', [key]: 'y' };
    expect(parse(JSON.stringify(one))).toEqual(one);
    expect(parse(JSON.stringify({ within: [other] }))).toEqual({ within: [other] });
  }
});

test('a key stands where it was first written, and holds what was written last', () => {
  const value = parseJson('{"a\\n": 1, "b": 2, "a\\u000a": {"\\u005f_proto__": 3}, "key0": 4}');
  expect(JSON.stringify(value)).toBe('{"a\\n":{"__proto__":3},"b":2,"key0":4}');
});

test('a reviver is told the keys and the text of numbers', () => {
  const told: unknown[] = [];
  parseJson('{"\\"a\\"": [1.0, {"b" : 2}]}', (key, value, context) => {
    told.push([key, context?.source]);
    return value;
  });
  expect(told).toEqual([
    ['0', '1.0'],
    ['b', '2'],
    ['1', undefined],
    ['"a"', undefined],
    ['', undefined],
  ]);
  expect(parseWritten('{"\\n": 1.0, "b": [12345678901234567890]}')).toEqual({
    '\n': new PythonFloat(1),
    b: [12345678901234567890n],
  });
});

test('what is no JSON is refused with the place where it is wrong', () => {
  expect(() => parseJson('{"\\n": 1, "\\x": 2}')).toThrow(/position 12/);
});

test('only a backslash in a key counts, however the text goes on', () => {
  expect(hasEscapedKey('{"a":"\\":", "b":["\\\\"], "c" : "\\n"}')).toBe(false);
  expect(hasEscapedKey('{"a":"\\":", "b\\\\" \n: 1}')).toBe(true);
});

test('texts of any length and number of escapes are looked through', () => {
  const long = { plain: 'x'.repeat(40_000_000), escaped: '\n'.repeat(20_000_000) };
  expect(hasEscapedKey(JSON.stringify(long))).toBe(false);
  const keyed = { 'a\n': '', ...long };
  // Not toEqual, which would print all of it.
  expect(JSON.stringify(parseJson(JSON.stringify(keyed))) === JSON.stringify(keyed)).toBe(true);
  expect(hasEscapedKey(`{"${'\\'.repeat(20_001)}`)).toBe(false);
});

test('law: what was written is read back, whatever the keys are', () => {
  const awkward = fc.array(fc.constantFrom('\\', '"', '\n', 'n', 'u', '0', '1', 'key', ':', '\u0000'), {
    maxLength: 3,
  });
  const keys = fc.oneof(
    awkward.map((parts) => parts.join('')),
    fc.string({ unit: 'binary' }),
  );
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof({ maxDepth: 3 }, keys, fc.integer(), fc.array(tie('json')), tie('object')),
    object: fc
      .array(fc.tuple(keys, tie('json')), { maxLength: 4 })
      .map((members) => Object.fromEntries<unknown>(members)),
  }));
  fc.assert(
    fc.property(json, (value) => {
      const text = JSON.stringify(value);
      expect(parseJson(text)).toEqual(value);
      expect(JSON.stringify(parseJson(text))).toBe(text);
    }),
    { numRuns: 500 },
  );
});
