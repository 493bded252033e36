/** Which JSON values can enter an id, and what keeps the others out. */
import { isJsonArray, isJsonObject, PythonFloat, type HashableJson, type Json } from '../model/json.ts';
import { NoOrder, pythonSorted } from './python-order.ts';
import type { JsonPath } from './json-reader.ts';

export interface Obstacle {
  /** Where in the value the obstacle stands. */
  readonly path: JsonPath;
  /** The rest of a sentence that begins with the name of that place. */
  readonly reason: string;
}

/** Whether nothing of the value is in the way of hashing it (facts: pkgpanda 6). */
export function isHashable(value: Json): value is HashableJson {
  return findObstacle(value) === undefined;
}

/** The first part of the value that cannot be hashed, if there is one. */
export function findObstacle(value: Json, path: JsonPath = []): Obstacle | undefined {
  if (value === null) return { path, reason: 'is null, which cannot enter an id' };
  if (value instanceof PythonFloat) return { path, reason: 'is a number with a fraction, which cannot enter an id' };
  if (typeof value === 'string') return badText(value, path);
  if (isJsonArray(value)) return inList(value, path);
  if (isJsonObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      const obstacle = badText(key, [...path, key]) ?? findObstacle(item, [...path, key]);
      if (obstacle !== undefined) return obstacle;
    }
  }
  return undefined;
}

function badText(text: string, path: JsonPath): Obstacle | undefined {
  return text.isWellFormed() ? undefined : { path, reason: 'holds half of a surrogate pair, which UTF-8 cannot spell' };
}

function inList(items: readonly Json[], path: JsonPath): Obstacle | undefined {
  for (const [index, item] of items.entries()) {
    const obstacle = findObstacle(item, [...path, index]);
    if (obstacle !== undefined) return obstacle;
  }
  try {
    pythonSorted(items);
    return undefined;
  } catch (error) {
    if (!(error instanceof NoOrder)) throw error;
    return { path, reason: 'is a list whose elements have no order (of different types, or objects)' };
  }
}
