/** The arguments of one call, read by the kinds that its function takes. */
import { ExpressionMistake } from './mistake.ts';
import { isList, isObject, kindOf, textOf, Unsettled, type Value, type ValueObject } from './value.ts';

export class Arguments {
  readonly name: string;
  readonly values: readonly Value[];

  constructor(name: string, values: readonly Value[]) {
    this.name = name;
    this.values = values;
  }

  get count(): number {
    return this.values.length;
  }

  at(index: number): Value {
    return this.values[index] ?? null;
  }

  /** A value that is settled; of one that is not, nothing can be said. */
  known(index: number): Exclude<Value, Unsettled> {
    const value = this.at(index);
    return value instanceof Unsettled ? this.#refuse(index, 'a value') : value;
  }

  text(index: number): string {
    const value = this.at(index);
    return typeof value === 'string' ? value : this.#refuse(index, 'a text');
  }

  /** A text that goes into another as it is: what is not settled leaves its own name there. */
  anyText(index: number): string {
    const value = this.at(index);
    const isPlain = value instanceof Unsettled || ['string', 'number', 'boolean'].includes(typeof value);
    return isPlain ? textOf(value) : this.#refuse(index, 'a text');
  }

  whole(index: number): number {
    const value = this.at(index);
    return Number.isSafeInteger(value) ? Number(value) : this.#refuse(index, 'a whole number');
  }

  bool(index: number): boolean {
    const value = this.at(index);
    return typeof value === 'boolean' ? value : this.#refuse(index, 'a bool');
  }

  list(index: number): readonly Value[] {
    const value = this.at(index);
    return isList(value) ? value : this.#refuse(index, 'a list');
  }

  object(index: number): ValueObject {
    const value = this.at(index);
    return isObject(value) ? value : this.#refuse(index, 'an object');
  }

  /** Those behind an index, all texts. */
  texts(from: number): string[] {
    return this.values.slice(from).map((_, at) => this.anyText(from + at));
  }

  refuse(index: number, wanted: string): never {
    return this.#refuse(index, wanted);
  }

  fail(message: string, hint: string): never {
    throw new ExpressionMistake(`${this.name}(): ${message}`, hint);
  }

  #refuse(index: number, wanted: string): never {
    const found = index < this.count ? `it is ${kindOf(this.at(index))}` : 'it is missing';
    throw new ExpressionMistake(
      `${this.name}(): argument ${index + 1} must be ${wanted}; ${found}.`,
      `Give ${this.name}() ${wanted}, or convert the value with string(), int(), bool() or json().`,
    );
  }
}
