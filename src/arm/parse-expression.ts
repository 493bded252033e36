/** Reads expressions of ARM's template language into trees. */
import { call, indexOf, literal, memberOf, type Expression } from './expression.ts';

/** Where in the text, which includes the brackets, counted from 0 in UTF-16 units. */
interface SyntaxMistake {
  readonly message: string;
  readonly at: number;
}

export type Parsed =
  | { readonly expression: Expression; readonly mistake?: undefined }
  | { readonly mistake: SyntaxMistake; readonly expression?: undefined };

/** Deeper ones are nobody's, and would run out of the stack. */
const DEEPEST = 100;

/** What is one part of an expression; every other character but a blank is a mistake. */
const TOKEN = /\s*(?:(?<text>'[^']*(?:''[^']*)*'(?!'))|(?<number>-?\d+)|(?<name>[A-Za-z_]\w*)|(?<sign>[()[\].,]))/y;

/** Whether ARM evaluates that text: in brackets, of which the first is not doubled. */
export function isExpressionText(text: string): boolean {
  return text.startsWith('[') && text.endsWith(']') && !text.startsWith('[[');
}

/** What a text that is no expression stands for: `[[…]` begins with one bracket. */
export function literalText(text: string): string {
  return text.startsWith('[[') && text.endsWith(']') ? text.slice(1) : text;
}

/**
 * Reads one expression.
 *
 * @param text in brackets, as it stands in the template
 */
export function parseExpression(text: string): Parsed {
  try {
    const reader = new Reader(text.slice(0, -1));
    const expression = reader.expression(0);
    reader.end();
    return { expression };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { mistake: { message: error.message, at: error.at } };
  }
}

class Unreadable extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

interface Token {
  readonly kind: 'text' | 'number' | 'name' | 'sign' | 'end';
  readonly text: string;
  readonly at: number;
}

/** A reader by recursive descent with one token ahead. */
class Reader {
  readonly #text: string;
  #next: Token;
  #at = 1;

  constructor(text: string) {
    this.#text = text;
    this.#next = this.#scan();
  }

  expression(depth: number): Expression {
    if (depth > DEEPEST) throw new Unreadable(`It is nested deeper than ${DEEPEST} levels.`, this.#next.at);
    let read = this.#operand(depth);
    for (;;) {
      if (this.#takes('.')) read = memberOf(read, this.#take('name', 'the name of a member').text);
      else if (this.#takes('[')) {
        read = indexOf(read, this.expression(depth + 1));
        this.#close(']');
      } else return read;
    }
  }

  end(): void {
    const { kind, text, at } = this.#next;
    if (kind !== 'end') throw new Unreadable(`"${text}" stands behind the end of the expression.`, at);
  }

  #operand(depth: number): Expression {
    const { kind, text, at } = this.#next;
    if (kind === 'text') return literal(this.#advance().text.slice(1, -1).replaceAll("''", "'"));
    if (kind === 'number') return wholeNumber(this.#advance());
    if (kind === 'name') return this.#call(depth);
    const found = kind === 'end' ? 'The expression ends' : `"${text}" stands`;
    throw new Unreadable(`${found} where a text, a number or a function should be.`, at);
  }

  /** A function of the template's own has its namespace and a dot before its name. */
  #call(depth: number): Expression {
    let { text: name } = this.#advance();
    while (this.#takes('.')) name += `.${this.#take('name', 'the name of a function').text}`;
    const { kind, text, at } = this.#next;
    if (!this.#takes('('))
      throw new Unreadable(
        `Behind "${name}" a "(" is missing${kind === 'end' ? '' : `; "${text}" stands there`}: texts are in single quotes.`,
        at,
      );
    if (this.#takes(')')) return call(name);
    const args = [this.expression(depth + 1)];
    while (this.#takes(',')) args.push(this.expression(depth + 1));
    this.#close(')');
    return call(name, ...args);
  }

  #close(sign: ')' | ']'): void {
    const { kind, text, at } = this.#next;
    if (this.#takes(sign)) return;
    throw new Unreadable(
      kind === 'end' ? `A "${sign}" is missing.` : `"${text}" stands where "${sign}" should be.`,
      at,
    );
  }

  #take(kind: Token['kind'], what: string): Token {
    if (this.#next.kind === kind) return this.#advance();
    throw new Unreadable(`Here should be ${what}.`, this.#next.at);
  }

  #takes(sign: string): boolean {
    if (this.#next.kind !== 'sign' || this.#next.text !== sign) return false;
    this.#advance();
    return true;
  }

  #advance(): Token {
    const taken = this.#next;
    this.#next = this.#scan();
    return taken;
  }

  #scan(): Token {
    TOKEN.lastIndex = this.#at;
    const groups = TOKEN.exec(this.#text)?.groups;
    if (groups === undefined) return this.#rest();
    this.#at = TOKEN.lastIndex;
    for (const kind of ['text', 'number', 'name', 'sign'] as const) {
      const text = groups[kind];
      if (text !== undefined) return { kind, text, at: this.#at - text.length };
    }
    throw new Error('a token of no kind');
  }

  /** Blanks up to the end, or something that is no token. */
  #rest(): Token {
    const rest = this.#text.slice(this.#at).trimStart();
    const at = this.#text.length - rest.length;
    if (rest === '') return { kind: 'end', text: '', at };
    if (rest.startsWith("'")) throw new Unreadable("A text has no closing ': a quote within a text is doubled.", at);
    throw new Unreadable(`"${String.fromCodePoint(rest.codePointAt(0) ?? 0)}" is no part of an expression.`, at);
  }
}

function wholeNumber({ text, at }: Token): Expression {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Unreadable(`${text} is too large a number.`, at);
  return literal(value === 0 ? 0 : value);
}
