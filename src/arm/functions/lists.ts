/**
 * Functions of lists and objects.
 *
 * @see https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-array
 * @see https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-object
 */
import { sorted } from '../../model/order.ts';
import type { Arguments } from '../arguments.ts';
import type { TemplateFunction } from '../scope.ts';
import { isEqual, isList, isObject, lookUp, textOf, Unsettled, type Value, type ValueObject } from '../value.ts';

/** As many as `range()` gives at most. */
const LONGEST_RANGE = 10_000;

export const LIST_FUNCTIONS: readonly TemplateFunction[] = [
  { name: 'concat', arity: [0, Infinity], run: concat },
  { name: 'array', arity: [1, 1], run: (args) => (isList(args.known(0)) ? args.at(0) : [args.at(0)]) },
  { name: 'createArray', arity: [0, Infinity], run: (args) => args.values },
  { name: 'createObject', arity: [0, Infinity], run: createObject },
  { name: 'length', arity: [1, 1], run: (args) => sizeOf(args) },
  { name: 'empty', arity: [1, 1], run: (args) => args.known(0) === null || sizeOf(args) === 0 },
  { name: 'contains', arity: [2, 2], run: contains },
  { name: 'first', arity: [1, 1], run: (args) => sequence(args).at(0) ?? emptyOf(args) },
  { name: 'last', arity: [1, 1], run: (args) => sequence(args).at(-1) ?? emptyOf(args) },
  { name: 'skip', arity: [2, 2], run: (args) => sequence(args).slice(Math.max(0, args.whole(1))) },
  { name: 'take', arity: [2, 2], run: (args) => sequence(args).slice(0, Math.max(0, args.whole(1))) },
  { name: 'range', arity: [2, 2], run: range },
  { name: 'flatten', arity: [1, 1], run: (args) => args.list(0).flatMap((one) => (isList(one) ? one : [one])) },
  { name: 'indexFromEnd', arity: [2, 2], run: (args) => args.list(0).at(-args.whole(1)) ?? null },
  { name: 'items', arity: [1, 1], run: items },
  { name: 'objectKeys', arity: [1, 1], run: (args) => sorted(Object.keys(args.object(0))) },
  { name: 'tryGet', arity: [2, Infinity], run: tryGet },
];

/** Lists if the first is one, and texts otherwise. */
function concat(args: Arguments): Value {
  if (isList(args.at(0))) return args.values.flatMap((_, at) => args.list(at));
  return args.texts(0).join('');
}

function createObject(args: Arguments): ValueObject {
  if (args.count % 2 !== 0) args.fail('a name has no value.', 'Names and values take turns.');
  const names = args.values.filter((_, at) => at % 2 === 0).map((_, at) => args.text(2 * at));
  return Object.fromEntries(names.map((name, at) => [name, args.at(2 * at + 1)]));
}

function sequence(args: Arguments): string | readonly Value[] {
  const value = args.known(0);
  return typeof value === 'string' || isList(value) ? value : args.refuse(0, 'a text or a list');
}

function sizeOf(args: Arguments): number {
  const value = args.known(0);
  return isObject(value) ? Object.keys(value).length : sequence(args).length;
}

function emptyOf(args: Arguments): Value {
  return typeof args.at(0) === 'string' ? '' : null;
}

function contains(args: Arguments): boolean {
  const within = args.known(0);
  const wanted = args.known(1);
  if (typeof within === 'string') return within.includes(args.anyText(1));
  if (isObject(within)) return lookUp(within, args.anyText(1)) !== undefined;
  if (isList(within)) return within.some((one) => isEqual(one, wanted));
  return args.refuse(0, 'a text, a list or an object');
}

function range(args: Arguments): number[] {
  const [start, count] = [args.whole(0), args.whole(1)];
  if (count < 0 || count > LONGEST_RANGE) args.fail(`${count} is no count.`, `It is from 0 to ${LONGEST_RANGE}.`);
  return Array.from({ length: count }, (_, at) => start + at);
}

function items(args: Arguments): Value[] {
  const object = args.object(0);
  return sorted(Object.keys(object)).map((key) => ({ key, value: object[key] ?? null }));
}

/** A member of a member and so on, or null where one is not there. */
function tryGet(args: Arguments): Value {
  let value: Value = args.known(0);
  for (const key of args.values.slice(1)) {
    if (value instanceof Unsettled) return new Unsettled(`${value.source}.${textOf(key)}`);
    if (isList(value) && typeof key === 'number') value = value[key] ?? null;
    else value = isObject(value) && typeof key === 'string' ? (lookUp(value, key) ?? null) : null;
  }
  return value;
}
