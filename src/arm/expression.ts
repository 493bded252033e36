/** Expressions of ARM's template language, as trees; the one module that knows how they are spelled. */
import { unreachable } from '../model/unreachable.ts';

/** A text or a whole number; `true()`, `false()` and `null()` are functions in that language. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'member'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'index'; readonly of: Expression; readonly at: Expression };

/** An expression as templates write it: in brackets. */
export type ExpressionText = `[${string}]`;

/** What can stand for an expression where one is made: texts and numbers are themselves. */
export type Operand = Expression | string | number;

export function literal(value: string | number): Expression {
  return { kind: 'literal', value };
}

export function call(name: string, ...args: readonly Operand[]): Expression {
  return { kind: 'call', name, args: args.map(operand) };
}

export function memberOf(of: Expression, name: string): Expression {
  return { kind: 'member', of, name };
}

export function indexOf(of: Expression, at: Operand): Expression {
  return { kind: 'index', of, at: operand(at) };
}

function operand(value: Operand): Expression {
  return typeof value === 'object' ? value : literal(value);
}

/**
 * The text of a JSON value that ARM evaluates: in brackets.
 *
 * @see https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions
 */
export function expressionText(expression: Expression): ExpressionText {
  return `[${spell(expression)}]`;
}

/** A text that ARM takes as it is: only one that begins and ends like an expression needs another bracket. */
export function plainText(text: string): string {
  return text.startsWith('[') && text.endsWith(']') ? `[${text}` : text;
}

function spell(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return typeof expression.value === 'number' ? String(expression.value) : quote(expression.value);
    case 'call':
      return `${expression.name}(${expression.args.map(spell).join(', ')})`;
    case 'member':
      return `${spell(expression.of)}.${expression.name}`;
    case 'index':
      return `${spell(expression.of)}[${spell(expression.at)}]`;
    default:
      return unreachable(expression);
  }
}

/** A quote is doubled; nothing else is special within. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
