/** Values while they are evaluated: JSON, and what only a deployment will know. */
import { PythonFloat, type Json } from '../model/json.ts';

export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | PythonFloat
  | Unsettled
  | readonly Value[]
  | { readonly [key: string]: Value };

export interface ValueObject {
  readonly [key: string]: Value;
}

/** A value that is not known before the deployment; its members and what functions make of it are not either. */
export class Unsettled {
  /** The way to it, in the manner of an expression. */
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  /** How it reads within a text: `<parameter>`, and `{reference(id).member}` for all else. */
  get text(): string {
    return /^<[^<>]*>$/.test(this.source) ? this.source : `{${this.source}}`;
  }
}

export function isObject(value: Value | undefined): value is ValueObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !isList(value) &&
    !(value instanceof PythonFloat || value instanceof Unsettled)
  );
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** The member of that name; ARM does not mind the case, but an exact one goes first. */
export function lookUp(object: ValueObject, name: string): Value | undefined {
  if (Object.hasOwn(object, name)) return object[name];
  const key = Object.keys(object).find((one) => one.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : object[key];
}

/** The plain JSON of it, with texts for all that is not known yet. */
export function settle(value: Value): Json {
  if (value instanceof Unsettled) return value.text;
  if (isList(value)) return value.map(settle);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, settle(inner)]));
}

/** What `string()` makes of it: bools as .NET spells them, null as nothing, lists and objects as JSON. */
export function textOf(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (value instanceof Unsettled) return value.text;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return jsonText(value);
}

/** Whether a text may hold what is not settled. */
export function hasUnsettled(text: string): boolean {
  return /<[^<>]*>|\{.*\}/s.test(text);
}

/** How it is named within the way to another value that is not settled. */
export function sourceOf(value: Value): string {
  return value instanceof Unsettled ? value.source : textOf(value);
}

/** Lists and objects without blanks. */
function jsonText(value: Value): string {
  return JSON.stringify(settle(value), (_, inner: Json) => {
    if (inner instanceof PythonFloat) return inner.value;
    return typeof inner === 'bigint' ? Number(inner) : inner;
  });
}

/** Whether both are the same value; the order of members makes no difference. */
export function isEqual(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a instanceof Unsettled && b instanceof Unsettled) return a.source === b.source;
  if (isList(a)) return isList(b) && a.length === b.length && a.every((one, at) => isEqual(one, b[at] ?? null));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key] ?? null, b[key] ?? null))
  );
}

const weights = new WeakMap<object, number>();

/** About how many characters its text would have; what stands in it twice is looked at once. */
export function weightOf(value: Value): number {
  if (typeof value === 'string') return value.length + 2;
  if (!isList(value) && !isObject(value)) return 8;
  const known = weights.get(value);
  if (known !== undefined) return known;
  const inner: readonly Value[] = isList(value) ? value : Object.values(value);
  const keys = isList(value) ? 0 : Object.keys(value).join().length;
  const weight = inner.reduce<number>((sum, one) => sum + weightOf(one), keys + 2);
  weights.set(value, weight);
  return weight;
}

/** The kind of a value, as mistakes name it. */
export function kindOf(value: Value): string {
  if (value === null) return 'null';
  if (value instanceof Unsettled) return 'a value that only the deployment knows';
  if (isList(value)) return 'a list';
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'boolean') return 'a bool';
  return isObject(value) ? 'an object' : 'a number';
}
