/** All members of a piece of JSON, however deep. */
import { isJsonArray, isJsonObject, type Json } from '../model/json.ts';
import type { JsonPath } from './mistake.ts';

export interface Node {
  readonly path: JsonPath;
  /** The name of the member; that of the list for items. */
  readonly key: string;
  readonly value: Json;
}

/** From above down, each after those that it is in. */
export function* walk(json: Json, path: JsonPath = [], key = ''): Iterable<Node> {
  if (path.length > 0) yield { path, key, value: json };
  if (isJsonArray(json)) for (const [at, one] of json.entries()) yield* walk(one, [...path, at], key);
  else if (isJsonObject(json)) {
    for (const [name, one] of Object.entries(json)) yield* walk(one, [...path, name], name);
  }
}
