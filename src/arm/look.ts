/** Looks into JSON of which nothing is certain: what is not there, or of another kind, is undefined or empty. */
import { isJsonArray, isJsonObject, member, valueAt, type Json, type JsonObject } from '../model/json.ts';
import type { JsonPath } from './mistake.ts';

export function textAt(json: Json, ...path: JsonPath): string | undefined {
  const value = valueAt(json, path);
  return typeof value === 'string' ? value : undefined;
}

export function listAt(json: Json, ...path: JsonPath): readonly Json[] {
  const value = valueAt(json, path);
  return isJsonArray(value) ? value : [];
}

export function objectsAt(json: Json, ...path: JsonPath): JsonObject[] {
  return listAt(json, ...path).filter(isJsonObject);
}

/** The ids in a list of `{ "id": … }`. */
export function idsAt(json: Json, ...path: JsonPath): string[] {
  return objectsAt(json, ...path).flatMap((one) => textAt(one, 'id') ?? []);
}

/** A whole number, also one that was written as a text. */
export function numberAt(json: Json, ...path: JsonPath): number | undefined {
  const value = valueAt(json, path);
  if (typeof value === 'string' && /^\d+$/.test(value)) return Number(value);
  return typeof value === 'number' ? value : undefined;
}

/**
 * What stands under a name in the singular and its plural alike, as addresses and ports do. A text in place of a list is
 * one that only a deployment knows.
 */
export function oneOrMore(object: JsonObject, singular: string, plural: string): string[] {
  const found = [singular, plural].flatMap((name) => member(object, name) ?? []);
  return found.flat().flatMap((value) => {
    return (typeof value === 'string' && value !== '') || typeof value === 'number' ? [String(value)] : [];
  });
}
