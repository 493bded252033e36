/** Evaluates single expressions and small templates. */
import { expandTemplate, type ExpandOptions } from '../../src/arm/expand.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';

/** The value of an expression as an output has it, or its mistakes. */
export function valueOf(expression: string, template: JsonObject = {}, options: ExpandOptions = {}): Json {
  const outputs = { it: { value: `[${expression}]` } };
  const { outputs: values, mistakes } = expandTemplate({ ...template, outputs }, options);
  return mistakes.length > 0 ? { mistakes: mistakes.map(({ message }) => message) } : (values['it'] ?? null);
}

export function mistakesOf(expression: string, template: JsonObject = {}): string[] {
  const outputs = { it: { value: `[${expression}]` } };
  return expandTemplate({ ...template, outputs }).mistakes.map(({ message }) => message);
}
