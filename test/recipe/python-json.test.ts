import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isJsonObject, PythonFloat, type Json } from '../../src/model/json.ts';
import { parseJson } from '../../src/model/parse-json.ts';
import { JsonMistake, JsonReader } from '../../src/recipe/json-reader.ts';
import { printJson, printPkgpandaJson } from '../../src/recipe/json-print.ts';
import { parsePythonJson } from '../../src/recipe/python-json.ts';

describe('values are those of Python', () => {
  test.each([
    ['{}', {}],
    ['', {}],
    [' \n\u00a0\u3000\u001c\u0085', {}],
    ['\u2003{"a": 1}\u001f', { a: 1 }],
    ['{"a": 1, "a": 2}', { a: 2 }],
    ['-0', 0],
    ['-12', -12],
    ['9007199254740991', 9_007_199_254_740_991],
    ['9007199254740993', 9_007_199_254_740_993n],
    ['-123456789012345678901234567890', -123_456_789_012_345_678_901_234_567_890n],
    ['[true, false, null]', [true, false, null]],
    ['"\\ud83d\\ude00"', '😀'],
    ['"\\ud800"', '\ud800'],
    ['"\u2028"', '\u2028'],
  ])('%j', (text, value) => {
    expect(parsePythonJson(text)).toEqual(value);
  });

  test.each(['1.0', '1e2', '-0.0', '1E-400', 'NaN', 'Infinity', '-Infinity', '1e400'])('%s is a float', (text) => {
    expect(parsePythonJson(text)).toBeInstanceOf(PythonFloat);
  });

  test('keys that JavaScript treats specially stay keys', () => {
    const value = parsePythonJson('{"__proto__": {"a": 1.5}, "constructor": 1}');
    expect(isJsonObject(value) && Object.keys(value)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});

describe('what Python refuses is refused, with its place', () => {
  test.each([
    ['\ufeff{}', 0, 'byte order mark'],
    ['{"a": 1,}', 8, 'A key in double quotes'],
    ['[1,]', 3, 'A value is missing'],
    ['{"a" 1}', 5, 'A colon'],
    ['{"a": 1 "b": 2}', 8, 'A comma or "}"'],
    ['[1 2]', 3, 'A comma or "]"'],
    ["{'a': 1}", 1, 'A key in double quotes'],
    ['{} x', 3, 'more text after the end'],
    ['{"a": 01}', 7, 'A comma or "}"'],
    ['{"a": .5}', 6, 'A value is missing'],
    ['{"a": 1.}', 7, 'A comma or "}"'],
    ['{"a": +1}', 6, 'A value is missing'],
    ['{"a": "\t"}', 6, 'control character'],
    ['{"a": "\\x41"}', 6, 'escape'],
    ['{"a": "b}', 6, 'not closed'],
    ['{"a": tru}', 6, 'A value is missing'],
    ['{"a": 1', 7, 'at the end of the file'],
    [`{"a": ${'9'.repeat(4301)}}`, 6, '4300 digits'],
    ['['.repeat(500) + ']'.repeat(500), 451, 'nested deeper'],
  ])('%j', (text, offset, message) => {
    const error = errorOf(text);
    expect(error.message).toContain(message);
    expect(error.offset).toBe(offset);
  });
});

describe('printing', () => {
  test.each([
    [1, '1.0'],
    [0.1, '0.1'],
    [-0, '-0.0'],
    [1e16, '1e+16'],
    [123_456_789_012_345_680, '1.2345678901234568e+17'],
    [1e15, '1000000000000000.0'],
    [0.0001, '0.0001'],
    [0.000_012_3, '1.23e-05'],
    [1.5e-7, '1.5e-07'],
    [-2.5e300, '-2.5e+300'],
    [Number.NaN, 'NaN'],
    [-Infinity, '-Infinity'],
  ])('the float %s is printed as Python does', (value, text) => {
    expect(printJson(new PythonFloat(value))).toBe(text);
  });

  test('as pkgpanda writes its files', () => {
    const value = { b: [], '\uff5e': 'é\u007f\n', '😀': 12_345_678_901_234_567_890n, a: { c: [1, null] } };
    expect(printPkgpandaJson(value)).toBe(
      '{\n  "a":{\n    "c":[\n      1,\n      null\n    ]\n  },\n  "b":[],\n' +
        '  "\\uff5e":"\\u00e9\\u007f\\n",\n  "\\ud83d\\ude00":12345678901234567890\n}',
    );
  });

  test('what is printed is read back the same', () => {
    const { value: json } = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.string({ unit: 'binary' }),
        fc.boolean(),
        fc.constant(null),
        fc.bigInt().map((number) => (Number.isSafeInteger(Number(number)) ? Number(number) : number)),
        fc.double().map((number) => new PythonFloat(number)),
        fc.array(tie('value')),
        fc.array(fc.tuple(fc.string(), tie('value'))).map((members) => Object.fromEntries(members)),
      ),
    }));
    fc.assert(
      fc.property(json, (value) => {
        expect(parsePythonJson(printJson(value))).toStrictEqual(value);
        expect(parsePythonJson(printPkgpandaJson(value))).toEqual(value);
      }),
      { numRuns: 50 },
    );
  });
});

test('the careful reader and V8 agree on everything that both can read', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const careful = new JsonReader(text, 0, text.length).read();
      expect(parseJson(printJson(careful))).toEqual(parseJson(text));
    }),
  );
});

function errorOf(text: string): JsonMistake {
  try {
    parsePythonJson(text);
  } catch (error) {
    if (error instanceof JsonMistake) return error;
    throw error;
  }
  throw new Error('it was accepted');
}
