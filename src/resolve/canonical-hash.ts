/** The hash that package ids, bootstrap ids and folder hashes are made of (facts: pkgpanda 6). */
import { sha1, type Sha1 } from '../model/digest.ts';
import type { HashableJson } from '../model/json.ts';
import { byCodePoint } from '../model/order.ts';
import { pythonSorted } from '../recipe/python-order.ts';

/** Hashes JSON by its values alone: sorted, types not marked, so that 1 and "1" are the same, as are {} and "". */
export function canonicalHash(value: HashableJson): Sha1 {
  if (typeof value === 'string') return sha1(value);
  if (typeof value === 'boolean') return sha1(value ? 'True' : 'False');
  if (typeof value === 'number' || typeof value === 'bigint') return sha1(String(value));
  return isList(value) ? hashOfList(value) : hashOfMembers(membersOf(value));
}

/** The hash of an object whose values have been hashed already. */
export function hashOfMembers(members: readonly (readonly [key: string, hash: string])[]): Sha1 {
  const byKey = members.toSorted(([left], [right]) => byCodePoint(left, right));
  return sha1(byKey.map(([key, hash]) => `${key}=${hash}`).join(','));
}

/** The hash of a list whose elements have been hashed already and stand in the order of their values. */
export function hashOfHashes(hashes: readonly string[]): Sha1 {
  return sha1(hashes.join(','));
}

function hashOfList(items: readonly HashableJson[]): Sha1 {
  // Sorting Json gives Json: what came in was hashable.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const inOrder = pythonSorted(items) as HashableJson[];
  return hashOfHashes(inOrder.map(canonicalHash));
}

function membersOf(object: { readonly [key: string]: HashableJson }): [string, string][] {
  return Object.entries(object).map(([key, value]) => [key, canonicalHash(value)]);
}

function isList(value: HashableJson): value is readonly HashableJson[] {
  return Array.isArray(value);
}
