import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { editJson } from '../../src/recipe/json-edit.ts';
import { RecipeFile } from '../../src/recipe/recipe-file.ts';
import { errorsIn } from '../rig/memory-plan.ts';

function edit(text: string, path: readonly (string | number)[], value: string): string {
  return editJson(RecipeFile.parse('F', text, 'RECIPE_INVALID'), [{ path, value }]);
}

describe('a changed value', () => {
  test.each([
    ['{"a":{"b":"1"},"c":2}', '{"a":{"b":"new"},"c":2}'],
    ['{\n\t"c" : 2,\n\t"a" : { "b"  :  "1" }\n}', '{\n\t"c" : 2,\n\t"a" : { "b"  :  "new" }\n}'],
    [
      '{ "a": {\r\n    "x": [ 1 ,2.0],\r\n    "b": "é\\u00e9"}}\r\n\r\n',
      '{ "a": {\r\n    "x": [ 1 ,2.0],\r\n    "b": "new"}}\r\n\r\n',
    ],
  ])('%j: no other byte changes', (before, after) => {
    expect(edit(before, ['a', 'b'], 'new')).toBe(after);
  });

  test('in a list', () => {
    expect(edit('{"p": [{"v": "1"},\n {"v": "2"}]}', ['p', 1, 'v'], '3')).toBe('{"p": [{"v": "1"},\n {"v": "3"}]}');
  });

  test('whatever stands around it and however it is indented', () => {
    const blanks = fc.stringMatching(/^[ \t\n]{0,3}$/);
    const around = fc.tuple(
      blanks,
      blanks,
      blanks,
      blanks,
      fc.json().filter((text) => !text.includes('__proto__')),
    );
    fc.assert(
      fc.property(around, fc.string(), ([a, b, c, d, other], value) => {
        const text = (held: string): string => `${a}{${b}"other":${c}${other},${d}"key"${a}:${b}${held}${c}}${d}`;
        expect(edit(text('"old"'), ['key'], value)).toBe(text(JSON.stringify(value)));
      }),
    );
  });
});

test('a key that is not there yet comes behind the last one, in the indentation of the file', () => {
  const text = '{\n    "s": {\n        "sha1": "1"\n    }\n}\n';
  expect(edit(text, ['s', 'sha256'], '2')).toBe(
    '{\n    "s": {\n        "sha1": "1",\n        "sha256": "2"\n    }\n}\n',
  );
});

test('a key that stands twice is refused: only the last one counts', () => {
  const [error] = errorsIn(() => (edit('{"a": "1",\n "a": "2"}', ['a'], '3'), []));
  expect(error).toMatchObject({
    code: 'RECIPE_INVALID',
    message: 'F has "a" twice, so it is not clear which one to change.',
  });
});
