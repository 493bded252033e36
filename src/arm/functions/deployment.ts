/** Functions that ask for values of the template and of the deployment. */
import { createHash } from 'node:crypto';
import type { Arguments } from '../arguments.ts';
import { ExpressionMistake } from '../mistake.ts';
import type { Scope, TemplateFunction } from '../scope.ts';
import { Unsettled, type Value } from '../value.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

export const DEPLOYMENT_FUNCTIONS: readonly TemplateFunction[] = [
  { name: 'parameters', arity: [1, 1], run: (args, scope) => scope.parameter(args.text(0)) },
  { name: 'variables', arity: [1, 1], run: (args, scope) => scope.variable(args.text(0)) },
  { name: 'copyIndex', arity: [0, 2], run: copyIndex },
  { name: 'resourceGroup', arity: [0, 0], run: (_, scope) => resourceGroup(scope) },
  { name: 'subscription', arity: [0, 0], run: (_, scope) => subscription(scope) },
  { name: 'deployment', arity: [0, 0], run: (_, scope) => deployment(scope) },
  { name: 'environment', arity: [0, 0], run: () => ENVIRONMENT },
  { name: 'uniqueString', arity: [1, Infinity], run: (args, scope) => scope.uniqueString(args.texts(0)) },
  { name: 'guid', arity: [1, Infinity], run: (args) => guidOf(args.texts(0)) },
  { name: 'newGuid', arity: [0, 0], run: onlyInDefaults },
  { name: 'utcNow', arity: [0, 1], run: onlyInDefaults },
];

/** Either argument may be left out: a text names the loop, a number is added. */
function copyIndex(args: Arguments, scope: Scope): Value {
  const hasName = args.count > 0 && typeof args.at(0) !== 'number';
  const name = hasName ? args.text(0) : undefined;
  const at = hasName ? 1 : 0;
  const offset = args.count > at ? args.whole(at) : 0;
  const index = scope.copyIndex(name);
  if (index !== undefined) return index + offset;
  return args.fail(
    name === undefined ? 'no copy loop is around it.' : `no copy loop "${name}" is around it.`,
    'Within the copy of a property or variable name its loop, as copyIndex("name").',
  );
}

function resourceGroup({ deployment: { subscriptionId, resourceGroup: name, location } }: Scope): Value {
  return {
    id: `/subscriptions/${subscriptionId}/resourceGroups/${name}`,
    name,
    type: 'Microsoft.Resources/resourceGroups',
    location,
    tags: {},
    properties: { provisioningState: 'Succeeded' },
  };
}

function subscription({ deployment: { subscriptionId } }: Scope): Value {
  return {
    id: `/subscriptions/${subscriptionId}`,
    subscriptionId,
    tenantId: new Unsettled('subscription().tenantId'),
    displayName: new Unsettled('subscription().displayName'),
  };
}

function deployment({ deployment: { name = 'azuredeploy', location } }: Scope): Value {
  return {
    name,
    location,
    properties: new Unsettled('deployment().properties'),
  };
}

/** That of the public cloud, as far as templates ask for it. */
const ENVIRONMENT: Value = {
  name: 'AzureCloud',
  portal: 'https://portal.azure.com',
  resourceManager: 'https://management.azure.com/',
  gallery: 'https://gallery.azure.com/',
  graph: 'https://graph.windows.net/',
  authentication: {
    loginEndpoint: 'https://login.microsoftonline.com/',
    audiences: ['https://management.core.windows.net/', 'https://management.azure.com/'],
    tenant: 'common',
    identityProvider: 'AAD',
  },
  suffixes: {
    storage: 'core.windows.net',
    keyvaultDns: '.vault.azure.net',
    sqlServerHostname: '.database.windows.net',
    acrLoginServer: '.azurecr.io',
  },
};

/**
 * Thirteen letters and digits that depend on the texts alone. How Azure derives its own is not published, so these are
 * of the same form and never the same.
 */
export function ownUniqueString(texts: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(texts)).digest();
  return Array.from(hash.subarray(0, 13), (byte) => LETTERS[byte % 32]).join('');
}

/** In the form of Azure's, of which the same is true as of {@link ownUniqueString}. */
function guidOf(texts: readonly string[]): string {
  const hex = createHash('sha256').update(JSON.stringify(texts)).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

/** They give another value each time, which only a default may. */
function onlyInDefaults(args: Arguments, scope: Scope): Value {
  if (scope.section === 'default') return new Unsettled(`${args.name}()`);
  throw new ExpressionMistake(
    `${args.name}() may only be called in the default value of a parameter.`,
    'Give a parameter that default, and use the parameter here.',
  );
}
