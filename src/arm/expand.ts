/** Turns a template into the resources that its deployment would make, without asking Azure anything. */
import type { Json, JsonObject } from '../model/json.ts';
import { DEEPEST_JSON, isTooDeep } from './depth.ts';
import { JsonEvaluator } from './evaluate-json.ts';
import { outputValues } from './expand-outputs.ts';
import { parameterValues, variableValues, type ValueSource } from './expand-parameters.ts';
import { expandResources, type ConcreteResource } from './expand-resources.ts';
import type { Mistake } from './mistake.ts';
import type { Deployment, Section } from './scope.ts';
import { TemplateScope, type World } from './template-scope.ts';
import { settle, type Value } from './value.ts';

/** Where a template is deployed if nobody says. */
const SAMPLE_DEPLOYMENT: Deployment = {
  subscriptionId: '00000000-0000-0000-0000-000000000000',
  resourceGroup: 'resource-group',
  location: 'westeurope',
  name: 'azuredeploy',
};

export interface ExpandOptions {
  readonly parameters?: Readonly<Record<string, Json>> | undefined;
  readonly deployment?: Deployment | undefined;
  /** The properties of a resource after its deployment, for `reference()`; undefined: nobody knows. */
  readonly references?: ((id: string) => Json | undefined) | undefined;
  /** How Azure derives its own is not published; the default is another, of the same form. */
  readonly uniqueString?: ((texts: readonly string[]) => string) | undefined;
}

export interface Expansion {
  /** In the order of the template, those whose condition does not hold left out. */
  readonly resources: readonly ConcreteResource[];
  readonly outputs: Readonly<Record<string, Json>>;
  readonly parameters: Readonly<Record<string, Json>>;
  readonly variables: Readonly<Record<string, Json>>;
  readonly mistakes: readonly Mistake[];
}

/**
 * Evaluates all expressions and makes all copies.
 *
 * What only a deployment knows becomes a text: `<name>` for a parameter without a value, `{reference(id).member}` for what
 * Azure would answer. A condition or a choice that hangs on such a value is taken to hold, and a loop is run once.
 */
export function expandTemplate(template: JsonObject, options: ExpandOptions = {}): Expansion {
  if (isTooDeep(template) || isTooDeep(options.parameters ?? {})) return tooDeep();
  const evaluator = new JsonEvaluator();
  const world = makeWorld(template, options, evaluator);
  const attempt =
    (section: string) =>
    (name: string, run: () => Value): Value | undefined =>
      evaluator.attempt([section, name], run);
  const parameters = world.parameters.all(attempt('parameters'));
  const variables = world.variables.all(attempt('variables'));
  const { resources, resolve } = expandResources(world);
  const outputs = outputValues({ ...world, resolveResource: resolve });
  const { mistakes } = evaluator;
  return { resources, outputs, parameters: settled(parameters), variables: settled(variables), mistakes };
}

function makeWorld(template: JsonObject, options: ExpandOptions, evaluator: JsonEvaluator): World {
  const inSection = (section: Section): ValueSource => {
    return { template, evaluator, scope: () => new TemplateScope(world, section) };
  };
  const world: World = {
    evaluator,
    template,
    deployment: options.deployment ?? SAMPLE_DEPLOYMENT,
    parameters: parameterValues(options.parameters ?? {}, inSection('default')),
    variables: variableValues(inSection('variable')),
    references: options.references ?? (() => undefined),
    resolveResource: () => undefined,
    uniqueString: options.uniqueString,
  };
  return world;
}

function settled(values: Readonly<Record<string, Value>>): Record<string, Json> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, settle(value)]));
}

function tooDeep(): Expansion {
  const message = `The template is nested deeper than ${DEEPEST_JSON} levels.`;
  const mistake = { path: [], message, hint: 'No template needs that many.' };
  return { resources: [], outputs: {}, parameters: {}, variables: {}, mistakes: [mistake] };
}
