/** The JSON Schema of cluster.json, for editors, and what it says about one place of a file. */
import { z } from 'zod';
import { isJsonArray, isJsonObject, member, type Json, type JsonObject } from '../model/json.ts';
import { parseJson } from '../model/parse-json.ts';
import { clusterSchema } from './cluster-definition.ts';
import type { JsonPath } from './json-reader.ts';

/** What may be written in cluster.json, as JSON Schema (2020-12): what has a default can be left out. */
export function clusterJsonSchema(): JsonObject {
  const schema = parseJson(JSON.stringify(z.toJSONSchema(clusterSchema, { io: 'input' })));
  if (!isJsonObject(schema)) throw new Error('A JSON Schema is an object.');
  return { ...schema, title: 'A cluster of DC/OS on Azure' };
}

/** Keys that the object under a path may have; none for one whose keys are free. */
export function clusterKeysAt(path: JsonPath): readonly string[] {
  return [...new Set(nodesAt(path).flatMap((node) => Object.keys(objectAt(node, 'properties'))))];
}

/** Bounds of the number under a path, as "from 1 to 5". */
export function clusterRangeAt(path: JsonPath): string | undefined {
  for (const node of nodesAt(path)) {
    const [least, most] = [member(node, 'minimum'), member(node, 'maximum')];
    if (typeof least === 'number' && typeof most === 'number') return `from ${least} to ${most}`;
  }
  return undefined;
}

let known: JsonObject | undefined;

/** Every form that the value under a path may have. */
function nodesAt(path: JsonPath): readonly JsonObject[] {
  known ??= clusterJsonSchema();
  let nodes = formsOf(known);
  for (const step of path) nodes = nodes.flatMap((node) => childrenOf(node, step)).flatMap((node) => formsOf(node));
  return nodes;
}

function formsOf(node: Json | undefined): readonly JsonObject[] {
  if (!isJsonObject(node)) return [];
  const forms = member(node, 'oneOf');
  return isJsonArray(forms) ? forms.flatMap((form) => formsOf(form)) : [node];
}

function childrenOf(node: JsonObject, step: string | number): readonly JsonObject[] {
  if (typeof step === 'number') return [objectAt(node, 'items')];
  const property = member(objectAt(node, 'properties'), step);
  return [isJsonObject(property) ? property : objectAt(node, 'additionalProperties')];
}

function objectAt(node: JsonObject, key: string): JsonObject {
  const value = member(node, key);
  return isJsonObject(value) ? value : {};
}
