/**
 * JSON of which there is exactly one text: what is signed or hashed is the same bytes whoever writes it. Members in the
 * order of their UTF-16 units, no blanks, numbers as ECMAScript prints them.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8785
 */
import { PythonFloat, type Json } from '../model/json.ts';
import type { WritableJson } from '../model/python-json.ts';

/**
 * The canonical text of a value, without a line feed at the end. Members that are undefined are left out.
 *
 * @throws RangeError for what has no such text: numbers that are not finite, whole numbers that a double cannot hold,
 *   strings with half of a surrogate pair
 */
export function formatCanonicalJson(value: WritableJson): string {
  if (typeof value === 'string') return quote(value);
  if (value instanceof PythonFloat) return formatNumber(value.value);
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'bigint') return formatWhole(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (isList(value)) return `[${value.map((item) => formatCanonicalJson(item)).join(',')}]`;
  const keys = Object.keys(value).toSorted(byUnit);
  const members = keys.flatMap((key) => {
    const member = value[key];
    return member === undefined ? [] : [`${quote(key)}:${formatCanonicalJson(member)}`];
  });
  return `{${members.join(',')}}`;
}

/** Whether a value has a canonical text. */
export function isCanonical(value: Json): boolean {
  try {
    formatCanonicalJson(value);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The order of the RFC, which is not that of code points: U+1F600 comes before U+FB33. */
function byUnit(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function quote(text: string): string {
  if (!text.isWellFormed()) throw new RangeError(`${JSON.stringify(text)} holds half of a surrogate pair`);
  return JSON.stringify(text);
}

function formatNumber(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is no number of JSON`);
  return JSON.stringify(value);
}

function formatWhole(value: bigint): string {
  const asDouble = Number(value);
  if (!Number.isSafeInteger(asDouble)) throw new RangeError(`${value} is beyond what every reader of JSON keeps`);
  return formatNumber(asDouble);
}

function isList(value: WritableJson): value is readonly WritableJson[] {
  return Array.isArray(value);
}
