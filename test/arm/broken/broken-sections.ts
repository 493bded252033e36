/** Templates that break the rules of sections and expressions. */
import type { Json, JsonObject } from '../../../src/model/json.ts';
import { account, address, network, subnet, templateOf, withOutput, withExtension, SECRET } from '../templates.ts';

/** For each rule the smallest templates that break it, and no other. */
export const BROKEN_SECTIONS: Readonly<Record<string, readonly JsonObject[]>> = {
  'Template-Has-Only-Known-Sections': [templateOf([], { ressources: 1 })],
  'DeploymentTemplate-Schema-Is-Correct': [
    templateOf([], { $schema: 'http://schema.management.azure.com/schemas/2015-01-01/deploymentTemplate.json#' }),
    templateOf([], { contentVersion: 1 }),
  ],
  'Template-Limits': [
    templateOf([], { metadata: { long: 'x'.repeat(4 * 1024 * 1024) } }),
    withOutput(`[concat(${numbered(257, (at) => `parameters('p${at}')`)})]`, {
      parameters: members(257, 'p', { type: 'string' }),
    }),
    withOutput(`[concat(${numbered(257, (at) => `variables('v${at}')`)})]`, { variables: members(257, 'v', 'x') }),
    templateOf([], { outputs: members(65, 'o', { type: 'string', value: 'x' }) }),
    templateOf(
      [1, 2].map((at) =>
        account({}, { name: `[concat('a${at}', copyIndex())]`, copy: { name: `l${at}`, count: 401 } }),
      ),
    ),
  ],
  'Expression-Limit': [withOutput(`[toLower('${'x'.repeat(24_576)}')]`)],
  'Expressions-Must-Be-Valid': [
    withOutput("[concat('a']"),
    withOutput("[if(true(), 'a', cnct('b'))]"),
    withOutput("[parameters('x')]"),
  ],
  'DependsOn-Must-Name-Resources': [templateOf([account({}, { dependsOn: ['nobody'] })])],
  'DependsOn-Best-Practices': [
    templateOf([address(), account({}, { dependsOn: ["[concat('Microsoft.Network/publicIPAddresses/', 'ip')]"] })]),
  ],
  'ResourceIds-should-not-contain': [
    withOutput("[resourceId(resourceGroup().name, 'Microsoft.Network/publicIPAddresses', 'ip')]"),
  ],
  'IDs-Should-Be-Derived-From-ResourceIDs': [
    templateOf([
      network([
        subnet('one', '10.0.0.0/24', {
          natGateway: { id: '/subscriptions/1/resourceGroups/g/providers/Microsoft.Network/natGateways/n' },
        }),
      ]),
    ]),
  ],
  'Providers-apiVersions-Is-Not-Permitted': [
    templateOf([account({}, { apiVersion: "[providers('Microsoft.Storage', 'storageAccounts').apiVersions[0]]" })]),
  ],
  'Parameters-Must-Be-Referenced': [templateOf([], { parameters: { lonely: { type: 'string' } } })],
  'Variables-Must-Be-Referenced': [templateOf([], { variables: { lonely: 1 } })],
  'Min-And-Max-Value-Are-Numbers': [
    withOutput("[string(parameters('count'))]", { parameters: { count: { type: 'int', minValue: '1' } } }),
  ],
  'Password-params-must-be-secure': [
    withOutput("[parameters('adminPassword')]", { parameters: { adminPassword: { type: 'string' } } }),
  ],
  'Secure-String-Parameters-Cannot-Have-Default': [
    withExtension(
      { protectedSettings: { it: "[parameters('secret')]" } },
      { parameters: { secret: { type: 'secureString', defaultValue: 'x' } } },
    ),
  ],
  'Outputs-Must-Not-Contain-Secrets': [
    withOutput("[parameters('secret')]", SECRET),
    withOutput(`[listKeys('x', '2025-08-01').keys[0].value]`),
  ],
  'artifacts-parameter': [
    withOutput("[parameters('_artifactsLocation')]", { parameters: { _artifactsLocation: { type: 'string' } } }),
  ],
};

function numbered(count: number, make: (at: number) => string): string {
  return Array.from({ length: count }, (_, at) => make(at)).join(', ');
}

function members(count: number, prefix: string, value: Json): JsonObject {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`${prefix}${at}`, value]));
}
