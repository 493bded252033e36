/**
 * Functions of resources: their ids, and what they are once they are there.
 *
 * @see https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource
 */
import type { Arguments } from '../arguments.ts';
import { ExpressionMistake } from '../mistake.ts';
import { groupScope, resourceId } from '../resource-id.ts';
import type { Scope, TemplateFunction } from '../scope.ts';
import { Unsettled, type Value } from '../value.ts';

export const RESOURCE_FUNCTIONS: readonly TemplateFunction[] = [
  { name: 'resourceId', arity: [2, Infinity], run: (args, scope) => idWithin(args, scope, 2) },
  { name: 'subscriptionResourceId', arity: [2, Infinity], run: (args, scope) => idWithin(args, scope, 1) },
  { name: 'tenantResourceId', arity: [2, Infinity], run: (args, scope) => idWithin(args, scope, 0) },
  { name: 'extensionResourceId', arity: [3, Infinity], run: (args) => made(args, args.anyText(0), 1) },
  { name: 'reference', arity: [1, 3], run: reference },
  { name: 'pickZones', arity: [3, 5], run: pickZones },
];

/** `listKeys` and all its sisters, of which each kind of resource has its own. */
export const LIST_FUNCTION: TemplateFunction = { name: 'list*', arity: [1, 3], run: list };

export function isListFunction(name: string): boolean {
  return /^list[a-z]*$/i.test(name);
}

/**
 * The type is the first argument with a slash; before it may stand a resource group, and a subscription before that.
 *
 * @param most how many there may be
 */
function idWithin(args: Arguments, scope: Scope, most: number): string {
  const at = args.values.findIndex((value) => typeof value === 'string' && value.includes('/'));
  if (at < 0) args.fail('no argument is a type.', 'Types look like Microsoft.Network/virtualNetworks.');
  if (at > most) args.fail(`argument ${at + 1} is a type.`, `At most ${most} may stand before it.`);
  const { subscriptionId, resourceGroup } = scope.deployment;
  const before = args.texts(0).slice(0, at);
  if (most === 0) return made(args, '', at);
  if (most === 1) return made(args, `/subscriptions/${before[0] ?? subscriptionId}`, at);
  const group = before.at(-1) ?? resourceGroup;
  return made(args, groupScope(before.length > 1 ? (before[0] ?? '') : subscriptionId, group), at);
}

function made(args: Arguments, within: string, at: number): string {
  const type = args.anyText(at);
  const names = args.texts(at + 1);
  const levels = type.split('/').length - 1;
  if (levels < 1) args.fail(`"${type}" is no type.`, 'Types look like Microsoft.Network/virtualNetworks.');
  if (names.length === levels) return resourceId(within, type, names);
  return args.fail(`"${type}" needs ${levels} names, not ${names.length}.`, 'Each part of a type has a name.');
}

/** The properties of a resource, or with `Full` all of it. */
function reference(args: Arguments, scope: Scope): Value {
  const id = idOf(args, scope);
  const isFull = args.count > 2 && args.anyText(2).toLowerCase() === 'full';
  const known = isFull ? undefined : scope.reference(id);
  return known ?? new Unsettled(`reference(${id}${isFull ? ', full' : ''})`);
}

function list(args: Arguments, scope: Scope): Value {
  return new Unsettled(`${args.name}(${idOf(args, scope)})`);
}

function idOf(args: Arguments, scope: Scope): string {
  if (scope.section === 'resource' || scope.section === 'output') {
    const text = args.anyText(0);
    return scope.resolveResource(text) ?? text;
  }
  throw new ExpressionMistake(
    `${args.name}() may only be called by resources and outputs.`,
    'Before them nothing of the deployment is there to ask.',
  );
}

/** Which zones a region has is Azure's to know; the first ones are taken. */
function pickZones(args: Arguments): Value {
  const count = args.count > 3 ? args.whole(3) : 1;
  const offset = args.count > 4 ? args.whole(4) : 0;
  return ['1', '2', '3'].slice(offset, offset + count);
}
