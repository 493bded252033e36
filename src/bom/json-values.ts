/** Members of JSON that others wrote: what is not of the type that is looked for counts as absent. */
import { isJsonArray, isJsonObject, member, type Json, type JsonObject } from '../model/json.ts';

export function textAt(object: JsonObject, key: string): string | undefined {
  const value = member(object, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function objectAt(object: JsonObject, key: string): JsonObject {
  const value = member(object, key);
  return isJsonObject(value) ? value : {};
}

export function listAt(object: JsonObject, key: string): readonly Json[] {
  const value = member(object, key);
  return isJsonArray(value) ? value : [];
}

export function objectsAt(object: JsonObject, key: string): readonly JsonObject[] {
  return listAt(object, key).filter((value) => isJsonObject(value));
}

export function textsAt(object: JsonObject, key: string): readonly string[] {
  return listAt(object, key).filter((value) => typeof value === 'string');
}
