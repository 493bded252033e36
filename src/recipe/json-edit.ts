/** Changes values in the text of a JSON file, and not one byte besides: order, indentation and style stay. */
import { isDeepStrictEqual } from 'node:util';
import { applyEdits, modify } from 'jsonc-parser';
import type { ErrorCode } from '../model/errors.ts';
import { valueAt, type JsonObject } from '../model/json.ts';
import type { JsonPath } from './json-reader.ts';
import { RecipeFile } from './recipe-file.ts';

/**
 * What is to stand under a path of keys. A key that is not there yet comes behind the last one of its object, and so does
 * an index behind the last one of its list.
 */
export interface JsonChange {
  readonly path: JsonPath;
  readonly value: string | JsonObject;
}

/**
 * The new text, read again to make sure that it says what it should.
 *
 * @throws UserError with that code if a key of a path stands twice in its object, so that the change would not count
 */
export function editJson(file: RecipeFile, changes: readonly JsonChange[], code: ErrorCode = 'RECIPE_INVALID'): string {
  const formattingOptions = { ...indentationOf(file.text), eol: file.text.includes('\r\n') ? '\r\n' : '\n' };
  let text = file.text;
  for (const { path, value } of changes) text = applyEdits(text, modify(text, [...path], value, { formattingOptions }));
  const edited = RecipeFile.parse(file.shown, text, code);
  for (const { path, value } of changes) {
    if (isDeepStrictEqual(valueAt(edited.value, path), value)) continue;
    const message = `${file.shown} has "${path.join('.')}" twice, so it is not clear which one to change.`;
    throw file.mistake(path, message, { hint: 'Remove the one that does not count: the first.', code });
  }
  return text;
}

/** As the first indented line has it. */
function indentationOf(text: string): { readonly insertSpaces: boolean; readonly tabSize: number } {
  const [, blanks = '  '] = /\n([ \t]+)\S/.exec(text) ?? [];
  return { insertSpaces: !blanks.includes('\t'), tabSize: blanks.length };
}
