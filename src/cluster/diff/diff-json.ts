/** Where two JSON values differ, as paths that a person can follow. */
import { isJsonArray, isJsonObject, member, type Json, type JsonObject } from '../../model/json.ts';
import { sorted } from '../../model/order.ts';

export interface JsonChange {
  /** As `properties.subnets[masters].properties.addressPrefix`. */
  readonly path: string;
  /** undefined: it is not there. */
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** What items of lists are told apart by. */
const NAMES = ['name', 'id', 'lun', 'keyData'];

/** Items of lists are matched by their names, where they have some that differ; lists of anything else change as a whole. */
export function diffJson(before: Json | undefined, after: Json | undefined, path = ''): readonly JsonChange[] {
  if (isJsonObject(before) && isJsonObject(after)) {
    const keys = sorted(new Set([...Object.keys(before), ...Object.keys(after)]));
    return keys.flatMap((key) => diffJson(member(before, key), member(after, key), joined(path, key)));
  }
  if (isJsonArray(before) && isJsonArray(after)) {
    const name = NAMES.find((each) => isNamedBy(before, each) && isNamedBy(after, each));
    if (name !== undefined) return diffItems(before.filter(isJsonObject), after.filter(isJsonObject), { path, name });
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
}

interface ListPlace {
  readonly path: string;
  readonly name: string;
}

function diffItems(
  before: readonly JsonObject[],
  after: readonly JsonObject[],
  { path, name }: ListPlace,
): readonly JsonChange[] {
  const byName = (items: readonly JsonObject[]): ReadonlyMap<string, JsonObject> =>
    new Map(items.map((item) => [JSON.stringify(member(item, name)), item]));
  const [left, right] = [byName(before), byName(after)];
  const names = [...new Set([...left.keys(), ...right.keys()])];
  return names.flatMap((each) => diffJson(left.get(each), right.get(each), `${path}[${JSON.parse(each)}]`));
}

function isNamedBy(items: readonly Json[], name: string): boolean {
  const names = items.map((item) => (isJsonObject(item) ? member(item, name) : undefined));
  const isNamed = names.every((each) => typeof each === 'string' || typeof each === 'number');
  return isNamed && new Set(names).size === items.length;
}

function joined(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
