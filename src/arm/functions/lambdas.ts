/**
 * Functions that take a `lambda()`.
 *
 * @see https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-lambda
 */
import { ExpressionMistake } from '../mistake.ts';
import type { Evaluate, LazyFunction, Scope } from '../scope.ts';
import type { Expression } from '../expression.ts';
import { isList, isObject, kindOf, textOf, Unsettled, type Value } from '../value.ts';

type Step = (...values: readonly Value[]) => Value;
type OverList = (list: readonly Value[], steps: readonly [Step, ...Step[]], start: Value) => Value;

export const LAMBDA_FUNCTIONS: readonly LazyFunction[] = [
  overList('map', [2, 2], (list, [step]) => list.map((one, at) => step(one, at))),
  overList('filter', [2, 2], (list, [step]) => list.filter((one, at) => step(one, at) === true)),
  overList('sort', [2, 2], (list, [isBefore]) => list.toSorted((a, b) => (isBefore(a, b) === true ? -1 : 1))),
  overList('reduce', [3, 3], (list, [step], start) => list.reduce((sum, one, at) => step(sum, one, at), start)),
  overList('toObject', [2, 3], toObject),
  overList('groupBy', [2, 2], groupBy),
  { name: 'mapValues', arity: [2, 2], run: mapValues },
  { name: 'lambdaVariables', arity: [1, 1], run: lambdaVariable },
];

/** The list is the first argument; of the others, one that is no lambda is what `reduce` starts from. */
function overList(name: string, arity: LazyFunction['arity'], body: OverList): LazyFunction {
  const run: LazyFunction['run'] = ([first, ...rest], evaluate, scope) => {
    if (first === undefined) throw new Error('arity is checked before');
    const list = evaluate(first, scope);
    if (list instanceof Unsettled) return new Unsettled(`${name}(${list.source})`);
    if (!isList(list)) throw new ExpressionMistake(`${name}() needs a list, not ${kindOf(list)}.`, LAMBDA_HINT);
    const [step, ...steps] = rest.filter(isLambda).map((lambda) => stepOf(lambda, evaluate, scope));
    if (step === undefined) throw new ExpressionMistake(`${name}() needs a lambda.`, LAMBDA_HINT);
    const start = rest.find((arg) => !isLambda(arg));
    return body(list, [step, ...steps], start === undefined ? null : evaluate(start, scope));
  };
  return { name, arity, run };
}

const LAMBDA_HINT = "As in map(parameters('list'), lambda('one', lambdaVariables('one'))).";

function isLambda(expression: Expression): expression is Expression & { kind: 'call' } {
  return expression.kind === 'call' && expression.name.toLowerCase() === 'lambda';
}

function stepOf({ args }: Expression & { kind: 'call' }, evaluate: Evaluate, scope: Scope): Step {
  const body = args.at(-1);
  if (body === undefined) throw new ExpressionMistake('A lambda has no body.', LAMBDA_HINT);
  const names = args.slice(0, -1).map((arg) => textOf(evaluate(arg, scope)).toLowerCase());
  return (...values) => {
    const variables = new Map(names.map((name, at) => [name, values[at] ?? null]));
    return evaluate(body, scope.withLambda(variables));
  };
}

function toObject(list: readonly Value[], [key, value = (one = null) => one]: readonly [Step, ...Step[]]): Value {
  return Object.fromEntries(list.map((one) => [textOf(key(one)), value(one)]));
}

function groupBy(list: readonly Value[], [key]: readonly [Step, ...Step[]]): Value {
  const groups = new Map<string, Value[]>();
  for (const one of list) groups.set(textOf(key(one)), [...(groups.get(textOf(key(one))) ?? []), one]);
  return Object.fromEntries(groups);
}

function mapValues([from, lambda]: readonly Expression[], evaluate: Evaluate, scope: Scope): Value {
  if (from === undefined || lambda === undefined || !isLambda(lambda)) {
    throw new ExpressionMistake('mapValues() needs a lambda.', LAMBDA_HINT);
  }
  const object = evaluate(from, scope);
  if (object instanceof Unsettled) return new Unsettled(`mapValues(${object.source})`);
  if (!isObject(object))
    throw new ExpressionMistake(`mapValues() needs an object, not ${kindOf(object)}.`, LAMBDA_HINT);
  const step = stepOf(lambda, evaluate, scope);
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, step(value)]));
}

function lambdaVariable([name]: readonly Expression[], evaluate: Evaluate, scope: Scope): Value {
  const wanted = name === undefined ? '' : textOf(evaluate(name, scope));
  const value = scope.lambdaVariable(wanted.toLowerCase());
  if (value !== undefined) return value;
  throw new ExpressionMistake(`No lambda around it has a variable "${wanted}".`, LAMBDA_HINT);
}
