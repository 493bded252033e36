/** Functions that count and compare. */
import type { Arguments } from '../arguments.ts';
import type { TemplateFunction } from '../scope.ts';
import { isEqual, isList, Unsettled, type Value } from '../value.ts';

export const NUMBER_FUNCTIONS: readonly TemplateFunction[] = [
  { name: 'add', arity: [2, 2], run: (args) => args.whole(0) + args.whole(1) },
  { name: 'sub', arity: [2, 2], run: (args) => args.whole(0) - args.whole(1) },
  { name: 'mul', arity: [2, 2], run: (args) => args.whole(0) * args.whole(1) },
  // both cut towards 0, as the whole numbers of .NET do
  { name: 'div', arity: [2, 2], run: (args) => Math.trunc(args.whole(0) / divisor(args)) + 0 },
  { name: 'mod', arity: [2, 2], run: (args) => (args.whole(0) % divisor(args)) + 0 },
  { name: 'min', arity: [1, Infinity], run: (args) => numbers(args).reduce((a, b) => Math.min(a, b)) },
  { name: 'max', arity: [1, Infinity], run: (args) => numbers(args).reduce((a, b) => Math.max(a, b)) },
  { name: 'equals', arity: [2, 2], run: equals },
  { name: 'less', arity: [2, 2], run: (args) => order(args) < 0 },
  { name: 'lessOrEquals', arity: [2, 2], run: (args) => order(args) <= 0 },
  { name: 'greater', arity: [2, 2], run: (args) => order(args) > 0 },
  { name: 'greaterOrEquals', arity: [2, 2], run: (args) => order(args) >= 0 },
  { name: 'not', arity: [1, 1], run: (args) => !args.bool(0) },
  { name: 'xor', arity: [2, 2], run: (args) => args.bool(0) !== args.bool(1) },
  { name: 'true', arity: [0, 0], run: () => true },
  { name: 'false', arity: [0, 0], run: () => false },
  { name: 'null', arity: [0, 0], run: () => null },
  { name: 'coalesce', arity: [1, Infinity], run: (args) => args.values.find((value) => value !== null) ?? null },
];

function divisor(args: Arguments): number {
  const value = args.whole(1);
  return value === 0 ? args.fail('nothing can be divided by 0.', 'Check the second argument with if().') : value;
}

/** Either of one list, or of all arguments. */
function numbers(args: Arguments): number[] {
  const list = isList(args.at(0)) ? args.list(0) : args.values;
  if (list.length === 0) args.fail('the list is empty.', 'It needs at least one number.');
  return list.map((one) => (Number.isSafeInteger(one) ? Number(one) : args.refuse(0, 'whole numbers')));
}

/** What is not settled equals itself, and may equal all else. */
function equals(args: Arguments): boolean {
  const [a, b] = [args.at(0), args.at(1)];
  if (isEqual(a, b)) return true;
  return isSettled(a) && isSettled(b) ? false : args.refuse(0, 'a value');
}

function isSettled(value: Value): boolean {
  return !(value instanceof Unsettled);
}

function order(args: Arguments): number {
  const left = args.known(0);
  if (typeof left !== 'string') return args.whole(0) - args.whole(1);
  const right = args.text(1);
  return left < right ? -1 : Number(left > right);
}
