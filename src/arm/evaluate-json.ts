/** Evaluates all that stands in a piece of a template: texts that are expressions, names that are, copy loops. */
import { isJsonArray, isJsonObject, member, type Json, type JsonObject } from '../model/json.ts';
import { evaluate } from './evaluate.ts';
import { ExpressionMistake, pathText, type JsonPath, type Mistake } from './mistake.ts';
import { isExpressionText, literalText, parseExpression, type Parsed } from './parse-expression.ts';
import type { Scope } from './scope.ts';
import { Unsettled, type Value } from './value.ts';

/** What Azure Resource Manager makes at most of one loop. */
const MOST_COPIES = 800;
/** Levels of expressions within variables within expressions. */
const DEEPEST = 300;
/** Far above what any real template needs; one that asks for more was made to. */
const MOST_STEPS = 500_000;
/** Of all texts that functions make, which may stay in memory until the end. */
const MOST_CHARACTERS = 512 * 1024 * 1024;

/** A scope that knows how to enter a loop. */
export interface LoopScope extends Scope {
  withLoop(name: string, index: number): LoopScope;
}

export class JsonEvaluator {
  readonly mistakes: Mistake[] = [];
  readonly #seen = new Set<string>();
  readonly #parsed = new Map<string, Parsed>();
  #depth = 0;
  #steps = 0;
  #characters = 0;

  /** Each mistake once, however many copies of its place are made. */
  report(path: JsonPath, message: string, hint: string): void {
    const key = `${pathText(path)} ${message}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.mistakes.push({ path, message, hint });
  }

  step<T>(run: () => T): T {
    this.#steps += 1;
    if (this.#depth >= DEEPEST || this.#steps > MOST_STEPS) {
      throw new ExpressionMistake('The template takes too much to evaluate.', 'Nest less, and make fewer copies.');
    }
    this.#depth += 1;
    try {
      return run();
    } finally {
      this.#depth -= 1;
    }
  }

  spend(characters: number): void {
    this.#characters += characters;
    if (this.#characters <= MOST_CHARACTERS) return;
    throw new ExpressionMistake('The template makes too long texts too often.', 'Make fewer copies, or shorter texts.');
  }

  value(json: Json, path: JsonPath, scope: LoopScope): Value {
    if (this.#isExhausted()) return new Unsettled('…');
    if (typeof json === 'string') return this.text(json, path, scope);
    if (isJsonArray(json)) return json.map((one, at) => this.value(one, [...path, at], scope));
    return isJsonObject(json) ? this.#object(json, path, scope) : json;
  }

  /** A mistake leaves a value that is not settled, so that it leads to no others. */
  text(text: string, path: JsonPath, scope: Scope): Value {
    if (!isExpressionText(text)) return literalText(text);
    const { expression, mistake } = this.parsed(text);
    if (mistake !== undefined) {
      this.report(path, `${mistake.message} (character ${mistake.at + 1})`, SYNTAX_HINT);
      return new Unsettled(text.slice(1, -1));
    }
    const value = this.attempt(path, () => evaluate(expression, scope));
    return value === undefined ? new Unsettled(text.slice(1, -1)) : value;
  }

  parsed(text: string): Parsed {
    const known = this.#parsed.get(text) ?? parseExpression(text);
    this.#parsed.set(text, known);
    return known;
  }

  /** Runs something that may throw an {@link ExpressionMistake}, which becomes one of the mistakes. */
  attempt<T>(path: JsonPath, run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof ExpressionMistake)) throw error;
      this.report(path, error.message, error.hint);
      return undefined;
    }
  }

  /** How many copies; one while only the deployment knows. */
  count(json: Json | undefined, path: JsonPath, scope: LoopScope): number {
    const value = json === undefined ? null : this.value(json, path, scope);
    if (value instanceof Unsettled) return 1;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MOST_COPIES) return value;
    this.report(path, 'The count of copies must be a whole number.', `It is from 0 to ${MOST_COPIES}.`);
    return 0;
  }

  /** Copies within copies may be as many as the grains of sand, also of values that are no expressions. */
  #isExhausted(): boolean {
    this.#steps += 1;
    if (this.#steps > MOST_STEPS) this.report([], 'The template takes too much to evaluate.', 'Make fewer copies.');
    return this.#steps > MOST_STEPS;
  }

  #object(object: JsonObject, path: JsonPath, scope: LoopScope): Value {
    const loops = member(object, 'copy');
    const hasLoops = isLoops(loops);
    const members = Object.entries(object).filter(([key]) => !hasLoops || key !== 'copy');
    const plain = members.map(([key, inner]): [string, Value] => {
      return [this.#name(key, path, scope), this.value(inner, [...path, key], scope)];
    });
    const copied = hasLoops ? loops.map((loop, at) => this.loop(loop, [...path, 'copy', at], scope)) : [];
    return Object.fromEntries([...plain, ...copied]);
  }

  /** Names of tags, for example, may be expressions too. */
  #name(key: string, path: JsonPath, scope: Scope): string {
    if (!isExpressionText(key)) return key;
    const name = this.text(key, [...path, key], scope);
    return typeof name === 'string' ? name : key;
  }

  /** The copy of a property or variable: a list under the name of the loop. */
  loop(loop: Json, path: JsonPath, scope: LoopScope): [string, Value] {
    if (!isJsonObject(loop)) return ['', []];
    const written = member(loop, 'name');
    const name = typeof written === 'string' ? written : '';
    const count = this.count(member(loop, 'count'), [...path, 'count'], scope);
    const input = this.#isExhausted() ? undefined : member(loop, 'input');
    if (input === undefined) this.report(path, `The loop "${name}" has no input.`, 'It is what each copy looks like.');
    const copies = Array.from({ length: input === undefined ? 0 : count }, (_, index) =>
      this.value(input ?? null, [...path, 'input'], scope.withLoop(name, index)),
    );
    return [name, copies];
  }
}

const SYNTAX_HINT =
  'Expressions are functions with arguments in parentheses; texts stand in single quotes, doubled within.';

function isLoops(json: Json | undefined): json is readonly JsonObject[] {
  return isJsonArray(json) && json.length > 0 && json.every((one) => isJsonObject(one) && Object.hasOwn(one, 'count'));
}
