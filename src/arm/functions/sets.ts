/** Functions that join and compare whole lists and objects. */
import type { Arguments } from '../arguments.ts';
import type { TemplateFunction } from '../scope.ts';
import { isEqual, isList, isObject, type Value, type ValueObject } from '../value.ts';

export const SET_FUNCTIONS: readonly TemplateFunction[] = [
  { name: 'union', arity: [2, Infinity], run: union },
  { name: 'intersection', arity: [2, Infinity], run: intersection },
  { name: 'shallowMerge', arity: [1, 1], run: shallowMerge },
];

/** Of objects, all members, those of later ones over earlier ones and objects within objects likewise. */
function union(args: Arguments): Value {
  if (!isList(args.known(0))) return args.values.map((_, at) => args.object(at)).reduce(merged);
  return distinct(args.values.flatMap((_, at) => args.list(at)));
}

function merged(base: ValueObject, over: ValueObject): ValueObject {
  const members = Object.entries(over).map(([key, value]): [string, Value] => {
    const below = Object.hasOwn(base, key) ? base[key] : undefined;
    return [key, isObject(below) && isObject(value) ? merged(below, value) : value];
  });
  return Object.fromEntries([...Object.entries(base), ...members]);
}

function intersection(args: Arguments): Value {
  if (isList(args.known(0))) {
    const lists = args.values.map((_, at) => args.list(at));
    return distinct(lists[0] ?? []).filter((one) => lists.every((list) => has(list, one)));
  }
  const objects = args.values.map((_, at) => args.object(at));
  const isShared = ([key, value]: [string, Value]): boolean =>
    objects.every((object) => Object.hasOwn(object, key) && isEqual(object[key] ?? null, value));
  return Object.fromEntries(Object.entries(objects[0] ?? {}).filter(isShared));
}

function shallowMerge(args: Arguments): ValueObject {
  const objects = args.list(0).map((one) => (isObject(one) ? one : args.refuse(0, 'a list of objects')));
  return Object.fromEntries(objects.flatMap((object) => Object.entries(object)));
}

function distinct(values: readonly Value[]): Value[] {
  const plain = new Set<Value>();
  const kept: Value[] = [];
  for (const value of values) {
    const isPlain = typeof value !== 'object';
    if (isPlain ? plain.has(value) : has(kept, value)) continue;
    plain.add(value);
    kept.push(value);
  }
  return kept;
}

function has(list: readonly Value[], wanted: Value): boolean {
  return list.some((one) => isEqual(one, wanted));
}
