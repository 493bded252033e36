/** Sets of components as bits, so that the closure of each of thousands costs a few words to join, not a walk. */
import { byCodePoint } from '../model/order.ts';
import type { ComponentVariant } from './component-variant.ts';

export type Closure = Uint32Array;

export class Closures {
  /** In the order of their ids: no name holds `--`, so ids of different names sort as the names with `--` behind. */
  readonly #members: readonly ComponentVariant[];
  readonly #ranks: ReadonlyMap<ComponentVariant, number>;

  constructor(components: Iterable<ComponentVariant>) {
    const named = Array.from(components, (component) => ({ component, start: `${component.name}--` }));
    this.#members = named.sort((a, b) => byCodePoint(a.start, b.start)).map(({ component }) => component);
    this.#ranks = new Map(this.#members.map((component, rank) => [component, rank]));
  }

  empty(): Closure {
    return new Uint32Array(Math.ceil(this.#members.length / 32));
  }

  add(closure: Closure, component: ComponentVariant): void {
    const rank = this.#ranks.get(component) ?? 0;
    closure[rank >>> 5] = (closure[rank >>> 5] ?? 0) | (1 << (rank & 31));
  }

  join(closure: Closure, other: Closure): void {
    for (let word = 0; word < closure.length; word += 1) closure[word] = (closure[word] ?? 0) | (other[word] ?? 0);
  }

  /** In the order of their ids. */
  list(closure: Closure): ComponentVariant[] {
    const components: ComponentVariant[] = [];
    for (const [word, bits] of closure.entries()) {
      for (let rest = bits; rest !== 0; rest &= rest - 1) {
        const component = this.#members[word * 32 + 31 - Math.clz32(rest & -rest)];
        if (component !== undefined) components.push(component);
      }
    }
    return components;
  }
}
