/**
 * component.json: what describes a component to people and bills of materials. Nothing of it enters an id. Load this
 * module when it is needed only: zod takes longer to start than a whole tree to resolve.
 */
import { z } from 'zod';
import { AVAILABILITIES } from '../model/availability.ts';
import { valueAt } from '../model/json.ts';
import type { JsonPath } from './json-reader.ts';
import { isLicence, LICENCE_RULE } from './licence-expression.ts';
import { RecipeFile } from './recipe-file.ts';
import { throwSchemaMistakes } from './schema-mistakes.ts';
import { UPDATE_KEYS, updatesSchema } from './updates.ts';

const text = z.string().min(1);

const componentSchema = z
  .strictObject({
    version: text.describe('The version of what the component packs, as upstream spells it.'),
    summary: text.describe('One sentence: what it is.'),
    licence: text
      .refine((value) => value === '' || isLicence(value), `must ${LICENCE_RULE}`)
      .describe('An SPDX licence expression.'),
    licence_note: text.optional().describe('Which part is under which licence.'),
    availability: z
      .enum(AVAILABILITIES)
      .optional()
      .describe('Whether everybody can get its sources. "private": only who has them on a mirror. Default: "public".'),
    homepage: z.url({ protocol: /^https?$/ }).optional(),
    supplier: text.optional().describe('Who makes it: an organisation or a person.'),
    purl: z
      .string()
      .regex(/^pkg:[a-z0-9.+-]+\/\S+$/, 'must look like pkg:generic/name@version')
      .optional()
      .describe('Package URL.'),
    cpe: z
      .string()
      .regex(/^cpe:2\.3:[aho*-](?::[^:\s]+(?:\\:[^:\s]*)*){10}$/, 'must be a CPE 2.3 name of 13 parts')
      .optional()
      .describe('The name under which vulnerabilities are listed.'),
    updates: updatesSchema.optional().describe('Where to look for newer versions; further keys depend on the kind.'),
    notes: text.optional(),
  })
  .readonly();

export type ComponentDescription = z.infer<typeof componentSchema>;

/**
 * Reads the text of a component.json.
 *
 * @param shown the path for messages
 * @throws UserError, UserErrors RECIPE_INVALID, each with its place
 */
export function parseComponent(shown: string, content: string): ComponentDescription {
  const file = RecipeFile.parse(shown, content, 'RECIPE_INVALID');
  const result = componentSchema.safeParse(file.value);
  if (result.success) return result.data;
  return throwSchemaMistakes(file, result.error, { keysAt: (path) => keysAt(file, path) });
}

/** For editors and other tools. */
export function componentJsonSchema(): object {
  return z.toJSONSchema(componentSchema, { io: 'input' });
}

/** The keys that an object of the file may have. */
function keysAt(file: RecipeFile, path: JsonPath): readonly string[] {
  if (path.length === 0) return Object.keys(componentSchema.unwrap().shape);
  const kind = valueAt(file.value, [...path, 'kind']);
  return (typeof kind === 'string' ? UPDATE_KEYS[kind] : undefined) ?? [];
}
