/** The first look at the resources of a template: how many there are, and how each is called. */
import { isJsonArray, isJsonObject, member, type Json, type JsonObject } from '../model/json.ts';
import type { JsonPath } from './mistake.ts';
import { groupScope, resourceId } from './resource-id.ts';
import { TemplateScope, type World } from './template-scope.ts';
import { hasUnsettled, textOf, Unsettled, type Value } from './value.ts';

/** One copy of a resource of which only the name is known. */
export interface Draft {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly path: JsonPath;
  readonly source: JsonObject;
  readonly scope: TemplateScope;
  readonly isDeployed: boolean;
  /** Whether a condition that is not settled decides on it: another may stand for it. */
  readonly isPossible: boolean;
  /** Other names that `dependsOn` and `reference()` may use: of its loop, and in the template's object of resources. */
  readonly aliases: readonly string[];
}

interface Parent {
  readonly type: string;
  readonly name: string;
}

interface Place {
  readonly path: JsonPath;
  readonly scope: TemplateScope;
  /** Where what is found goes to. */
  readonly into: { readonly drafts: Draft[]; readonly emptyLoops: string[] };
  readonly parent?: Parent | undefined;
  readonly symbol?: string | undefined;
}

/** Several times what a deployment may have. */
const MOST_DRAFTS = 4000;
const RESOURCE_HINT = 'A resource is an object with a type, an apiVersion and a name.';

export interface Drafts {
  readonly drafts: readonly Draft[];
  /** Names of loops that make nothing, which others may wait for all the same. */
  readonly emptyLoops: readonly string[];
}

export function draftResources(world: World): Drafts {
  const into = { drafts: [], emptyLoops: [] };
  const scope = new TemplateScope(world, 'resource');
  draftAll(world, member(world.template, 'resources'), { path: ['resources'], scope, into });
  return into;
}

/** A list, or under languageVersion 2.0 an object by symbolic names. */
function draftAll(world: World, resources: Json | undefined, place: Place): void {
  if (isJsonArray(resources)) {
    for (const [at, one] of resources.entries()) draftCopies(world, one, { ...place, path: [...place.path, at] });
  } else if (isJsonObject(resources)) {
    for (const [symbol, one] of Object.entries(resources)) {
      draftCopies(world, one, { ...place, path: [...place.path, symbol], symbol });
    }
  } else if (resources !== undefined) {
    world.evaluator.report(place.path, 'The resources are neither a list nor an object.', RESOURCE_HINT);
  }
}

function draftCopies(world: World, source: Json, place: Place): void {
  if (!isJsonObject(source)) {
    world.evaluator.report(place.path, 'This is no resource.', RESOURCE_HINT);
    return;
  }
  if (place.into.drafts.length > MOST_DRAFTS) {
    world.evaluator.report(['resources'], `There are more than ${MOST_DRAFTS} resources.`, 'The others are left out.');
    return;
  }
  const copy = member(source, 'copy');
  if (!isJsonObject(copy)) {
    draftOne(world, source, place);
    return;
  }
  if (place.parent !== undefined) {
    world.evaluator.report(
      [...place.path, 'copy'],
      'A resource within another cannot be copied.',
      'Write it beside the other, with the whole type and name.',
    );
  }
  const loop = loopName(world, copy, place);
  const count = world.evaluator.count(member(copy, 'count'), [...place.path, 'copy', 'count'], place.scope);
  if (count === 0) place.into.emptyLoops.push(loop);
  for (let index = 0; index < count; index += 1) {
    const scope = place.scope.withLoop(loop, index).withLoop('', index);
    draftOne(world, source, { ...place, scope }, loop);
  }
}

function loopName({ evaluator }: World, copy: JsonObject, { path }: Place): string {
  const [name, mode, size] = ['name', 'mode', 'batchSize'].map((key) => member(copy, key));
  if (typeof mode === 'string' && !/^(?:serial|parallel)$/i.test(mode)) {
    evaluator.report([...path, 'copy', 'mode'], `"${mode}" is no mode.`, 'It is serial or parallel.');
  }
  if (typeof size === 'number' && size < 1) {
    evaluator.report(
      [...path, 'copy', 'batchSize'],
      'The batchSize must be positive.',
      'Leave it out for all at once.',
    );
  }
  if (typeof name === 'string' && name !== '') return name;
  evaluator.report([...path, 'copy', 'name'], 'The copy has no name.', 'Give the loop one: dependsOn can use it.');
  return '';
}

function draftOne(world: World, source: JsonObject, place: Place, loop?: string): void {
  const { evaluator } = world;
  const { path, scope, parent, symbol } = place;
  const text = (key: string): string => {
    const value = evaluator.value(member(source, key) ?? '', [...path, key], scope);
    if (typeof value !== 'string' && !(value instanceof Unsettled)) {
      evaluator.report([...path, key], `The ${key} must be a text.`, RESOURCE_HINT);
    }
    const shown = textOf(value);
    if (shown === '') evaluator.report(path, `The resource has no ${key}.`, RESOURCE_HINT);
    return shown;
  };
  const own = { type: text('type'), name: text('name') };
  const isInside = parent !== undefined && !own.type.toLowerCase().startsWith(`${parent.type.toLowerCase()}/`);
  const type = isInside ? `${parent.type}/${own.type}` : own.type;
  const name = isInside ? `${parent.name}/${own.name}` : own.name;
  checkSegments(world, { type, name }, path);
  const id = resourceId(scopeOf(world, source, place), type, name.split('/'));
  const condition: Value = evaluator.value(member(source, 'condition') ?? true, [...path, 'condition'], scope);
  const isDeployed = condition !== false && member(source, 'existing') !== true;
  const isPossible = condition instanceof Unsettled;
  const aliases = [loop, symbol].filter((one): one is string => one !== undefined && one !== '');
  place.into.drafts.push({ id, type, name, path, source, scope, isDeployed, isPossible, aliases });
  const inner = { path: [...path, 'resources'], scope, into: place.into, parent: { type, name } };
  draftAll(world, member(source, 'resources'), inner);
}

/** An extension resource stands in another, whose id is its `scope`. */
function scopeOf(world: World, source: JsonObject, { path, scope }: Place): string {
  const { subscriptionId, resourceGroup } = world.deployment;
  const written = member(source, 'scope');
  const group = member(source, 'resourceGroup');
  const home =
    typeof group === 'string'
      ? groupScope(subscriptionId, textOf(world.evaluator.value(group, [...path, 'resourceGroup'], scope)))
      : groupScope(subscriptionId, resourceGroup);
  if (written === undefined) return home;
  const within = textOf(world.evaluator.value(written, [...path, 'scope'], scope));
  if (within.startsWith('/')) return within === '/' ? '' : within;
  const [namespace = '', ...rest] = within.split('/');
  return [`${home}/providers/${namespace}`, ...rest].join('/');
}

function checkSegments({ evaluator }: World, { type, name }: { type: string; name: string }, path: JsonPath): void {
  if (type === '' || name === '' || hasUnsettled(name)) return;
  const [levels, names] = [type.split('/').length - 1, name.split('/').length];
  if (levels === names) return;
  evaluator.report(
    [...path, 'name'],
    `A name of type ${type} has ${levels} parts, and "${name}" has ${names}.`,
    'The name has one part fewer than the type: parent/child for namespace/parents/children.',
  );
}
