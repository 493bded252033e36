/**
 * `JSON.parse` that keeps every key. Since V8 12.8, a key with an escape may come out as another one that was read before:
 * after `{"\\":1}`, `{"\"":1}` has the key `\`.
 *
 * @see nodejs/node#63785
 */
import { isJsonObject, type Json, type JsonObject } from './json.ts';

type Reviver = (key: string, value: unknown, context?: { readonly source?: string }) => unknown;

/** Text in quotes, with the colon that makes it a key. */
const STRING = /"(?:[^"\\]|\\.)*"([ \t\n\r]*:)?/gs;

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
  if (!text.includes('\\')) return false;
  for (const [literal, colon] of text.matchAll(STRING)) if (colon !== undefined && literal.includes('\\')) return true;
  return false;
}

/** The text with such keys under names that no other key has, and what the names stand for. */
function withoutEscapes(text: string): { readonly renamed: string; readonly keys: ReadonlyMap<string, string> } {
  const keys = new Map<string, string>();
  let mark = 'key';
  while (text.includes(`"${mark}`)) mark += '-';
  const renamed = text.replace(STRING, (literal: string, colon: string | undefined) => {
    if (colon === undefined || !literal.includes('\\')) return literal;
    const name = `${mark}${keys.size}`;
    keys.set(name, String(JSON.parse(literal.slice(0, -colon.length))));
    return `"${name}":`;
  });
  return { renamed, keys };
}

/** Defines members one by one, so that a key named __proto__ stays a key. */
function renameBack(object: JsonObject, keys: ReadonlyMap<string, string>): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [keys.get(name) ?? name, value]));
}
