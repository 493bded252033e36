/** Evaluates expressions of ARM's template language. */
import { nearest } from '../model/did-you-mean.ts';
import { unreachable } from '../model/unreachable.ts';
import { Arguments } from './arguments.ts';
import type { Expression } from './expression.ts';
import { FUNCTION_NAMES, functionNamed, isUnevaluated, lazyNamed } from './functions/index.ts';
import { ExpressionMistake } from './mistake.ts';
import type { Scope } from './scope.ts';
import { isList, isObject, kindOf, lookUp, sourceOf, textOf, Unsettled, weightOf, type Value } from './value.ts';

/** As large as a template may become, in characters. */
const LARGEST = 4 * 1024 * 1024;

/** @throws ExpressionMistake */
export function evaluate(expression: Expression, scope: Scope): Value {
  return scope.step(() => {
    switch (expression.kind) {
      case 'literal':
        return expression.value;
      case 'member':
        return memberValue(evaluate(expression.of, scope), expression.name);
      case 'index':
        return indexValue(evaluate(expression.of, scope), evaluate(expression.at, scope));
      case 'call':
        return bounded(callValue(expression, scope), expression.name, scope);
      default:
        return unreachable(expression);
    }
  });
}

/** A few doublings of a text are enough to fill a machine's memory, and so are many copies of a long one. */
function bounded(value: Value, name: string, scope: Scope): Value {
  const weight = weightOf(value);
  if (weight > LARGEST) {
    throw new ExpressionMistake(`${name}() makes more than ${LARGEST / 1024 / 1024} MB.`, 'No template may be larger.');
  }
  if (!KNOWN_BEFORE.includes(name.toLowerCase())) scope.spend(weight);
  return value;
}

/** They give what is there already. */
const KNOWN_BEFORE = ['variables', 'parameters', 'lambdavariables', 'reference'];

function memberValue(of: Value, name: string): Value {
  if (of instanceof Unsettled) return new Unsettled(`${of.source}.${name}`);
  const value = isObject(of) ? lookUp(of, name) : undefined;
  if (value !== undefined) return value;
  const what = isObject(of) ? `There is no member "${name}".` : `"${name}" is asked of ${kindOf(of)}.`;
  const known = isObject(of) ? Object.keys(of).toSorted() : [];
  throw new ExpressionMistake(what, known.length === 0 ? 'Only objects have members.' : `It has ${known.join(', ')}.`);
}

function indexValue(of: Value, at: Value): Value {
  if (of instanceof Unsettled) return new Unsettled(`${of.source}[${sourceOf(at)}]`);
  if (at instanceof Unsettled) return new Unsettled(at.source);
  if (typeof at === 'string') return memberValue(of, at);
  const value = isList(of) && typeof at === 'number' ? of[at] : undefined;
  if (value !== undefined) return value;
  if (!isList(of)) throw new ExpressionMistake(`An index is asked of ${kindOf(of)}.`, 'Only lists have indexes.');
  throw new ExpressionMistake(`There is no index ${textOf(at)}.`, `The list has ${of.length}, counted from 0.`);
}

function callValue({ name, args }: Expression & { kind: 'call' }, scope: Scope): Value {
  const lazy = lazyNamed(name);
  if (lazy !== undefined) {
    checkArity(lazy, args.length);
    return lazy.run(args, evaluate, scope);
  }
  const values = args.map((arg) => evaluate(arg, scope));
  if (isUnevaluated(name)) return unsettledCall(name, values);
  const known = functionNamed(name);
  if (known === undefined) return scope.callOwn(name, values) ?? refuseName(name);
  checkArity(known, args.length);
  try {
    return known.run(new Arguments(known.name, values), scope);
  } catch (error) {
    const isForLater = error instanceof ExpressionMistake && values.some((value) => value instanceof Unsettled);
    if (isForLater) return unsettledCall(known.name, values);
    throw error;
  }
}

function unsettledCall(name: string, values: readonly Value[]): Unsettled {
  const texts = values.map(sourceOf);
  return new Unsettled(`${name}(${texts.join(', ')})`);
}

function checkArity({ name, arity: [least, most] }: { name: string; arity: readonly [number, number] }, count: number) {
  const mistake = arityMistake(name, [least, most], count);
  if (mistake !== undefined) throw new ExpressionMistake(mistake, `See the reference of ${name}().`);
}

/** What is wrong with that many arguments; undefined: nothing. */
export function arityMistake(
  name: string,
  [least, most]: readonly [number, number],
  count: number,
): string | undefined {
  if (count >= least && count <= most) return undefined;
  const wanted = most === Infinity ? `${least} or more` : least === most ? `${least}` : `${least} to ${most}`;
  return `${name}() takes ${wanted} arguments, not ${count}.`;
}

function refuseName(name: string): never {
  throw new ExpressionMistake(`There is no function ${name}().`, functionHint(name));
}

export function functionHint(name: string): string {
  const near = nearest(name, FUNCTION_NAMES);
  return near === undefined ? 'The template itself may define it, as namespace.name().' : `Did you mean ${near}()?`;
}
