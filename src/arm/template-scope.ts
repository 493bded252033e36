/** The scopes of one template: what its expressions can ask for, section by section. */
import { isJsonArray, isJsonObject, member, type Json, type JsonObject } from '../model/json.ts';
import type { JsonEvaluator, LoopScope } from './evaluate-json.ts';
import { ownUniqueString } from './functions/deployment.ts';
import { LazyValues } from './lazy-values.ts';
import { ExpressionMistake } from './mistake.ts';
import type { Deployment, Section } from './scope.ts';
import type { Value } from './value.ts';

export interface World {
  readonly evaluator: JsonEvaluator;
  readonly template: JsonObject;
  readonly deployment: Deployment;
  readonly parameters: LazyValues;
  readonly variables: LazyValues;
  readonly references: (id: string) => Json | undefined;
  readonly resolveResource: (name: string) => string | undefined;
  readonly uniqueString: ((texts: readonly string[]) => string) | undefined;
}

/** The loops around a place by their names without case; the empty one is that of the resource or output. */
type Loops = ReadonlyMap<string, number>;

export class TemplateScope implements LoopScope {
  readonly section: Section;
  readonly #world: World;
  readonly #loops: Loops;
  readonly #lambda: ReadonlyMap<string, Value>;

  constructor(
    world: World,
    section: Section,
    loops: Loops = new Map(),
    lambda: ReadonlyMap<string, Value> = new Map(),
  ) {
    this.#world = world;
    this.section = section;
    this.#loops = loops;
    this.#lambda = lambda;
  }

  get deployment(): Deployment {
    return this.#world.deployment;
  }

  parameter(name: string): Value {
    return this.#world.parameters.get(name);
  }

  variable(name: string): Value {
    if (this.section !== 'default' && this.section !== 'function') return this.#world.variables.get(name);
    throw new ExpressionMistake(
      'variables() may not be called here.',
      'Defaults of parameters and functions know parameters alone.',
    );
  }

  copyIndex(loop = ''): number | undefined {
    return this.#loops.get(loop.toLowerCase());
  }

  reference(id: string): Json | undefined {
    return this.#world.references(id);
  }

  resolveResource(name: string): string | undefined {
    return this.#world.resolveResource(name);
  }

  uniqueString(texts: readonly string[]): string {
    return (this.#world.uniqueString ?? ownUniqueString)(texts);
  }

  lambdaVariable(name: string): Value | undefined {
    return this.#lambda.get(name);
  }

  withLambda(variables: ReadonlyMap<string, Value>): TemplateScope {
    return new TemplateScope(this.#world, this.section, this.#loops, new Map([...this.#lambda, ...variables]));
  }

  withLoop(name: string, index: number): TemplateScope {
    return new TemplateScope(
      this.#world,
      this.section,
      new Map([...this.#loops, [name.toLowerCase(), index]]),
      this.#lambda,
    );
  }

  /** The same place while more is known of the world. */
  within(world: World): TemplateScope {
    return new TemplateScope(world, this.section, this.#loops, this.#lambda);
  }

  spend(characters: number): void {
    this.#world.evaluator.spend(characters);
  }

  step<T>(run: () => T): T {
    return this.#world.evaluator.step(run);
  }

  /** Functions of the template see their own parameters and nothing else. */
  callOwn(name: string, values: readonly Value[]): Value | undefined {
    const definition = ownFunction(this.#world.template, name);
    if (definition === undefined) return undefined;
    const listed = member(definition, 'parameters');
    const names = (isJsonArray(listed) ? listed : []).map((one) =>
      isJsonObject(one) ? member(one, 'name') : undefined,
    );
    const given = new Map(names.map((one, at) => [textIn(one), values[at] ?? null]));
    const parameters = new LazyValues('parameter', [...given.keys()], (one) => given.get(one) ?? null);
    const output = member(definition, 'output');
    const value = isJsonObject(output) ? member(output, 'value') : undefined;
    const inner = new TemplateScope({ ...this.#world, parameters }, 'function');
    return this.step(() => this.#world.evaluator.value(value ?? null, ['functions', name], inner));
  }
}

/** @param name with its namespace, as in `contoso.uniqueName` */
export function ownFunction(template: JsonObject, name: string): JsonObject | undefined {
  const [namespace = '', ...rest] = name.toLowerCase().split('.');
  const groups = member(template, 'functions');
  for (const group of isJsonArray(groups) ? groups : []) {
    if (!isJsonObject(group) || textIn(member(group, 'namespace')) !== namespace) continue;
    const members = member(group, 'members');
    const found = Object.entries(isJsonObject(members) ? members : {}).find(
      ([key]) => key.toLowerCase() === rest.join('.'),
    );
    if (found !== undefined && isJsonObject(found[1])) return found[1];
  }
  return undefined;
}

function textIn(json: Json | undefined): string {
  return typeof json === 'string' ? json.toLowerCase() : '';
}
