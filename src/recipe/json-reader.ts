/** The careful JSON reader: exact numbers, errors that say what was expected, and the offset of every key. */
import { PythonFloat, type Json } from '../model/json.ts';

/** Python gives up at a depth near this one, by its limit on recursion. */
export const DEEPEST = 450;

/** Python's limit on the digits of a whole number. */
const MOST_DIGITS = 4300;

/** A text that is not JSON: what is wrong, as a sentence, and where. */
export class JsonMistake extends Error {
  /** In UTF-16 units from the beginning of the text. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Keys and indexes from the top of the document down to one value. */
export type JsonPath = readonly (string | number)[];

const NUMBER = /(-?(?:0|[1-9][0-9]*))((?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)/y;
// oxlint-disable-next-line no-control-regex -- JSON forbids exactly these in a string
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const BLANKS = /[ \t\n\r]*/y;
const WORDS: ReadonlyMap<string, Json> = new Map<string, Json>([
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', new PythonFloat(Number.NaN)],
  ['Infinity', new PythonFloat(Infinity)],
  ['-Infinity', new PythonFloat(-Infinity)],
]);

export class JsonReader {
  readonly #text: string;
  readonly #end: number;
  readonly #onPlace: (path: JsonPath, offset: number) => void;
  readonly #path: (string | number)[] = [];
  #at: number;

  /** @param onPlace called with each key and each element of a list, and where it stands */
  constructor(
    text: string,
    start: number,
    length: number,
    onPlace: (path: JsonPath, offset: number) => void = () => {},
  ) {
    this.#text = text;
    this.#at = start;
    this.#end = start + length;
    this.#onPlace = onPlace;
  }

  /** @throws JsonMistake */
  read(): Json {
    if (this.#text.startsWith('\uFEFF', this.#at)) {
      throw new JsonMistake('It begins with a byte order mark, which JSON does not allow.', this.#at);
    }
    this.#skipBlanks();
    const value = this.#value();
    this.#skipBlanks();
    if (this.#at < this.#end) this.#fail('There is more text after the end of the value');
    return value;
  }

  #value(): Json {
    if (this.#path.length > DEEPEST) throw new JsonMistake(`It is nested deeper than ${DEEPEST} levels.`, this.#at);
    const first = this.#text[this.#at];
    if (first === '{') return this.#object();
    if (first === '[') return this.#array();
    if (first === '"') return this.#string();
    for (const [word, value] of WORDS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    return this.#number();
  }

  #object(): Json {
    const members: [string, Json][] = [];
    this.#at += 1;
    this.#skipBlanks();
    if (this.#take('}')) return {};
    do {
      this.#skipBlanks();
      if (this.#text[this.#at] !== '"') this.#fail('A key in double quotes is missing');
      const start = this.#at;
      const key = this.#string();
      this.#skipBlanks();
      if (!this.#take(':')) this.#fail('A colon is missing after the key');
      members.push([key, this.#inside(key, start)]);
    } while (this.#take(','));
    if (!this.#take('}')) this.#fail('A comma or "}" is missing');
    // Defines members one by one, so that a key named __proto__ stays a key.
    return Object.fromEntries(members);
  }

  #array(): Json {
    const items: Json[] = [];
    this.#at += 1;
    this.#skipBlanks();
    if (this.#take(']')) return items;
    do {
      this.#skipBlanks();
      items.push(this.#inside(items.length, this.#at));
    } while (this.#take(','));
    if (!this.#take(']')) this.#fail('A comma or "]" is missing');
    return items;
  }

  #inside(step: string | number, start: number): Json {
    this.#path.push(step);
    this.#onPlace(this.#path, start);
    this.#skipBlanks();
    const value = this.#value();
    this.#path.pop();
    this.#skipBlanks();
    return value;
  }

  #string(): string {
    const literal = this.#match(STRING);
    if (literal === undefined) this.#fail('A string is not closed, or holds a raw control character or a wrong escape');
    this.#at += literal.length;
    return String(JSON.parse(literal));
  }

  #number(): Json {
    const literal = this.#match(NUMBER);
    if (literal === undefined) this.#fail('A value is missing');
    const whole = /^-?[0-9]+$/.test(literal);
    if (whole && literal.replace('-', '').length > MOST_DIGITS) {
      throw new JsonMistake(`A whole number has more than ${MOST_DIGITS} digits.`, this.#at);
    }
    this.#at += literal.length;
    if (!whole) return new PythonFloat(Number(literal));
    // Number('-0') would be -0, which Python does not have among whole numbers.
    const number = Number(literal) + 0;
    return Number.isSafeInteger(number) ? number : BigInt(literal);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    return found === undefined || this.#at + found.length > this.#end ? undefined : found;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character || this.#at >= this.#end) return false;
    this.#at += 1;
    return true;
  }

  #skipBlanks(): void {
    this.#at += this.#match(BLANKS)?.length ?? 0;
  }

  #fail(what: string): never {
    const found = this.#text.slice(this.#at, this.#at + 12).split('\n', 1)[0] ?? '';
    const where = this.#at >= this.#end ? 'at the end of the file' : `before ${JSON.stringify(found)}`;
    throw new JsonMistake(`${what} ${where}.`, this.#at);
  }
}
