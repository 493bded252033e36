/** Reads the members of one object of trust.json, collecting every mistake instead of stopping at the first. */
import { nearest } from '../model/did-you-mean.ts';
import { UserError } from '../model/errors.ts';
import { isJsonArray, isJsonObject, member, type Json, type JsonObject } from '../model/json.ts';
import type { JsonPath } from '../recipe/json-reader.ts';
import { describe, type RecipeFile } from '../recipe/recipe-file.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const SECOND = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const LINE = /^[^\s\p{Cc}](?:[^\p{Cc}]*[^\s\p{Cc}])?$/u;

export class TrustFields {
  readonly mistakes: UserError[];
  readonly #file: RecipeFile;
  readonly #path: JsonPath;
  readonly #object: JsonObject;

  constructor(file: RecipeFile, path: JsonPath = [], object: JsonObject = file.value, mistakes: UserError[] = []) {
    this.#file = file;
    this.#path = path;
    this.#object = object;
    this.mistakes = mistakes;
  }

  /** @param what the rest of a sentence that begins with the file, or with the entry in it */
  fail(path: JsonPath, what: string, hint: string): void {
    const { shown } = this.#file;
    const title = this.#path.length === 0 ? shown : `${shown}: ${this.#path.join('.')}`;
    this.mistakes.push(
      this.#file.mistake([...this.#path, ...path], `${title} ${what}.`, { hint, code: 'TRUST_INVALID' }),
    );
  }

  /** How messages of others name the value of a key. */
  titleOf(key: string): string {
    return `${this.#file.shown}: ${[...this.#path, key].join('.')}`;
  }

  checkKeys(known: readonly string[]): void {
    for (const key of Object.keys(this.#object)) {
      if (known.includes(key)) continue;
      const guess = nearest(key, known);
      const hint = guess === undefined ? `The keys are ${known.join(', ')}.` : `Did you mean "${guess}"?`;
      this.fail([key], `has the unknown key "${key}"`, hint);
    }
  }

  text(key: string): string | undefined {
    const value = this.#value(key);
    if (typeof value === 'string') return value;
    this.#wrong(key, value, `Give "${key}" as a string.`);
    return undefined;
  }

  /** A text of one line, without blanks around it. */
  line(key: string): string | undefined {
    const text = this.text(key);
    if (text === undefined || LINE.test(text)) return text;
    this.#wrong(key, text, 'Give a text of one line, without blanks around it.');
    return undefined;
  }

  optionalText(key: string): string | undefined {
    return this.#value(key) === undefined ? undefined : this.text(key);
  }

  optionalWhole(key: string): number | undefined {
    const value = this.#value(key);
    if (value === undefined || typeof value === 'number') return value;
    this.#wrong(key, value, 'Give a whole number.');
    return undefined;
  }

  /** A day, which is its beginning in UTC, or a time of UTC; in milliseconds since the epoch. */
  time(key: string): number | undefined {
    const text = this.optionalText(key);
    if (text === undefined) return undefined;
    const ms = DAY.test(text) || SECOND.test(text) ? Date.parse(text) : Number.NaN;
    // Date.parse takes the 31st of February for a day in March.
    if (!Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text.replace(/Z$/, ''))) return ms;
    this.#wrong(key, text, 'Give a day or a time of UTC, such as "2027-01-31" or "2027-01-31T12:00:00Z".');
    return undefined;
  }

  /** The objects of a list, which may be left out. */
  objects(key: string): readonly TrustFields[] {
    const value = this.#value(key);
    if (value === undefined) return [];
    if (!isJsonArray(value)) {
      this.#wrong(key, value, 'Give a list of objects.');
      return [];
    }
    return value.flatMap((item, index) => {
      if (isJsonObject(item)) return [this.#inner([...this.#path, key, index], item)];
      this.fail([key, index], `has ${describe(item)} in "${key}"`, 'Give an object there.');
      return [];
    });
  }

  /** An object, which may be left out. */
  object(key: string): TrustFields | undefined {
    const value = this.#value(key);
    if (value === undefined) return undefined;
    if (isJsonObject(value)) return this.#inner([...this.#path, key], value);
    this.#wrong(key, value, 'Give an object.');
    return undefined;
  }

  /** What is read from a value; a mistake of it is one of this file, at its place. */
  parse<Result>(key: string, read: () => Result): Result | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const { message, hint, cause } = error;
      const options = { hint, cause, code: 'TRUST_INVALID' } as const;
      this.mistakes.push(this.#file.mistake([...this.#path, key], message, options));
      return undefined;
    }
  }

  #inner(path: JsonPath, object: JsonObject): TrustFields {
    return new TrustFields(this.#file, path, object, this.mistakes);
  }

  #value(key: string): Json | undefined {
    return member(this.#object, key);
  }

  #wrong(key: string, value: Json | undefined, hint: string): void {
    if (value === undefined) this.fail([], `lacks the key "${key}"`, hint);
    else this.fail([key], `has ${describe(value)} as "${key}"`, hint);
  }
}
