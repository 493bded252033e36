/**
 * component.json as bills of materials read it: without zod, which takes longer to start than a whole bill to make. It
 * takes and refuses the same as `parseComponent`, but for `updates`, of which a bill tells nothing: that only has to be
 * an object with a kind.
 */
import { AVAILABILITIES, isAvailability } from '../model/availability.ts';
import { nearest } from '../model/did-you-mean.ts';
import { throwCollected, type UserError } from '../model/errors.ts';
import { isJsonObject, member, type Json, type JsonObject } from '../model/json.ts';
import type { ComponentDescription } from './component.ts';
import { isLicence, LICENCE_RULE } from './licence-expression.ts';
import { RecipeFile } from './recipe-file.ts';

export type Description = Omit<ComponentDescription, 'updates'>;

type Key = keyof ComponentDescription;

/** What a value must do, as the rest of a sentence, if it does not. */
type Check = (value: Json) => string | undefined;

const REQUIRED: readonly Key[] = ['version', 'summary', 'licence'];

const PURL = /^pkg:[a-z0-9.+-]+\/\S+$/;
const CPE = /^cpe:2\.3:[aho*-](?::[^:\s]+(?:\\:[^:\s]*)*){10}$/;

/** In the order in which mistakes are told. */
const CHECKS: Readonly<Record<Key, Check>> = {
  version: text(),
  summary: text(),
  licence: text(isLicence, LICENCE_RULE),
  licence_note: text(),
  availability: (value) =>
    isAvailability(value) ? undefined : `be one of ${AVAILABILITIES.map((one) => `"${one}"`).join(', ')}`,
  homepage: text(
    (url) => /^https?:\/\//i.test(url) && URL.canParse(url),
    'be a URL that begins with https:// or http://',
  ),
  supplier: text(),
  purl: text((purl) => PURL.test(purl), 'look like pkg:generic/name@version'),
  cpe: text((cpe) => CPE.test(cpe), 'be a CPE 2.3 name of 13 parts'),
  updates: (value) => {
    const kind = isJsonObject(value) ? member(value, 'kind') : undefined;
    return typeof kind === 'string' && kind !== '' ? undefined : 'be an object with the string "kind"';
  },
  notes: text(),
};

/**
 * Reads the text of a component.json.
 *
 * @param shown the path for messages
 * @throws UserError, UserErrors RECIPE_INVALID, each with its place
 */
export function parseDescription(shown: string, content: string): Description {
  const file = RecipeFile.parse(shown, content, 'RECIPE_INVALID');
  const { value } = file;
  if (isDescription(value)) return value;
  throwCollected([...wrongValues(file), ...unknownKeys(file)]);
  throw new Error('a description that is wrong has a mistake');
}

function isKey(key: string): key is Key {
  return Object.hasOwn(CHECKS, key);
}

function isDescription(value: JsonObject): value is JsonObject & Description {
  const isComplete = REQUIRED.every((key) => Object.hasOwn(value, key));
  return isComplete && Object.entries(value).every(([key, item]) => isKey(key) && CHECKS[key](item) === undefined);
}

function wrongValues(file: RecipeFile): readonly UserError[] {
  return Object.entries(CHECKS).flatMap(([key, check]) => {
    const value = member(file.value, key);
    if (value === undefined && !REQUIRED.some((required) => required === key)) return [];
    const rule = value === undefined ? 'be of type string' : check(value);
    if (rule === undefined) return [];
    const message = `${file.shown}: "${key}" is ${value === undefined ? 'missing' : 'wrong'}.`;
    return [file.mistake([key], message, { hint: `It must ${rule}.` })];
  });
}

function unknownKeys(file: RecipeFile): readonly UserError[] {
  const known = Object.keys(CHECKS);
  return Object.keys(file.value)
    .filter((key) => !isKey(key))
    .map((key) => {
      const guess = nearest(key, known);
      const hint = guess === undefined ? `The keys are ${known.join(', ')}.` : `Did you mean "${guess}"?`;
      return file.mistake([key], `${file.shown} has the unknown key "${key}".`, { hint });
    });
}

function text(isGood: (text: string) => boolean = () => true, rule = ''): Check {
  return (value) => {
    if (typeof value !== 'string') return 'be of type string';
    if (value === '') return 'not be empty';
    return isGood(value) ? undefined : rule;
  };
}
