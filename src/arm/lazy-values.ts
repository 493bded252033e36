/** Parameters and variables: values by name, each worked out when it is asked for. */
import { nearest } from '../model/did-you-mean.ts';
import { ExpressionMistake } from './mistake.ts';
import type { Value } from './value.ts';

export class LazyValues {
  /** What they are, in mistakes. */
  readonly #what: string;
  readonly #names: ReadonlyMap<string, string>;
  readonly #compute: (name: string) => Value;
  readonly #known = new Map<string, Value>();
  /** Those that are being worked out, outermost first. */
  readonly #open: string[] = [];

  constructor(what: string, names: readonly string[], compute: (name: string) => Value) {
    this.#what = what;
    this.#names = new Map(names.map((name) => [name.toLowerCase(), name]));
    this.#compute = compute;
  }

  /** @throws ExpressionMistake if there is none, or it needs itself */
  get(asked: string): Value {
    const name = this.#names.get(asked.toLowerCase()) ?? this.#refuse(asked);
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const at = this.#open.indexOf(name);
    if (at >= 0) {
      const circle = [...this.#open.slice(at), name].join(' → ');
      throw new ExpressionMistake(`The ${this.#what} "${name}" needs itself: ${circle}.`, 'Break the circle.');
    }
    this.#open.push(name);
    try {
      const value = this.#compute(name);
      this.#known.set(name, value);
      return value;
    } finally {
      this.#open.pop();
    }
  }

  has(name: string): boolean {
    return this.#names.has(name.toLowerCase());
  }

  /** Of all; those that cannot be worked out are left to the mistakes that they made. */
  all(attempt: (name: string, run: () => Value) => Value | undefined): Record<string, Value> {
    const values = [...this.#names.values()].map((name) => [name, attempt(name, () => this.get(name))] as const);
    return Object.fromEntries(values.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  }

  #refuse(asked: string): never {
    const near = nearest(asked, this.#names.values());
    const hint = near === undefined ? `Define it, or name another ${this.#what}.` : `Did you mean "${near}"?`;
    throw new ExpressionMistake(`There is no ${this.#what} "${asked}".`, hint);
  }
}
