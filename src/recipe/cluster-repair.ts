/** A cluster definition with mistakes in it, without them: so that the rest can be judged in the same run. */
import { isJsonArray, isJsonObject, member, valueAt, type Json, type JsonObject } from '../model/json.ts';
import { clusterSchema, type ClusterDefinition } from './cluster-definition.ts';
import type { JsonPath } from './json-reader.ts';
import { plainIssues } from './schema-issues.ts';

export interface Repaired {
  readonly definition: ClusterDefinition;
  /** What was taken out or replaced: nothing is to be said that rests on it. */
  readonly doubtful: readonly JsonPath[];
}

/** Each round takes out at least one value, and one that is missing takes the object with it that needs it. */
const MOST_ROUNDS = 20;

/** @returns undefined if too little is left */
export function repairCluster(value: JsonObject): Repaired | undefined {
  const doubtful: JsonPath[] = [];
  let rest: Json = value;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const result = clusterSchema.safeParse(rest);
    if (result.success) return { definition: result.data, doubtful };
    for (const { issue, path } of plainIssues(result.error.issues, rest)) {
      const wrong = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
      for (const one of wrong) {
        doubtful.push(one);
        rest = without(rest, one);
      }
    }
  }
  return undefined;
}

function without(value: Json, path: JsonPath): Json {
  const [first, index, key] = path;
  if (first === undefined) return value;
  if (first === 'name') return replaced(value, [first], 'cluster');
  if (first === 'image') return replaced(value, [first], { definition: 'image', trusted_launch: false });
  if (first === 'pools' && key === 'name') return replaced(value, path, `missing${String(index)}`);
  // The kind that may have everything.
  if (first === 'pools' && key === 'kind') return replaced(value, path, 'public');
  const parent = path.slice(0, -1);
  const isThere = valueAt(value, path) !== undefined;
  // Entries of a list keep their indexes, which messages name: the list goes as a whole.
  if (!isThere || isJsonArray(valueAt(value, parent))) return parent.length === 0 ? value : without(value, parent);
  return replaced(value, path, undefined);
}

function replaced(value: Json, [step, ...rest]: JsonPath, by: Json | undefined): Json {
  if (isJsonArray(value) && typeof step === 'number') {
    return value.map((item, index) => (index === step ? (inside(item, rest, by) ?? null) : item));
  }
  if (!isJsonObject(value) || step === undefined) return value;
  const key = String(step);
  const child = inside(member(value, key), rest, by);
  const { [key]: _gone, ...others } = value;
  return child === undefined ? others : { ...others, [key]: child };
}

function inside(child: Json | undefined, rest: JsonPath, by: Json | undefined): Json | undefined {
  return rest.length === 0 ? by : child === undefined ? undefined : replaced(child, rest, by);
}
