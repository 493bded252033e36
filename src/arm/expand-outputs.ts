/** Outputs of a template. */
import { isJsonObject, member, type Json, type JsonObject } from '../model/json.ts';
import { objectAt } from './expand-parameters.ts';
import { typeMistake } from './parameter-types.ts';
import { TemplateScope, type World } from './template-scope.ts';
import { settle, type Value } from './value.ts';

export function outputValues(world: World): Record<string, Json> {
  const scope = new TemplateScope(world, 'output');
  const values: [string, Json][] = [];
  for (const [name, output] of Object.entries(objectAt(world.template, 'outputs'))) {
    const path = ['outputs', name];
    if (!isJsonObject(output)) {
      world.evaluator.report(path, 'An output is an object with a type and a value.', 'Give it both.');
      continue;
    }
    const condition = world.evaluator.value(member(output, 'condition') ?? true, [...path, 'condition'], scope);
    if (condition === false) continue;
    const value = outputValue(output, path, { world, scope });
    const mistake = typeMistake(member(output, 'type'), value);
    if (mistake !== undefined) world.evaluator.report([...path, 'value'], mistake, 'Change the type or the value.');
    values.push([name, settle(value)]);
  }
  return Object.fromEntries(values);
}

interface Place {
  readonly world: World;
  readonly scope: TemplateScope;
}

function outputValue(output: JsonObject, path: readonly string[], { world, scope }: Place): Value {
  const { evaluator } = world;
  const copy = member(output, 'copy');
  if (!isJsonObject(copy)) return evaluator.value(member(output, 'value') ?? null, [...path, 'value'], scope);
  const count = evaluator.count(member(copy, 'count'), [...path, 'copy', 'count'], scope);
  return Array.from({ length: count }, (_, index) =>
    evaluator.value(member(copy, 'input') ?? null, [...path, 'copy', 'input'], scope.withLoop('', index)),
  );
}
