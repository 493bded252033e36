/** Parameters and variables of a template. */
import { nearest } from '../model/did-you-mean.ts';
import { isJsonArray, isJsonObject, member, type Json, type JsonObject } from '../model/json.ts';
import type { JsonEvaluator } from './evaluate-json.ts';
import { LazyValues } from './lazy-values.ts';
import { isTypeName, limitMistakes, TYPE_NAMES, typeMistake } from './parameter-types.ts';
import type { TemplateScope } from './template-scope.ts';
import { Unsettled, type Value } from './value.ts';

export interface ValueSource {
  readonly template: JsonObject;
  readonly evaluator: JsonEvaluator;
  readonly scope: () => TemplateScope;
}

/** Given values, defaults for others, and `<name>` for those with neither. */
export function parameterValues(given: Readonly<Record<string, Json>>, source: ValueSource): LazyValues {
  const definitions = objectAt(source.template, 'parameters');
  const names = new Map(Object.keys(definitions).map((name) => [name.toLowerCase(), name]));
  const values = new Map<string, Json>();
  for (const [name, value] of Object.entries(given)) {
    const known = names.get(name.toLowerCase());
    if (known === undefined) refuseName(name, [...names.values()], source.evaluator);
    else values.set(known, value);
  }
  return new LazyValues('parameter', [...names.values()], (name) => {
    const definition = member(definitions, name);
    const found = isJsonObject(definition) ? valueOf(name, definition, { given: values.get(name), source }) : undefined;
    return found === undefined ? new Unsettled(`<${name}>`) : found;
  });
}

interface Sources {
  readonly given: Json | undefined;
  readonly source: ValueSource;
}

function valueOf(name: string, definition: JsonObject, { given, source }: Sources): Value | undefined {
  const { evaluator } = source;
  const path = ['parameters', name];
  const type = member(definition, 'type');
  if (!isTypeName(type))
    evaluator.report([...path, 'type'], 'There is no such type.', `Types: ${TYPE_NAMES.join(', ')}.`);
  const initial = member(definition, 'defaultValue');
  const isDefault = given === undefined;
  const value = isDefault && initial !== undefined ? defaultOf(initial, [...path, 'defaultValue'], source) : given;
  if (value === undefined) return member(definition, 'nullable') === true ? null : undefined;
  const at = isDefault ? [...path, 'defaultValue'] : path;
  const wrong = typeMistake(type, value);
  const mistakes = wrong === undefined ? limitMistakes(definition, value) : [wrong];
  for (const mistake of mistakes) {
    evaluator.report(at, mistake, isDefault ? 'Change the default or its limits.' : `Give "${name}" another value.`);
  }
  return wrong === undefined ? value : undefined;
}

function defaultOf(initial: Json, path: readonly string[], { evaluator, scope }: ValueSource): Value {
  return evaluator.value(initial, path, scope());
}

function refuseName(name: string, known: readonly string[], evaluator: JsonEvaluator): void {
  const near = nearest(name, known);
  const hint = near === undefined ? 'Leave the value out.' : `Did you mean "${near}"?`;
  evaluator.report(['parameters', name], `The template has no parameter "${name}".`, hint);
}

/** Variables, and those that `copy` beside them makes. */
export function variableValues(source: ValueSource): LazyValues {
  const { evaluator, template, scope } = source;
  const all = objectAt(template, 'variables');
  const loops = member(all, 'copy');
  const copied = new Map<string, number>();
  for (const [at, loop] of (isJsonArray(loops) ? loops : []).entries()) {
    const name = isJsonObject(loop) ? member(loop, 'name') : undefined;
    if (typeof name === 'string') copied.set(name, at);
  }
  const names = Object.keys(all).filter((name) => name !== 'copy' || !isJsonArray(loops));
  return new LazyValues('variable', [...names, ...copied.keys()], (name) => {
    const at = copied.get(name);
    if (at === undefined || !isJsonArray(loops)) {
      return evaluator.value(member(all, name) ?? null, ['variables', name], scope());
    }
    return evaluator.loop(loops[at] ?? null, ['variables', 'copy', at], scope())[1];
  });
}

/** An object of a template; an empty one if it is something else. */
export function objectAt(template: JsonObject, key: string): JsonObject {
  const found = member(template, key);
  return isJsonObject(found) ? found : {};
}
