/** Rules of ids in resources: that they lead somewhere, and that what they lead to is there in time. */
import { nearest } from '../../model/did-you-mean.ts';
import type { ConcreteResource } from '../expand-resources.ts';
import type { Found, Rule } from '../finding.ts';
import { objectsAt, textAt } from '../look.ts';
import type { JsonPath } from '../mistake.ts';
import { idKey, lastName, parentId, typeOfId } from '../resource-id.ts';
import type { Subject } from '../subject.ts';
import { walk } from '../walk.ts';

export const ID_RULES: readonly Rule[] = [
  {
    id: 'Ids-Must-Lead-Somewhere',
    severity: 'error',
    what: 'Ids of subnets, groups, frontends, pools, probes and all else that the template makes are ids of something in it.',
    hint: 'Correct the names, or define what they name.',
    find: lost,
  },
  {
    id: 'References-Need-DependsOn',
    severity: 'error',
    what: 'A resource waits, by dependsOn or through others, for what it names by id, and a child for its parent.',
    hint: 'Add it to dependsOn: Azure makes all at once that does not wait.',
    find: untimely,
  },
];

interface Reference {
  readonly from: ConcreteResource;
  readonly path: JsonPath;
  readonly id: string;
}

/** Every `"id"` within properties that is one of Azure. */
function* references({ resources }: Subject): Iterable<Reference> {
  for (const from of resources) {
    for (const { path, key, value } of walk(from.properties, [...from.path, 'properties'])) {
      const isId = key === 'id' && typeof value === 'string' && /^\/subscriptions\/.*\/providers\//i.test(value);
      if (isId) yield { from, path, id: value };
    }
  }
}

function* lost(subject: Subject): Iterable<Found> {
  const known = knownIds(subject.resources);
  const types = new Set(subject.resources.map(({ type }) => type.toLowerCase()));
  for (const { path, id } of references(subject)) {
    if (known.has(idKey(id)) || /[<{]/.test(id)) continue;
    const owner = ownerOf(id, subject.resources);
    const isOutside = owner === undefined && !types.has(typeOfId(id).toLowerCase());
    const isElsewhere = owner === undefined && !isOfDeployment(id, subject);
    if (isOutside || isElsewhere) continue;
    const near = nearest(idKey(id), known.keys());
    const hint = near === undefined ? undefined : `Did you mean "${lastName(known.get(near) ?? near)}"?`;
    const what = `${typeOfId(id).split('/').at(-1) ?? ''} "${lastName(id)}"`;
    const where = owner === undefined ? 'the template' : `"${owner.name}"`;
    yield { path, message: `There is no ${what} in ${where}.`, ...(hint === undefined ? {} : { hint }) };
  }
}

function isOfDeployment(id: string, { resources }: Subject): boolean {
  const group = (one: string): string => idKey(one).split('/').slice(0, 5).join('/');
  return resources.some((one) => group(one.id) === group(id));
}

/** Of resources and of what stands in lists within them by name, by their keys. */
function knownIds(resources: readonly ConcreteResource[]): Map<string, string> {
  const ids = resources.flatMap(({ id, properties }) => [
    id,
    ...Object.keys(properties).flatMap((key) =>
      objectsAt(properties, key).map((one) => `${id}/${key}/${textAt(one, 'name') ?? ''}`),
    ),
  ]);
  return new Map(ids.map((id) => [idKey(id), id]));
}

/** The resource that an id names, or within which it names something. */
function ownerOf(id: string, resources: readonly ConcreteResource[]): ConcreteResource | undefined {
  for (let at = id; at.includes('/providers/'); at = parentId(at)) {
    const found = resources.find((one) => idKey(one.id) === idKey(at));
    if (found !== undefined) return found;
  }
  return undefined;
}

function* untimely(subject: Subject): Iterable<Found> {
  const { resources } = subject;
  const waits = new Map(resources.map(({ id, dependsOn }) => [idKey(id), dependsOn.map(idKey)]));
  const told = new Set<string>();
  for (const { from, path, id } of [...references(subject), ...parents(resources)]) {
    const to = ownerOf(id, resources);
    if (to === undefined || idKey(to.id) === idKey(from.id)) continue;
    const key = `${idKey(from.id)} ${idKey(to.id)}`;
    const isKnown = told.has(key) || doesWait(idKey(from.id), idKey(to.id), waits);
    told.add(key);
    if (isKnown) continue;
    yield { path, message: `"${from.name}" names "${to.name}" and does not wait for it.` };
  }
}

function parents(resources: readonly ConcreteResource[]): Reference[] {
  return resources
    .filter(({ type }) => type.split('/').length > 2)
    .map((from) => ({ from, path: [...from.path, 'dependsOn'], id: parentId(from.id) }));
}

function doesWait(from: string, to: string, waits: ReadonlyMap<string, readonly string[]>): boolean {
  const seen = new Set<string>();
  const next = [from];
  for (let key = next.pop(); key !== undefined; key = next.pop()) {
    if (key === to) return true;
    if (seen.has(key)) continue;
    seen.add(key);
    next.push(...(waits.get(key) ?? []));
  }
  return false;
}
