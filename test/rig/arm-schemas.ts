/** Holds requests to Azure Resource Manager against both sets of schemas that Microsoft publishes. */
import { existsSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { bicepMistakes, hasSchemas, SCHEMAS } from './bicep-types.ts';

const BASE = 'https://schema.management.azure.com/schemas';

/** Each type with the versions of its service that are known, newest first, and the file of its schema. */
const VERSIONS: Readonly<Record<string, readonly string[]>> = {
  'Microsoft.Compute/galleries': ['2025-12-03', '2025-03-03'],
  'Microsoft.Compute/galleries/images': ['2025-12-03', '2025-03-03'],
  'Microsoft.Compute/galleries/images/versions': ['2025-12-03', '2025-03-03'],
  'Microsoft.Compute/disks': ['2026-03-02', '2025-01-02'],
};

export function knownVersions(type: string): readonly string[] {
  return VERSIONS[type] ?? [];
}

let ajv: Ajv | undefined;

/**
 * What a body of a PUT does wrong.
 *
 * @param name the last part of the resource's id
 */
export function schemaMistakes(
  type: string,
  version: string,
  { name, body }: { readonly name: string; readonly body: object },
): string[] {
  if (!hasSchemas) return [];
  return [...jsonSchemaMistakes(type, version, { ...body, name }), ...bicepMistakes(type, version, { ...body, name })];
}

function jsonSchemaMistakes(type: string, version: string, body: object): string[] {
  ajv ??= open();
  const id = `${BASE}/${version}/Microsoft.Compute.json`;
  if (ajv.getSchema(id) === undefined) add(ajv, `${version}/Microsoft.Compute.json`);
  const resource = type.split('/').slice(1).join('_');
  const validate = ajv.compile({ $ref: `${id}#/resourceDefinitions/${resource}` });
  if (validate({ ...body, type, apiVersion: version })) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`);
}

function open(): Ajv {
  const made = new Ajv({ strict: false, allErrors: true, logger: false, unicodeRegExp: false });
  formats.default(made);
  add(made, 'common/definitions.json');
  return made;
}

/** They are in draft 4, of which they use nothing that later drafts took away but the spelling of `id`. */
function add(to: Ajv, path: string): void {
  const file = `${SCHEMAS}/arm-json-schema/${path}`;
  if (!existsSync(file)) return;
  const { $schema: _, id: __, ...schema } = JSON.parse(readFileSync(file, 'utf8'));
  to.addSchema({ ...schema, $id: `${BASE}/${path}` });
}
