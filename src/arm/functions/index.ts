/** All functions that are evaluated, by their names without case. */
import type { LazyFunction, TemplateFunction } from '../scope.ts';
import { DEPLOYMENT_FUNCTIONS } from './deployment.ts';
import { ENCODING_FUNCTIONS } from './encoding.ts';
import { LAMBDA_FUNCTIONS } from './lambdas.ts';
import { LIST_FUNCTIONS } from './lists.ts';
import { LOGIC_FUNCTIONS } from './logic.ts';
import { NETWORK_FUNCTIONS } from './network.ts';
import { NUMBER_FUNCTIONS } from './numbers.ts';
import { isListFunction, LIST_FUNCTION, RESOURCE_FUNCTIONS } from './resources.ts';
import { SET_FUNCTIONS } from './sets.ts';
import { STRING_FUNCTIONS } from './strings.ts';

const EAGER: readonly TemplateFunction[] = [
  ...STRING_FUNCTIONS,
  ...ENCODING_FUNCTIONS,
  ...LIST_FUNCTIONS,
  ...SET_FUNCTIONS,
  ...NUMBER_FUNCTIONS,
  ...NETWORK_FUNCTIONS,
  ...DEPLOYMENT_FUNCTIONS,
  ...RESOURCE_FUNCTIONS,
];
const LAZY: readonly LazyFunction[] = [...LOGIC_FUNCTIONS, ...LAMBDA_FUNCTIONS];

/** They exist; what they give is left to the deployment. */
const UNEVALUATED = [
  ...['dateTimeAdd', 'dateTimeFromEpoch', 'dateTimeToEpoch', 'deployer', 'managementGroup', 'tenant', 'providers'],
  ...[
    'managementGroupResourceId',
    'toLogicalZone',
    'toLogicalZones',
    'toPhysicalZone',
    'toPhysicalZones',
    'externalInput',
  ],
];

const eager = new Map(EAGER.map((one) => [one.name.toLowerCase(), one]));
const lazy = new Map(LAZY.map((one) => [one.name.toLowerCase(), one]));
const unevaluated = new Set(UNEVALUATED.map((name) => name.toLowerCase()));

export const FUNCTION_NAMES: readonly string[] = [...EAGER, ...LAZY, { name: 'listKeys' }].map(({ name }) => name);

export function functionNamed(name: string): TemplateFunction | undefined {
  const known = eager.get(name.toLowerCase());
  return known ?? (isListFunction(name) ? { ...LIST_FUNCTION, name } : undefined);
}

export function lazyNamed(name: string): LazyFunction | undefined {
  return lazy.get(name.toLowerCase());
}

export function isUnevaluated(name: string): boolean {
  return unevaluated.has(name.toLowerCase());
}
