/**
 * component.json: what describes a component to people and bills of materials. Nothing of it enters an id. Load this
 * module when it is needed only: zod takes longer to start than a whole tree to resolve.
 */
import { z } from 'zod';
import { AVAILABILITIES } from '../model/availability.ts';
import { nearest } from '../model/did-you-mean.ts';
import { throwCollected } from '../model/errors.ts';
import { valueAt } from '../model/json.ts';
import type { JsonPath } from './json-reader.ts';
import { isLicence, LICENCE_RULE } from './licence-expression.ts';
import { RecipeFile } from './recipe-file.ts';
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
  throwCollected(
    result.error.issues.flatMap((issue) => {
      const path = issue.path.filter((step) => typeof step !== 'symbol');
      if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(file, [...path, key], key));
      const hint = hintFor(issue);
      return [
        file.mistake(path, `${shown}: "${path.join('.')}" is ${isThere(file, path) ? 'wrong' : 'missing'}.`, { hint }),
      ];
    }),
  );
  throw result.error;
}

/** For editors and other tools. */
export function componentJsonSchema(): object {
  return z.toJSONSchema(componentSchema, { io: 'input' });
}

function unknownKey(file: RecipeFile, path: JsonPath, key: string): ReturnType<RecipeFile['mistake']> {
  const keys = keysAt(file, path.slice(0, -1));
  const guess = nearest(key, keys);
  const hint = guess === undefined ? `The keys are ${keys.join(', ')}.` : `Did you mean "${guess}"?`;
  return file.mistake(path, `${file.shown} has the unknown key "${key}".`, { hint });
}

/** The keys that an object of the file may have. */
function keysAt(file: RecipeFile, path: JsonPath): readonly string[] {
  if (path.length === 0) return Object.keys(componentSchema.unwrap().shape);
  const kind = valueAt(file.value, [...path, 'kind']);
  return (typeof kind === 'string' ? UPDATE_KEYS[kind] : undefined) ?? [];
}

function isThere(file: RecipeFile, path: JsonPath): boolean {
  return valueAt(file.value, path) !== undefined;
}

function hintFor(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `It must be of type ${issue.expected}.`;
  if (issue.code === 'invalid_value')
    return `It must be one of ${issue.values.map((value) => `"${String(value)}"`).join(', ')}.`;
  return `It ${rule(issue.message)}.`;
}

/** zod's own messages begin with a capital and say what is wrong, ours what must be. */
function rule(message: string): string {
  return message.startsWith('must') ? message : `is refused: ${message}`;
}
