/** JSON as Python's json module reads it: whole numbers keep every digit, and 1 is not 1.0. */

/** A number that was written with a fraction or an exponent, or as NaN or Infinity. */
export class PythonFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** A `number` is always a whole one; those beyond 2^53 are bigint. */
export type Json = null | boolean | number | bigint | string | PythonFloat | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** JSON that can enter an id: no null and no float. */
export type HashableJson =
  string | boolean | number | bigint | readonly HashableJson[] | { readonly [key: string]: HashableJson };

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof PythonFloat);
}

export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The member of that very name; undefined if there is none, also for names such as `constructor`. */
export function member(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The value under a path of keys and indexes; undefined: there is none. */
export function valueAt(json: Json, path: readonly (string | number)[]): Json | undefined {
  let at: Json | undefined = json;
  for (const step of path) {
    if (isJsonArray(at) && typeof step === 'number') at = at[step];
    else at = isJsonObject(at) ? member(at, String(step)) : undefined;
  }
  return at;
}
