/** Holds requests to Azure Resource Manager, and templates for it, against both sets of schemas that Microsoft publishes. */
import { existsSync, readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { bicepMistakes, hasSchemas, SCHEMAS } from './bicep-types.ts';

const BASE = 'https://schema.management.azure.com/schemas';

/** Each type with the versions of its service that are known to both sets, newest first. */
const VERSIONS: Readonly<Record<string, readonly string[]>> = {
  'Microsoft.Compute/galleries': ['2025-12-03', '2025-03-03'],
  'Microsoft.Compute/galleries/images': ['2025-12-03', '2025-03-03'],
  'Microsoft.Compute/galleries/images/versions': ['2025-12-03', '2025-03-03'],
  'Microsoft.Compute/disks': ['2026-03-02', '2025-01-02'],
  'Microsoft.Compute/availabilitySets': ['2026-03-01'],
  'Microsoft.Compute/virtualMachineScaleSets': ['2026-03-01'],
  'Microsoft.Compute/virtualMachines': ['2026-03-01'],
  'Microsoft.Compute/virtualMachines/extensions': ['2026-03-01'],
  'Microsoft.Network/loadBalancers': ['2025-07-01'],
  'Microsoft.Network/natGateways': ['2025-07-01'],
  'Microsoft.Network/networkInterfaces': ['2025-07-01'],
  'Microsoft.Network/networkSecurityGroups': ['2025-07-01'],
  'Microsoft.Network/publicIPAddresses': ['2025-07-01'],
  'Microsoft.Network/virtualNetworks': ['2025-07-01'],
  'Microsoft.Network/virtualNetworks/subnets': ['2025-07-01'],
  'Microsoft.Storage/storageAccounts': ['2025-08-01'],
};

/** Versions that only one set has, with the nearest one of the other. */
const NEAREST_BICEP: Readonly<Record<string, string>> = { '2026-03-01': '2026-04-01' };

export function knownVersions(type: string): readonly string[] {
  return VERSIONS[type] ?? [];
}

const REFERENCE = /"\$ref": ?"https:\/\/schema\.management\.azure\.com\/schemas\/([^#"]+)#/g;

let ajv: Ajv | undefined;
const added = new Set<string>();
const validators = new Map<string, ValidateFunction>();

/** What is to be made: a body of a PUT, or an entry of a template, whose texts in brackets stand for anything. */
export interface SchemaSubject {
  /** The last part of the resource's id. */
  readonly name: string;
  readonly body: object;
  readonly hasExpressions?: boolean;
}

/** What a resource does wrong. */
export function schemaMistakes(
  type: string,
  version: string,
  { name, body, hasExpressions = false }: SchemaSubject,
): string[] {
  if (!hasSchemas) return [];
  const whole = { ...body, name };
  return [
    ...jsonSchemaMistakes(type, version, whole),
    ...bicepMistakes(type, NEAREST_BICEP[version] ?? version, whole, { hasExpressions }),
  ];
}

function jsonSchemaMistakes(type: string, version: string, body: object): string[] {
  const validate = validatorOf(fileOf(type, version), `resourceDefinitions/${type.split('/').slice(1).join('_')}`);
  if (validate({ ...body, type, apiVersion: version })) return [];
  return textsOf(validate);
}

/** What a file as a whole does wrong: `deploymentTemplate` or `deploymentParameters`; resources are looked at one by one. */
export function fileMistakes(kind: 'deploymentTemplate' | 'deploymentParameters', file: object): string[] {
  if (!hasSchemas) return [];
  const validate = validatorOf(`2019-04-01/${kind}.json`, '');
  return validate(file) ? [] : textsOf(validate);
}

/** Those of network cards and the like are in files of their own. */
function fileOf(type: string, version: string): string {
  const [provider = ''] = type.split('/');
  if (provider === 'Microsoft.Network') return `${version}/${provider}.NRP.json`;
  return `${version}/${provider}${type.endsWith('/extensions') ? '.Extensions' : ''}.json`;
}

function validatorOf(path: string, pointer: string): ValidateFunction {
  ajv ??= open();
  const id = `${BASE}/${path}`;
  add(ajv, path);
  const $ref = `${id}#/${pointer}`.replace(/#\/$/, '');
  const known = validators.get($ref) ?? ajv.compile({ $ref });
  validators.set($ref, known);
  return known;
}

function textsOf({ errors }: ValidateFunction): string[] {
  return (errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`);
}

function open(): Ajv {
  const made = new Ajv({ strict: false, allErrors: true, logger: false, unicodeRegExp: false });
  formats.default(made);
  add(made, 'common/definitions.json');
  return made;
}

/**
 * With the files that it refers to, of which some are not here. They are in draft 4, of which they use nothing that later
 * drafts took away but the spelling of `id`.
 */
function add(to: Ajv, path: string): void {
  const file = `${SCHEMAS}/arm-json-schema/${path}`;
  if (added.has(path) || !existsSync(file)) return;
  added.add(path);
  const text = readFileSync(file, 'utf8');
  const { $schema: _, id: __, ...schema } = JSON.parse(text);
  if (path.endsWith('.Extensions.json')) schema.definitions = anything(text);
  // Instead of references to all resources of Azure: each is held against its own definition.
  if (schema.definitions?.resource !== undefined) schema.definitions.resource = { $ref: '#/definitions/resourceBase' };
  to.addSchema({ ...schema, $id: `${BASE}/${path}` });
  const others = [...text.matchAll(REFERENCE)].map(([, other = '']) => other);
  for (const other of new Set(others)) add(to, other);
}

/** Of single extensions, which are no part of what Microsoft's description of Compute is cut down to here. */
function anything(text: string): object {
  const names = [...text.matchAll(/Extensions\.json#\/definitions\/(\w+)/g)].map(([, name = '']) => name);
  return Object.fromEntries(names.map((name) => [name, {}]));
}
