/** What every resource of a template has: its type and version, its name, where it is, what it waits for. */
import { call, expressionText, type Expression, type ExpressionText, type Operand } from '../../arm/expression.ts';
import type { Json, JsonObject } from '../../model/json.ts';

/** The newest version of each service that publishes a schema for templates. */
const API_VERSIONS = { 'Microsoft.Compute': '2026-03-01', 'Microsoft.Network': '2025-07-01' } as const;

type Service = keyof typeof API_VERSIONS;
type ResourceType = `${Service}/${string}`;

/** A resource by its type and the parts of its name, from which its id follows. */
export interface ResourceRef {
  readonly type: ResourceType;
  readonly names: readonly [Operand, ...Operand[]];
}

export function ref(type: ResourceType, name: Operand): ResourceRef {
  return { type, names: [name] };
}

/** A part of a resource that has an id of its own, such as a rule of a load balancer. */
export function partOf(of: ResourceRef, kind: string, name: Operand): ResourceRef {
  return { type: `${of.type}/${kind}`, names: [...of.names, name] };
}

function idOf({ type, names }: ResourceRef): Expression {
  return call('resourceId', type, ...names);
}

/** As properties name another resource. */
export function linkTo(to: ResourceRef): { readonly id: ExpressionText } {
  return { id: expressionText(idOf(to)) };
}

/** The resource as it is once it was made: only in properties and outputs. */
export function stateOf(of: ResourceRef): Expression {
  return call('reference', idOf(of), versionOf(of));
}

function versionOf({ type }: ResourceRef): string {
  return type.startsWith('Microsoft.Compute/') ? API_VERSIONS['Microsoft.Compute'] : API_VERSIONS['Microsoft.Network'];
}

export function parameter(name: string): Expression {
  return call('parameters', name);
}

export function variable(name: string): Expression {
  return call('variables', name);
}

/** Texts and expressions, one after the other; those that were joined already are not joined within. */
export function joined(...parts: readonly Operand[]): Expression {
  const flat = parts.flatMap((part): readonly Operand[] =>
    typeof part === 'object' && part.kind === 'call' && part.name === 'concat' ? part.args : [part],
  );
  return call('concat', ...flat);
}

interface ResourceParts {
  readonly tags: JsonObject;
  /** Makes as many as `count`, each with another copyIndex(). */
  readonly copy?: { readonly name: string; readonly count: number | ExpressionText } | undefined;
  readonly zones?: readonly string[] | undefined;
  readonly sku?: JsonObject | undefined;
  readonly plan?: JsonObject | undefined;
  readonly dependsOn?: readonly ResourceRef[];
  readonly properties: JsonObject;
}

/** One entry of `resources`, its keys in the order in which templates are read. */
export function resource(of: ResourceRef, parts: ResourceParts): JsonObject {
  const { tags, copy, zones, sku, plan, dependsOn = [], properties } = parts;
  const [first, ...rest] = of.names;
  const isPlain = rest.length === 0 && typeof first === 'string';
  return compact({
    type: of.type,
    apiVersion: versionOf(of),
    name: isPlain ? first : expressionText(rest.length === 0 ? toExpression(first) : slashed(of.names)),
    location: expressionText(parameter('location')),
    tags,
    copy,
    zones,
    sku,
    plan,
    dependsOn: dependsOn.length === 0 ? undefined : dependsOn.map((on) => expressionText(idOf(on))),
    properties,
  });
}

function toExpression(name: Operand): Expression {
  return typeof name === 'object' ? name : { kind: 'literal', value: name };
}

function slashed(names: readonly Operand[]): Expression {
  return joined(...names.flatMap((name, index) => (index === 0 ? [name] : ['/', name])));
}

/** Leaves out what is undefined, which JSON has not. */
export function compact(object: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(object).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
