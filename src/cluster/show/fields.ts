/** Looks into properties of resources, in which any text may stand for a value that is known only in Azure. */
import type { ConcreteResource } from '../../arm/expand-resources.ts';
import { isJsonArray, isJsonObject, valueAt, type Json, type JsonObject } from '../../model/json.ts';

type Path = readonly string[];

/** The value as a text; undefined: there is none, or it is neither a text nor a number. */
export function textAt(json: Json | undefined, ...path: Path): string | undefined {
  const value = json === undefined ? undefined : valueAt(json, path);
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : undefined;
}

/** A number, also if it was written as a text, which Azure takes for one. */
export function numberAt(json: Json | undefined, ...path: Path): number | undefined {
  const text = textAt(json, ...path);
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function listAt(json: Json | undefined, ...path: Path): readonly Json[] {
  const value = json === undefined ? undefined : valueAt(json, path);
  return isJsonArray(value) ? value : [];
}

export function objectsAt(json: Json | undefined, ...path: Path): readonly JsonObject[] {
  return listAt(json, ...path).filter(isJsonObject);
}

/** Texts of a list, or the one text that stands in its place. */
export function textsAt(json: Json | undefined, ...path: Path): readonly string[] {
  const one = textAt(json, ...path);
  return one === undefined ? listAt(json, ...path).filter((value) => typeof value === 'string') : [one];
}

/** The ids of a list of `{"id": …}`. */
export function idsAt(json: Json | undefined, ...path: Path): readonly string[] {
  return objectsAt(json, ...path).flatMap((each) => textAt(each, 'id') ?? []);
}

/** Ids in Azure are the same in any case. */
export function sameId(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a.toLowerCase() === b.toLowerCase();
}

export function isOfType({ type }: Pick<ConcreteResource, 'type'>, wanted: string): boolean {
  return type.toLowerCase() === wanted.toLowerCase();
}

/** The last name of an id: of a subnet's, the subnet's own. */
export function lastName(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

/** The id of what this is a part of: of a subnet's, the network's. */
export function parentId(id: string): string {
  return id.split('/').slice(0, -2).join('/');
}

export interface Part {
  readonly id: string;
  readonly name: string;
  readonly properties: JsonObject;
}

/** What stands within a resource in a list, and those that are resources of their own: subnets, rules of any kind. */
export function partsOf(
  owner: ConcreteResource,
  list: string,
  resources: readonly ConcreteResource[],
): readonly Part[] {
  const within = objectsAt(owner.properties, list).map((part): Part => {
    const name = textAt(part, 'name') ?? '';
    const properties = valueAt(part, ['properties']);
    return { name, id: `${owner.id}/${list}/${name}`, properties: isJsonObject(properties) ? properties : {} };
  });
  const apart = resources
    .filter((each) => isOfType(each, `${owner.type}/${list}`) && sameId(parentId(each.id), owner.id))
    .map(({ id, properties }): Part => ({ id, name: lastName(id), properties }));
  return [...within.filter(({ id }) => !apart.some((each) => sameId(each.id, id))), ...apart];
}
