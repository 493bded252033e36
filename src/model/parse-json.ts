/**
 * `JSON.parse` that keeps every key. Since V8 12.8, a key with an escape may come out as another one that was read before:
 * after `{"\\":1}`, `{"\"":1}` has the key `\`.
 *
 * @see nodejs/node#63785
 */
import { isJsonObject, type Json, type JsonObject } from './json.ts';

type Reviver = (key: string, value: unknown, context?: { readonly source?: string }) => unknown;

/** One escape, and what stands behind it as it is: a pattern for whole texts would be too much for V8 after some millions. */
const ESCAPE = /\\.[^"\\]*/sy;
const END_OF_KEY = /"[ \t\n\r]*:/y;

/** Numbers are as `JSON.parse` has them: fractions are plain, and none is kept to its last digit. @throws SyntaxError */
export function parseJson(text: string, reviver?: Reviver): Json {
  if (!hasEscapedKey(text)) return JSON.parse(text, reviver) as Json;
  // It tells what is wrong with the text as it stands.
  JSON.parse(text);
  const { renamed, keys } = withoutEscapes(text);
  return JSON.parse(renamed, (name: string, value: Json, context?: { readonly source?: string }) => {
    const whole = isJsonObject(value) ? renameBack(value, keys) : value;
    return reviver === undefined ? whole : reviver(keys.get(name) ?? name, whole, context);
  }) as Json;
}

/** Whether one of the keys is written with a backslash. */
export function hasEscapedKey(text: string): boolean {
  return escapedKeys(text).next().done !== true;
}

/** Where such keys stand, from one quote to behind the other. Of what is no JSON, some of them. */
function* escapedKeys(text: string): Generator<readonly [start: number, end: number]> {
  let start: number | undefined;
  for (let at = text.indexOf('\\'); at !== -1; at = text.indexOf('\\', at)) {
    start ??= text.lastIndexOf('"', at);
    ESCAPE.lastIndex = at;
    if (!ESCAPE.test(text)) return;
    at = ESCAPE.lastIndex;
    if (text[at] === '\\') continue;
    END_OF_KEY.lastIndex = at;
    if (END_OF_KEY.test(text)) yield [start, at + 1];
    start = undefined;
  }
}

/** The text with such keys under names that no other key has, and what the names stand for. */
function withoutEscapes(text: string): { readonly renamed: string; readonly keys: ReadonlyMap<string, string> } {
  const keys = new Map<string, string>();
  let mark = 'key';
  while (text.includes(`"${mark}`)) mark += '-';
  let renamed = '';
  let done = 0;
  for (const [start, end] of escapedKeys(text)) {
    const name = `${mark}${keys.size}`;
    keys.set(name, String(JSON.parse(text.slice(start, end))));
    renamed += `${text.slice(done, start)}"${name}"`;
    done = end;
  }
  return { renamed: renamed + text.slice(done), keys };
}

/** Defines members one by one, so that a key named __proto__ stays a key. */
function renameBack(object: JsonObject, keys: ReadonlyMap<string, string>): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [keys.get(name) ?? name, value]));
}
