/** What another deployment of a template would change, resource by resource, and what Azure does with each change. */
import type { ConcreteResource } from '../../arm/expand-resources.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { byCodePoint } from '../../model/order.ts';
import { diffJson, type JsonChange } from './diff-json.ts';
import { changedFiles } from './told-files.ts';
import { effectOf, type Effect } from './effects.ts';

export interface ResourceName {
  readonly id: string;
  readonly type: string;
  readonly name: string;
}

export interface PropertyChange extends JsonChange {
  readonly effect: Effect;
  /** Of what nodes are told at their first boot: which files, and which keys of cloud-config. */
  readonly files?: readonly string[];
}

interface ChangedResource extends ResourceName {
  readonly changes: readonly PropertyChange[];
}

export interface ResourceDiff {
  readonly added: readonly ResourceName[];
  /** Azure keeps them, unless it is told to remove what the template does not name. */
  readonly removed: readonly ResourceName[];
  readonly changed: readonly ChangedResource[];
}

/** The version of an API and the order of work are no part of what Azure keeps, and are not compared. */
export function diffResources(before: readonly ConcreteResource[], after: readonly ConcreteResource[]): ResourceDiff {
  const [left, right] = [byId(before), byId(after)];
  const named = ({ id, type, name }: ConcreteResource): ResourceName => ({ id, type, name });
  return {
    added: after
      .filter(({ id }) => !left.has(id.toLowerCase()))
      .map(named)
      .toSorted(byType),
    removed: before
      .filter(({ id }) => !right.has(id.toLowerCase()))
      .map(named)
      .toSorted(byType),
    changed: before
      .flatMap((resource): ChangedResource[] => {
        const other = right.get(resource.id.toLowerCase());
        const found = other === undefined ? [] : diffJson(comparedOf(resource), comparedOf(other));
        if (found.length === 0) return [];
        const changes = found.map((change) => changeOf(resource.type, change));
        return [{ ...named(resource), changes }];
      })
      .toSorted(byType),
  };
}

function changeOf(type: string, change: JsonChange): PropertyChange {
  const { path, before, after } = change;
  const files = path.endsWith('.customData') ? changedFiles(before, after) : undefined;
  return { ...change, effect: effectOf(type, change), ...(files === undefined ? {} : { files }) };
}

function byId(resources: readonly ConcreteResource[]): ReadonlyMap<string, ConcreteResource> {
  return new Map(resources.map((resource) => [resource.id.toLowerCase(), resource]));
}

function byType(a: ResourceName, b: ResourceName): number {
  return byCodePoint(a.type, b.type) || byCodePoint(a.name, b.name);
}

function comparedOf({ location, zones, sku, kind, tags, identity, properties }: ConcreteResource): JsonObject {
  const all: Readonly<Record<string, Json | undefined>> = { location, zones, sku, kind, tags, identity, properties };
  return Object.fromEntries(Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}
