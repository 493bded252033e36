/** The hash that package ids, bootstrap ids and folder hashes are made of (facts: pkgpanda 6). */
import { sha1, type Sha1 } from '../model/digest.ts';
import type { HashableJson } from '../model/json.ts';
import { sorted } from '../model/order.ts';
import { pythonSorted } from '../recipe/python-order.ts';

/** Hashes of short texts that every component has, such as its empty environment; bounded, since texts come from files. */
const memo = new Map<string, Sha1>();
const MEMO = { texts: 500, length: 100 } as const;

/** Hashes JSON by its values alone: sorted, types not marked, so that 1 and "1" are the same, as are {} and "". */
export function canonicalHash(value: HashableJson): Sha1 {
  if (typeof value === 'string') return hashText(value);
  if (typeof value === 'boolean') return hashText(value ? 'True' : 'False');
  if (typeof value === 'number' || typeof value === 'bigint') return hashText(String(value));
  if (!isList(value)) return hashOfMembers(Object.entries(value).map(([key, item]) => [key, canonicalHash(item)]));
  // Sorting Json gives Json: what came in was hashable.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const inOrder = pythonSorted(value) as HashableJson[];
  return hashText(inOrder.map(canonicalHash).join(','));
}

/** The hash of an object whose values have been hashed already. @param members with no key twice */
export function hashOfMembers(members: readonly (readonly [key: string, hash: string])[]): Sha1 {
  const hashes = new Map(members);
  return hashText(
    sorted(hashes.keys())
      .map((key) => `${key}=${hashes.get(key)}`)
      .join(','),
  );
}

/** The hash of a list, given the hashes of its elements in the order of their values, with commas in between. */
export function hashOfList(hashes: Uint8Array): Sha1 {
  return sha1(hashes);
}

function hashText(text: string): Sha1 {
  const known = memo.get(text);
  if (known !== undefined) return known;
  const digest = sha1(text);
  if (text.length <= MEMO.length && memo.size < MEMO.texts) memo.set(text, digest);
  return digest;
}

function isList(value: HashableJson): value is readonly HashableJson[] {
  return Array.isArray(value);
}
