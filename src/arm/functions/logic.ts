/** Functions that evaluate only what they need. */
import { ExpressionMistake } from '../mistake.ts';
import type { Evaluate, LazyFunction, Scope } from '../scope.ts';
import type { Expression } from '../expression.ts';
import { kindOf, Unsettled, type Value } from '../value.ts';

export const LOGIC_FUNCTIONS: readonly LazyFunction[] = [
  { name: 'if', arity: [3, 3], run: choose },
  { name: 'and', arity: [2, Infinity], run: (args, evaluate, scope) => chain('and', args, { evaluate, scope }) },
  { name: 'or', arity: [2, Infinity], run: (args, evaluate, scope) => chain('or', args, { evaluate, scope }) },
];

/** A condition that only the deployment knows is taken to hold, as that of a resource is. */
function choose([condition, yes, no]: readonly Expression[], evaluate: Evaluate, scope: Scope): Value {
  if (condition === undefined || yes === undefined || no === undefined) throw new Error('arity is checked before');
  const chosen = truth('if', evaluate(condition, scope)) === false ? no : yes;
  return evaluate(chosen, scope);
}

interface Place {
  readonly evaluate: Evaluate;
  readonly scope: Scope;
}

/** One `false` settles an `and`, one `true` an `or`, whatever the others will be. */
function chain(name: 'and' | 'or', args: readonly Expression[], { evaluate, scope }: Place): Value {
  const settling = name === 'or';
  const unsettled: string[] = [];
  for (const arg of args) {
    const value = evaluate(arg, scope);
    const known = truth(name, value);
    if (known === settling) return settling;
    if (value instanceof Unsettled) unsettled.push(value.source);
  }
  return unsettled.length === 0 ? !settling : new Unsettled(`${name}(${unsettled.join(', ')})`);
}

function truth(name: string, value: Value): boolean | undefined {
  if (value instanceof Unsettled) return undefined;
  if (typeof value === 'boolean') return value;
  throw new ExpressionMistake(
    `${name}() needs a bool, not ${kindOf(value)}.`,
    'bool() makes one of a text or a number.',
  );
}
