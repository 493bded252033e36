/** Reads the fields of one source, collecting every mistake instead of stopping at the first. */
import { toSha256 } from '../model/digest.ts';
import { nearest } from '../model/did-you-mean.ts';
import type { UserError } from '../model/errors.ts';
import { isJsonArray, isJsonObject, member, type Json, type JsonObject } from '../model/json.ts';
import type { Checksum } from '../model/source.ts';
import type { Warning } from '../model/warning.ts';
import type { JsonPath } from './json-reader.ts';
import { describe, type RecipeFile } from './recipe-file.ts';

/** What one source, or one element of a list in it, is called and where it stands. */
export interface FieldsPlace {
  readonly file: RecipeFile;
  readonly path: JsonPath;
  /** For messages: `source "curl"`. */
  readonly title: string;
}

export class SourceFields {
  readonly mistakes: UserError[];
  readonly warnings: Warning[];
  readonly #place: FieldsPlace;
  readonly #object: JsonObject;

  constructor(object: JsonObject, place: FieldsPlace, parent?: SourceFields) {
    this.#object = object;
    this.#place = place;
    this.mistakes = parent?.mistakes ?? [];
    this.warnings = parent?.warnings ?? [];
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#object, key);
  }

  /** Refuses keys that are missing or too many; returns whether there were none. */
  checkKeys(required: readonly string[], optional: readonly string[] = []): boolean {
    const before = this.mistakes.length;
    const known = [...required, ...optional];
    const missing = required.filter((key) => !this.has(key));
    for (const key of Object.keys(this.#object)) {
      if (known.includes(key)) continue;
      const guess = nearest(key, missing.length > 0 ? missing : known);
      const hint = guess === undefined ? `It may have ${list(known)}.` : `Did you mean "${guess}"?`;
      this.fail(key, `has the unknown key "${key}"`, hint);
    }
    for (const key of missing) this.fail('', `lacks the key "${key}"`, `It needs ${list(required)}.`);
    return this.mistakes.length === before;
  }

  /** @param check the rest of a sentence that says why the text will not do, or nothing */
  text(
    key: string,
    check: (text: string) => { readonly what: string; readonly hint: string } | undefined = () => undefined,
  ): string {
    const value = this.#value(key);
    if (typeof value !== 'string') {
      this.fail(key, `has ${describe(value)} as "${key}"`, `Give "${key}" as a string.`);
      return '';
    }
    const wrong = check(value);
    if (wrong !== undefined) this.fail(key, `has ${describe(value)} as "${key}"${wrong.what}`, wrong.hint);
    return value;
  }

  /** A name or version for other tools: not empty, no blanks and nothing that could be an option or a path. */
  word(key: string): string {
    const hint = 'Letters, digits and any of . + : ~ _ - may be used.';
    return this.text(key, (text) => (/^[\w+][\w.+:~-]*$/.test(text) ? undefined : { what: '', hint }));
  }

  sha256(key: string): string {
    const hint = 'Give the 64 hex digits of sha256sum.';
    const text = this.text(key, (one) =>
      toSha256(one) === undefined ? { what: ', which is no SHA-256', hint } : undefined,
    );
    return toSha256(text) ?? '';
  }

  /** `sha256`, `sha1` or both: the strongest first. */
  checksums(): readonly Checksum[] {
    const sums: Checksum[] = [];
    if (this.has('sha256')) sums.push({ algorithm: 'sha256', hex: this.sha256('sha256') });
    if (this.has('sha1')) sums.push({ algorithm: 'sha1', hex: this.#sha1() });
    if (sums.length === 0) this.fail('', 'lacks a checksum', 'Give "sha256", or "sha1" as in old trees.');
    return sums;
  }

  #sha1(): string {
    const text = this.text('sha1');
    if (!/^[0-9a-f]{40}$/.test(text)) {
      this.warn('sha1', `has ${describe(text)} as "sha1", which no file can have (40 lower-case hex digits)`);
    }
    return text;
  }

  /** Largest unpacked size in bytes, if it is given. */
  unpackedLimit(): { readonly unpackedLimit?: number } {
    if (!this.has('unpacked_limit')) return {};
    const value = this.#value('unpacked_limit');
    if (typeof value === 'number' && value > 0) return { unpackedLimit: value };
    this.fail('unpacked_limit', `has ${describe(value)} as "unpacked_limit"`, 'Give a whole number of bytes.');
    return {};
  }

  /** The objects of a list that must not be empty. */
  objects(key: string): readonly SourceFields[] {
    const value = this.#value(key);
    if (!isJsonArray(value) || value.length === 0) {
      this.fail(key, `has ${describe(value)} as "${key}"`, `Give "${key}" as a list of at least one object.`);
      return [];
    }
    return value.map((item, index) => {
      const title = `${this.#place.title} (${key} ${index + 1})`;
      const place = { ...this.#place, path: [...this.#place.path, key, index], title };
      if (isJsonObject(item)) return new SourceFields(item, place, this);
      this.fail(key, `has ${describe(item)} in "${key}"`, 'Each element must be an object.');
      return new SourceFields({}, place, this);
    });
  }

  /** @param key the key that is wrong, or nothing for the source as a whole @param what the rest of the sentence */
  fail(key: string, what: string, hint: string): void {
    const { file, title } = this.#place;
    this.mistakes.push(
      file.mistake(this.#pathOf(key), `${file.shown}: ${title} ${what}.`, { hint, code: 'SOURCE_INVALID' }),
    );
  }

  warn(key: string, what: string): void {
    const { file, title } = this.#place;
    this.warnings.push(file.warning(this.#pathOf(key), `${file.shown}: ${title} ${what}.`));
  }

  #pathOf(key: string): JsonPath {
    return key === '' ? this.#place.path : [...this.#place.path, key];
  }

  #value(key: string): Json {
    return member(this.#object, key) ?? null;
  }
}

function list(keys: readonly string[]): string {
  return keys.map((key) => `"${key}"`).join(', ');
}
