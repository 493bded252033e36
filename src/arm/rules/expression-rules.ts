/** Rules of expressions: that they can be evaluated, and how they should be written. */
import { arityMistake, functionHint } from '../evaluate.ts';
import type { Found, Rule } from '../finding.ts';
import { functionNamed, isUnevaluated, lazyNamed } from '../functions/index.ts';
import { isListFunction } from '../functions/resources.ts';
import type { Mistake } from '../mistake.ts';
import { callsIn, firstText, isCallOf, type Call } from '../source-texts.ts';
import type { Subject } from '../subject.ts';
import { ownFunction } from '../template-scope.ts';

export const EXPRESSION_RULES: readonly Rule[] = [
  {
    id: 'Expressions-Must-Be-Valid',
    severity: 'error',
    what: 'All expressions can be read and evaluated, also those that a condition leaves out.',
    hint: 'Correct the expression.',
    find: (subject) => [...subject.expansion.mistakes.filter((one) => !isOfDependencies(one)), ...wrongCalls(subject)],
  },
  {
    id: 'DependsOn-Must-Name-Resources',
    severity: 'error',
    what: 'What dependsOn names is in the template, and nothing waits for itself.',
    hint: 'Name resources, or loops, of this template.',
    find: (subject) => subject.expansion.mistakes.filter(isOfDependencies),
  },
  {
    id: 'DependsOn-Best-Practices',
    severity: 'warning',
    what: 'dependsOn names resources by resourceId() or their names, not by texts put together.',
    hint: 'Use resourceId(): it puts an id together, and says what is missing.',
    find: gluedDependencies,
  },
  {
    id: 'ResourceIds-should-not-contain',
    severity: 'warning',
    what: 'resourceId() is not told what it knows: the subscription and the resource group of the deployment.',
    hint: 'Leave these arguments out.',
    find: toldIds,
  },
  {
    id: 'IDs-Should-Be-Derived-From-ResourceIDs',
    severity: 'warning',
    what: 'An id is made by resourceId() or a like function, or is a parameter.',
    hint: 'Use resourceId(), or a parameter for what is outside of the template.',
    find: writtenIds,
  },
  {
    id: 'Providers-apiVersions-Is-Not-Permitted',
    severity: 'warning',
    what: 'Versions of interfaces are written, not asked of providers(): the newest may be another tomorrow.',
    hint: 'Write the apiVersion that the template was tested with.',
    find: askedVersions,
  },
];

function isOfDependencies({ path }: Mistake): boolean {
  return path.includes('dependsOn');
}

/** Calls that no evaluation may come to. */
function* wrongCalls(subject: Subject): Iterable<Found> {
  for (const { path, expression } of subject.texts) {
    for (const call of callsIn(expression)) {
      const found = wrongCall(call, subject);
      if (found !== undefined) yield { path, ...found };
    }
  }
}

function wrongCall(call: Call, { template }: Subject): Omit<Found, 'path'> | undefined {
  const { name, args } = call;
  const known = functionNamed(name) ?? lazyNamed(name);
  if (known !== undefined) {
    const message = arityMistake(name, known.arity, args.length);
    return message === undefined ? undefined : { message, hint: `See the reference of ${name}().` };
  }
  if (isUnevaluated(name) || isCallOf(call, 'lambda') || ownFunction(template, name) !== undefined) return undefined;
  return { message: `There is no function ${name}().`, hint: functionHint(name) };
}

function* gluedDependencies({ texts }: Subject): Iterable<Found> {
  for (const { path, expression } of texts) {
    if (path.at(-2) !== 'dependsOn' || expression?.kind !== 'call') continue;
    const isId = isCallOf(expression, 'concat', 'format') && expression.args.some((arg) => hasSlash(arg));
    if (isId) yield { path, message: `The id is put together by ${expression.name}().` };
  }
}

function hasSlash(arg: Call['args'][number]): boolean {
  return arg.kind === 'literal' && typeof arg.value === 'string' && arg.value.includes('/');
}

function* toldIds({ texts }: Subject): Iterable<Found> {
  for (const { path, expression } of texts) {
    for (const call of callsIn(expression).filter((one) => isCallOf(one, 'resourceId'))) {
      const told = call.args.flatMap((arg) => (arg.kind === 'member' && arg.of.kind === 'call' ? [arg.of] : []));
      const known = told.find((one) => isCallOf(one, 'resourceGroup', 'subscription'));
      if (known !== undefined) yield { path, message: `resourceId() is given ${known.name}(), which it knows.` };
    }
  }
}

function* writtenIds({ texts }: Subject): Iterable<Found> {
  for (const { path, text, expression } of texts) {
    if (path.at(-1) !== 'id' || path[0] === 'parameters' || path[0] === 'outputs') continue;
    const isGlued = expression?.kind === 'call' && isCallOf(expression, 'concat', 'format');
    const isWritten = isGlued ? startsAsId(firstText(expression)) : startsAsId(text);
    if (isWritten) yield { path, message: 'The id is written out.' };
  }
}

function startsAsId(text: string | undefined): boolean {
  return /^\/?(?:subscriptions|providers)\//i.test(text ?? '');
}

function* askedVersions({ texts }: Subject): Iterable<Found> {
  for (const { path, expression } of texts) {
    const asks = callsIn(expression).some((call) => isCallOf(call, 'providers'));
    if (asks) yield { path, message: 'providers() is asked for a version.' };
  }
}

/** Whether an expression asks for keys of something. */
export function asksForKeys(call: Call): boolean {
  return isListFunction(call.name);
}
