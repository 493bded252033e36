/** How Python compares and sorts JSON values, which decides the order in which lists are hashed. */
import { isJsonArray, isJsonObject, PythonFloat, type Json } from '../model/json.ts';
import { byCodePoint } from '../model/order.ts';

/** Two values that Python cannot put in order: a string and a number, two objects. */
export class NoOrder extends Error {}

/** A sorted copy, as Python's `sorted` makes it: stable, `true` as 1, lists element by element. @throws NoOrder */
export function pythonSorted(items: readonly Json[]): Json[] {
  return items.toSorted(compare);
}

function compare(left: Json, right: Json): number {
  if (typeof left === 'string' && typeof right === 'string') return byCodePoint(left, right);
  if (isJsonArray(left) && isJsonArray(right)) return compareLists(left, right);
  const [a, b] = [toNumber(left), toNumber(right)];
  if (a === undefined || b === undefined) throw new NoOrder();
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Decided by the first pair that is not equal; equal pairs need no order. */
function compareLists(left: readonly Json[], right: readonly Json[]): number {
  for (const [index, item] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (!isEqual(item, other)) return compare(item, other);
  }
  return left.length - right.length;
}

function isEqual(left: Json, right: Json): boolean {
  if (isJsonArray(left) && isJsonArray(right)) {
    return left.length === right.length && left.every((item, index) => isEqual(item, right[index] ?? null));
  }
  if (isJsonObject(left) && isJsonObject(right)) {
    const keys = Object.keys(left);
    return (
      keys.length === Object.keys(right).length &&
      keys.every((key) => Object.hasOwn(right, key) && isEqual(left[key] ?? null, right[key] ?? null))
    );
  }
  const [a, b] = [toNumber(left), toNumber(right)];
  // oxlint-disable-next-line eqeqeq -- a bigint equals a number of the same value only so
  return a === undefined || b === undefined ? left === right : a == b;
}

function toNumber(value: Json): number | bigint | undefined {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  return value instanceof PythonFloat ? value.value : undefined;
}
