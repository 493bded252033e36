/** All texts of a template as they are written, and the calls in those that are expressions. */
import { isJsonArray, isJsonObject, type Json } from '../model/json.ts';
import { unreachable } from '../model/unreachable.ts';
import type { Expression } from './expression.ts';
import type { JsonPath } from './mistake.ts';
import { isExpressionText, parseExpression } from './parse-expression.ts';

export interface SourceText {
  readonly path: JsonPath;
  readonly text: string;
  /** Undefined: it is a plain text, or cannot be read. */
  readonly expression: Expression | undefined;
  readonly isExpression: boolean;
}

export type Call = Expression & { readonly kind: 'call' };

/** Values and names alike, for names can be expressions too. */
export function sourceTexts(json: Json): SourceText[] {
  const texts: SourceText[] = [];
  const visit = (value: Json, path: JsonPath): void => {
    if (typeof value === 'string') texts.push(readText(value, path));
    else if (isJsonArray(value)) for (const [at, one] of value.entries()) visit(one, [...path, at]);
    else if (isJsonObject(value)) {
      for (const [key, one] of Object.entries(value)) {
        if (isExpressionText(key)) texts.push(readText(key, [...path, key]));
        visit(one, [...path, key]);
      }
    }
  };
  visit(json, []);
  return texts;
}

function readText(text: string, path: JsonPath): SourceText {
  const isExpression = isExpressionText(text);
  return { path, text, isExpression, expression: isExpression ? parseExpression(text).expression : undefined };
}

/** All calls in an expression, outer ones first. */
export function callsIn(expression: Expression | undefined): Call[] {
  if (expression === undefined) return [];
  switch (expression.kind) {
    case 'literal':
      return [];
    case 'call':
      return [expression, ...expression.args.flatMap(callsIn)];
    case 'member':
      return callsIn(expression.of);
    case 'index':
      return [...callsIn(expression.of), ...callsIn(expression.at)];
    default:
      return unreachable(expression);
  }
}

export function isCallOf(call: Call, ...names: readonly string[]): boolean {
  return names.some((name) => name.toLowerCase() === call.name.toLowerCase());
}

/** The text that a call has as its first argument: the name of a parameter, for example. */
export function firstText({ args: [first] }: Call): string | undefined {
  return first?.kind === 'literal' && typeof first.value === 'string' ? first.value : undefined;
}
