import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PythonFloat, type Json } from '../../src/model/json.ts';
import { formatPythonJson, parsePythonJson } from '../../src/model/python-json.ts';

test('keys by code point, indent 2, no blank after the colon, ASCII, no line feed at the end', () => {
  const value = {
    b: [1, 'é', []],
    a: { inner: true, none: null },
    '\u{1f600}': 'after U+E000',
    '\ue000': 'private use',
    empty: {},
    left: undefined,
    'tab\t"quote"\\': '\u007f\u0000\n',
  };
  // As json.dumps(value, sort_keys=True, indent=2, separators=(',', ':')) of Python prints it.
  expect(formatPythonJson(value)).toBe(
    [
      '{',
      '  "a":{',
      '    "inner":true,',
      '    "none":null',
      '  },',
      '  "b":[',
      '    1,',
      '    "\\u00e9",',
      '    []',
      '  ],',
      '  "empty":{},',
      '  "tab\\t\\"quote\\"\\\\":"\\u007f\\u0000\\n",',
      '  "\\ue000":"private use",',
      '  "\\ud83d\\ude00":"after U+E000"',
      '}',
    ].join('\n'),
  );
});

test.each([
  [12_345_678_901_234_567_890n, '12345678901234567890'],
  [-5, '-5'],
  [new PythonFloat(1), '1.0'],
  [new PythonFloat(0.1), '0.1'],
  [new PythonFloat(1e16), '1e+16'],
  [new PythonFloat(1.5e-7), '1.5e-07'],
  [new PythonFloat(123_456_789_012_345_680), '1.2345678901234568e+17'],
  [new PythonFloat(-0), '-0.0'],
  [new PythonFloat(Number.NaN), 'NaN'],
  [new PythonFloat(-Infinity), '-Infinity'],
  [[], '[]'],
  ['', '""'],
])('%s is %s, as Python prints it', (value, text) => {
  expect(formatPythonJson(value)).toBe(text);
});

const json = fc.letrec<{ readonly json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: 'binary' }),
    fc.boolean(),
    fc.constant(null),
    fc.integer(),
    fc.bigInt({ min: 2n ** 53n }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => new PythonFloat(value)),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: 'binary' }), tie('json'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).json;

test('what is written is read back as it was, in ASCII, and written the same once more', () => {
  fc.assert(
    fc.property(json, (value) => {
      const text = formatPythonJson(value);
      expect(text).toMatch(/^[\n -~]*$/);
      expect(parsePythonJson(text)).toEqual(value);
      expect(formatPythonJson(parsePythonJson(text))).toBe(text);
    }),
  );
});
