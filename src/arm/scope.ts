/** What an expression can ask for at its place in a template. */
import type { Json } from '../model/json.ts';
import type { Expression } from './expression.ts';
import type { Arguments } from './arguments.ts';
import type { Value } from './value.ts';

/** Where a template is deployed. */
export interface Deployment {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly name?: string;
}

/** Which functions may be called depends on it: `reference()` only by resources and outputs, `newGuid()` only in defaults. */
export type Section = 'default' | 'variable' | 'resource' | 'output' | 'function';

export interface Scope {
  readonly section: Section;
  readonly deployment: Deployment;
  parameter(name: string): Value;
  variable(name: string): Value;
  /** The index of a loop; without a name that of the resource or the output. */
  copyIndex(loop: string | undefined): number | undefined;
  /** The properties of a resource as they would be after its deployment; undefined: nobody knows. */
  reference(id: string): Json | undefined;
  /** The id of the resource of that name, symbolic name or id. */
  resolveResource(name: string): string | undefined;
  uniqueString(texts: readonly string[]): string;
  /** Calls a function of the template's own, `namespace.name`; undefined: there is none. */
  callOwn(name: string, values: readonly Value[]): Value | undefined;
  lambdaVariable(name: string): Value | undefined;
  /** The same place with variables of a lambda. */
  withLambda(variables: ReadonlyMap<string, Value>): Scope;
  /** Counts characters that a function made. */
  spend(characters: number): void;
  /** Counts the work and its depth; runs one step. */
  step<T>(run: () => T): T;
}

export interface TemplateFunction {
  readonly name: string;
  /** The fewest and the most arguments. */
  readonly arity: readonly [number, number];
  readonly run: (args: Arguments, scope: Scope) => Value;
}

/** A function that looks at its arguments before they have values. */
export interface LazyFunction {
  readonly name: string;
  readonly arity: readonly [number, number];
  readonly run: (args: readonly Expression[], evaluate: Evaluate, scope: Scope) => Value;
}

export type Evaluate = (expression: Expression, scope: Scope) => Value;
