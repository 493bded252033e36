/** Reads the objects of builder files field by field, and collects every mistake with its key. */
import { nearest } from '../model/did-you-mean.ts';
import { UserError } from '../model/errors.ts';

/** A JSON value as a file gives it, not yet looked at. */
type Unread = unknown;

interface Origin {
  readonly file: string;
  /** What writes files of that kind, for lock files. */
  readonly lockCommand: string;
}

/** One JSON object of a builder file. A field that is wrong is noted, and a harmless value stands in for it. */
export class BuilderFields {
  readonly errors: UserError[];
  readonly #file: string;
  readonly #lockCommand: string;
  readonly #path: string;
  readonly #fields: ReadonlyMap<string, Unread>;

  private constructor(
    { file, lockCommand }: Origin,
    { path, value, known }: { readonly path: string; readonly value: Unread; readonly known: readonly string[] },
    errors: UserError[],
  ) {
    this.#file = file;
    this.#lockCommand = lockCommand;
    this.#path = path;
    this.errors = errors;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!isObject) this.#complain('', `must be an object, not ${show(value)}`);
    this.#fields = new Map(isObject ? Object.entries(value) : []);
    for (const key of this.#fields.keys()) {
      if (!known.includes(key)) this.#complain(key, `is no field of a builder file${suggestion(key, known)}`);
    }
  }

  /** @throws UserError BUILDER_INVALID if the text is no JSON at all */
  static parse(
    text: string,
    file: string,
    known: readonly string[],
    lockCommand = 'dcos-build builder lock',
  ): BuilderFields {
    let value: Unread;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new UserError('BUILDER_INVALID', `${file} is not JSON: ${reason}.`, {
        hint: 'Mend the file, or take it from the version control again.',
        place: { file },
        cause,
      });
    }
    return new BuilderFields({ file, lockCommand }, { path: '', value, known }, []);
  }

  /** A string that the pattern matches; `what` says what it must be. */
  text(key: string, pattern: RegExp, what: string): string {
    const value = this.#fields.get(key);
    if (typeof value === 'string' && pattern.test(value)) return value;
    this.#complain(key, value === undefined ? `is missing; it must be ${what}` : `must be ${what}, not ${show(value)}`);
    return '';
  }

  /** A whole number from 0 up. */
  count(key: string): number {
    const value = this.#fields.get(key);
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    this.#complain(key, `must be a whole number, not ${show(value)}`);
    return 0;
  }

  /** A list of different strings, in the order given. */
  texts(key: string, pattern: RegExp, what: string): string[] {
    const value = this.#list(key);
    const texts = value.filter((item) => typeof item === 'string');
    for (const [index, item] of value.entries()) {
      if (typeof item !== 'string' || !pattern.test(item)) {
        this.#complain(`${key}[${index}]`, `must be ${what}, not ${show(item)}`);
      } else if (value.indexOf(item) !== index) this.#complain(`${key}[${index}]`, `repeats ${show(item)}`);
    }
    return texts;
  }

  has(key: string): boolean {
    return this.#fields.has(key);
  }

  object(key: string, known: readonly string[]): BuilderFields {
    return this.#within(key, this.#fields.get(key), known);
  }

  objects(key: string, known: readonly string[]): BuilderFields[] {
    return this.#list(key).map((item, index) => this.#within(`${key}[${index}]`, item, known));
  }

  #within(key: string, value: Unread, known: readonly string[]): BuilderFields {
    const origin = { file: this.#file, lockCommand: this.#lockCommand };
    return new BuilderFields(origin, { path: this.#pathTo(key), value, known }, this.errors);
  }

  #list(key: string): readonly Unread[] {
    const value = this.#fields.get(key);
    if (Array.isArray(value) && value.length > 0) return value;
    this.#complain(key, `must be a list that is not empty, not ${show(value)}`);
    return [];
  }

  #pathTo(key: string): string {
    return this.#path === '' || key === '' ? this.#path + key : `${this.#path}.${key}`;
  }

  #complain(at: string, problem: string): void {
    const key = this.#pathTo(at);
    this.errors.push(
      new UserError('BUILDER_INVALID', `${this.#file}: ${key === '' ? 'the file' : `"${key}"`} ${problem}.`, {
        hint: this.#file.endsWith('.lock.json')
          ? `Lock files are written by "${this.#lockCommand}"; run it again.`
          : 'See builders/debian.json for an example.',
        place: key === '' ? { file: this.#file } : { file: this.#file, key },
      }),
    );
  }
}

function suggestion(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  return meant === undefined ? ` (those are ${known.join(', ')})` : ` (did you mean "${meant}"?)`;
}

function show(value: Unread): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
