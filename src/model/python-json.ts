/**
 * JSON as pkgpanda writes it: keys in code point order, indent 2, `,` and `:` without a blank, ASCII only, no line feed
 * at the end.
 *
 * @see dcos/dcos pkgpanda/util.py, write_json
 */
import { PythonFloat, type Json } from './json.ts';
import { byCodePoint } from './order.ts';
import { parseJson } from './parse-json.ts';

/** What can be written: {@link Json}, and objects with members that are undefined, which are left out. */
export type WritableJson = Json | readonly WritableJson[] | { readonly [key: string]: WritableJson | undefined };

/** The text of a value. */
export function formatPythonJson(value: WritableJson): string {
  return format(value, '\n');
}

/** Reads JSON that was written by a program, keeping every digit of whole numbers. @throws SyntaxError */
export function parsePythonJson(text: string): Json {
  return parseJson(text, exactNumber);
}

function format(value: WritableJson, lineBreak: string): string {
  if (typeof value === 'string') return quote(value);
  if (value instanceof PythonFloat) return formatFloat(value.value);
  if (typeof value !== 'object' || value === null) return String(value);
  const inner = `${lineBreak}  `;
  const items = isList(value) ? value.map((item) => format(item, inner)) : formatMembers(value, inner);
  const [open, close] = isList(value) ? '[]' : '{}';
  return items.length === 0 ? `${open}${close}` : `${open}${inner}${items.join(`,${inner}`)}${lineBreak}${close}`;
}

function formatMembers(object: { readonly [key: string]: WritableJson | undefined }, lineBreak: string): string[] {
  return Object.keys(object)
    .toSorted(byCodePoint)
    .flatMap((key) => {
      const member = object[key];
      return member === undefined ? [] : [`${quote(key)}:${format(member, lineBreak)}`];
    });
}

function isList(value: WritableJson): value is readonly WritableJson[] {
  return Array.isArray(value);
}

/** Python escapes DEL as well, which JSON.stringify leaves as it is. */
function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Both languages print the shortest digits; Python marks whole floats and writes exponents with two digits. */
function formatFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value < 0 ? '-Infinity' : 'Infinity';
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

function exactNumber(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number') return value;
  const digits = context?.source ?? '';
  if (!/^-?\d+$/.test(digits)) return new PythonFloat(value);
  return Number.isSafeInteger(value) ? value + 0 : BigInt(digits);
}

/** What the text holds; undefined for what is no JSON. */
export function tryParsePythonJson(text: string): Json | undefined {
  try {
    return parsePythonJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
