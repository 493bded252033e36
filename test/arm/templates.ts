/** Small templates in which the linter finds nothing, to be broken by tests. */
import { isJsonObject, type Json, type JsonObject } from '../../src/model/json.ts';

const NETWORK = '2025-07-01';
const COMPUTE = '2026-03-01';
const LOCATION = "[parameters('location')]";

export function templateOf(resources: readonly JsonObject[], more: JsonObject = {}): JsonObject {
  const hasPlaces = resources.some((one) => one['location'] === LOCATION);
  const location = { type: 'string', defaultValue: '[resourceGroup().location]' };
  const { parameters, ...rest } = more;
  return {
    $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
    contentVersion: '1.0.0.0',
    parameters: { ...(hasPlaces ? { location } : {}), ...asObject(parameters) },
    resources,
    ...rest,
  };
}

function asObject(json: Json | undefined): JsonObject {
  return isJsonObject(json) ? json : {};
}

function resource(type: string, name: string, body: JsonObject): JsonObject {
  const apiVersion = type.startsWith('Microsoft.Compute')
    ? COMPUTE
    : type.startsWith('Microsoft.Network')
      ? NETWORK
      : '2025-08-01';
  return { type, apiVersion, name, location: LOCATION, ...body };
}

function idOf(type: string, ...names: readonly string[]): string {
  return `[resourceId('${type}', ${names.map((name) => `'${name}'`).join(', ')})]`;
}

export function networkId(type: string, ...names: readonly string[]): { id: string } {
  return { id: idOf(`Microsoft.Network/${type}`, ...names) };
}

export function account(properties: JsonObject = {}, body: JsonObject = {}): JsonObject {
  return resource('Microsoft.Storage/storageAccounts', 'account', {
    ...{ sku: { name: 'Standard_LRS' }, kind: 'StorageV2' },
    properties: { minimumTlsVersion: 'TLS1_2', allowBlobPublicAccess: false, ...properties },
    ...body,
  });
}

export function machine(profile: JsonObject = {}, body: JsonObject = {}): JsonObject {
  return resource('Microsoft.Compute/virtualMachines', 'machine', {
    properties: {
      hardwareProfile: { vmSize: "[variables('size')]" },
      osProfile: osProfile(),
      storageProfile: { osDisk: { createOption: 'FromImage' } },
      ...profile,
    },
    ...body,
  });
}

export function osProfile(more: JsonObject = {}): JsonObject {
  return { computerName: 'machine', linuxConfiguration: { disablePasswordAuthentication: true }, ...more };
}

export const SIZE = { variables: { size: 'Standard_D2ds_v5' } };

export function scaleSet(
  profile: JsonObject = {},
  properties: JsonObject = { orchestrationMode: 'Uniform' },
): JsonObject {
  return resource('Microsoft.Compute/virtualMachineScaleSets', 'set', {
    properties: { ...properties, virtualMachineProfile: profile },
  });
}

export function extension(properties: JsonObject): JsonObject {
  return resource('Microsoft.Compute/virtualMachines/extensions', 'machine/extension', { properties });
}

export function availabilitySet(
  body: JsonObject = { sku: { name: 'Aligned' } },
  properties: JsonObject = {},
): JsonObject {
  return resource('Microsoft.Compute/availabilitySets', 'set', {
    ...body,
    properties: { platformFaultDomainCount: 2, ...properties },
  });
}

export function network(
  subnets: readonly JsonObject[],
  properties: JsonObject = {},
  body: JsonObject = {},
): JsonObject {
  return resource('Microsoft.Network/virtualNetworks', 'net', {
    properties: { addressSpace: { addressPrefixes: ['10.0.0.0/16'] }, subnets, ...properties },
    ...body,
  });
}

export function subnet(name: string, addressPrefix: string, more: JsonObject = {}): JsonObject {
  return { name, properties: { addressPrefix, ...more } };
}

export function group(securityRules: readonly JsonObject[], name = 'group'): JsonObject {
  return resource('Microsoft.Network/networkSecurityGroups', name, { properties: { securityRules } });
}

export function rule(name: string, priority: Json, more: JsonObject = {}): JsonObject {
  const properties = {
    ...{ priority, direction: 'Inbound', access: 'Allow', protocol: 'Tcp', sourcePortRange: '*' },
    ...{ sourceAddressPrefix: 'Internet', destinationAddressPrefix: '*', destinationPortRange: '80' },
  };
  return { name, properties: { ...properties, ...more } };
}

export function address(
  properties: JsonObject = { publicIPAllocationMethod: 'Static' },
  body: JsonObject = {},
): JsonObject {
  return resource('Microsoft.Network/publicIPAddresses', 'ip', { sku: { name: 'Standard' }, properties, ...body });
}

/** With the frontend `f`, the pool `p` and the address `ip`. */
export function balancer(properties: JsonObject = {}, body: JsonObject = {}): JsonObject {
  return resource('Microsoft.Network/loadBalancers', 'lb', {
    sku: { name: 'Standard' },
    dependsOn: ['ip'],
    properties: {
      frontendIPConfigurations: [{ name: 'f', properties: { publicIPAddress: networkId('publicIPAddresses', 'ip') } }],
      backendAddressPools: [{ name: 'p' }],
      ...properties,
    },
    ...body,
  });
}

export const FRONTEND = networkId('loadBalancers/frontendIPConfigurations', 'lb', 'f');
export const POOL = networkId('loadBalancers/backendAddressPools', 'lb', 'p');

export function balancing(name: string, frontendPort: Json, more: JsonObject = {}): JsonObject {
  const properties = {
    frontendIPConfiguration: FRONTEND,
    backendAddressPool: POOL,
    protocol: 'Tcp',
    frontendPort,
    backendPort: 80,
  };
  return { name, properties: { ...properties, ...more } };
}

export function networkInterface(name: string, configuration: JsonObject, body: JsonObject = {}): JsonObject {
  return resource('Microsoft.Network/networkInterfaces', name, {
    ...body,
    properties: { ipConfigurations: [{ name: 'c', properties: configuration }], ...asObject(body['properties']) },
  });
}

export function withOutput(value: Json, more: JsonObject = {}): JsonObject {
  return templateOf([], { outputs: { it: { type: 'string', value } }, ...more });
}

export function withExtension(properties: JsonObject, more: JsonObject = {}): JsonObject {
  return templateOf([machine(), { ...extension(properties), dependsOn: ['machine'] }], { ...SIZE, ...more });
}

export const SECRET = { parameters: { secret: { type: 'secureString' } } };
