/**
 * Sets of components as bits, so that the closures of thousands cost a few words to join, and as the text that is hashed:
 * in a tree of 5,000 they add up to millions of ids.
 */
import { hashOfList } from './canonical-hash.ts';
import { byCodePoint } from '../model/order.ts';
import type { ComponentVariant } from './component-variant.ts';

export type Closure = Uint32Array;

/** Hex digits of one hash and the comma behind it. */
const HASH_BYTES = 41;

export class Closures {
  /** In the order of their ids: no name holds `--`, so ids of different names sort as the names with `--` behind. */
  readonly #members: readonly ComponentVariant[];
  readonly #ranks: ReadonlyMap<ComponentVariant, number>;
  /** Ranks of components that have the name of the one that follows. */
  readonly #sameAsNext: readonly number[];
  /** The hash of each component's id, in the order of the ranks. */
  readonly #hashes: Buffer;
  readonly #scratch: Buffer;

  constructor(components: Iterable<ComponentVariant>) {
    const named = Array.from(components, (component) => ({ component, start: `${component.name}--` }));
    const members = named.sort((a, b) => byCodePoint(a.start, b.start)).map(({ component }) => component);
    this.#members = members;
    this.#ranks = new Map(members.map((component, rank) => [component, rank]));
    this.#sameAsNext = [...members.keys()].filter((rank) => members[rank]?.name === members[rank + 1]?.name);
    this.#hashes = Buffer.alloc(members.length * HASH_BYTES, ',');
    this.#scratch = Buffer.allocUnsafe(members.length * HASH_BYTES);
  }

  empty(): Closure {
    return new Uint32Array(Math.ceil(this.#members.length / 32));
  }

  add(closure: Closure, component: ComponentVariant): void {
    const rank = this.#rank(component);
    closure[rank >>> 5] = (closure[rank >>> 5] ?? 0) | (1 << (rank & 31));
  }

  join(closure: Closure, other: Closure): void {
    for (let word = 0; word < closure.length; word += 1) closure[word] = (closure[word] ?? 0) | (other[word] ?? 0);
  }

  /** Notes the hash of a component's id, for {@link hash}. */
  setHash(component: ComponentVariant, idHash: string): void {
    this.#hashes.write(idHash, this.#rank(component) * HASH_BYTES, 'latin1');
  }

  /** The canonical hash of the list of all ids of a closure. */
  hash(closure: Closure): string {
    let length = 0;
    for (let rank = this.#next(closure, 0); rank < this.#members.length;) {
      const end = this.#endOfRun(closure, rank);
      length += this.#hashes.copy(this.#scratch, length, rank * HASH_BYTES, end * HASH_BYTES);
      rank = this.#next(closure, end);
    }
    return hashOfList(this.#scratch.subarray(0, Math.max(0, length - 1)));
  }

  /** In the order of their ids. */
  list(closure: Closure): ComponentVariant[] {
    const components: ComponentVariant[] = [];
    for (let rank = this.#next(closure, 0); rank < this.#members.length; rank = this.#next(closure, rank + 1)) {
      const component = this.#members[rank];
      if (component !== undefined) components.push(component);
    }
    return components;
  }

  /** Two variants of one name in the closure, if there are any. */
  conflict(closure: Closure): readonly [ComponentVariant, ComponentVariant] | undefined {
    const rank = this.#sameAsNext.find((one) => has(closure, one) && has(closure, one + 1));
    if (rank === undefined) return undefined;
    const [one, other] = this.#members.slice(rank, rank + 2);
    return one === undefined || other === undefined ? undefined : [one, other];
  }

  #rank(component: ComponentVariant): number {
    const rank = this.#ranks.get(component);
    if (rank === undefined) throw new Error(`${component.key} is not among the components to resolve`);
    return rank;
  }

  /** The first rank in the closure from `rank` on; the number of all if there is none. */
  #next(closure: Closure, rank: number): number {
    let word = rank >>> 5;
    let bits = (closure[word] ?? 0) & (-1 << (rank & 31));
    while (bits === 0 && word + 1 < closure.length) {
      word += 1;
      bits = closure[word] ?? 0;
    }
    return bits === 0 ? this.#members.length : word * 32 + 31 - Math.clz32(bits & -bits);
  }

  #endOfRun(closure: Closure, rank: number): number {
    let end = rank + 1;
    while (end < this.#members.length && has(closure, end)) end += 1;
    return end;
  }
}

function has(closure: Closure, rank: number): boolean {
  return (((closure[rank >>> 5] ?? 0) >>> (rank & 31)) & 1) === 1;
}
