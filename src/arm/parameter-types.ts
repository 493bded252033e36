/** The types of parameters and outputs, and the values that fit them. */
import { isJsonArray, member, type Json, type JsonObject } from '../model/json.ts';
import { isEqual, isList, isObject, kindOf, textOf, Unsettled, type Value } from './value.ts';

const KINDS: Readonly<Record<string, (value: Value) => boolean>> = {
  string: (value) => typeof value === 'string',
  securestring: (value) => typeof value === 'string',
  int: (value) => typeof value === 'bigint' || Number.isInteger(value),
  bool: (value) => typeof value === 'boolean',
  object: isObject,
  secureobject: isObject,
  array: isList,
};

export const TYPE_NAMES = ['string', 'securestring', 'int', 'bool', 'object', 'secureObject', 'array'] as const;

/** Whether values of that type are kept out of logs. */
export function isSecure(type: Json | undefined): boolean {
  return typeof type === 'string' && type.toLowerCase().startsWith('secure');
}

export function isTypeName(type: Json | undefined): type is string {
  return typeof type === 'string' && Object.hasOwn(KINDS, type.toLowerCase());
}

/** Why a value cannot be of a type; undefined: it can. */
export function typeMistake(type: Json | undefined, value: Value): string | undefined {
  if (value instanceof Unsettled || !isTypeName(type)) return undefined;
  return KINDS[type.toLowerCase()]?.(value) === true
    ? undefined
    : `It is ${kindOf(value)}, and must be of type ${type}.`;
}

/** Why a value is none that a parameter takes. */
export function limitMistakes(definition: JsonObject, value: Value): string[] {
  if (value instanceof Unsettled) return [];
  const allowed = member(definition, 'allowedValues');
  const size = isList(value) || typeof value === 'string' ? value.length : undefined;
  const isUnknown = isJsonArray(allowed) && !isAllowed(allowed, value);
  return [
    ...(isUnknown ? [`It is none of the allowed values: ${allowed.map(textOf).join(', ')}.`] : []),
    ...bounds(definition, ['minValue', 'maxValue'], typeof value === 'number' ? value : undefined),
    ...bounds(definition, ['minLength', 'maxLength'], size),
  ];
}

/** Of a list, each item may be an allowed value. */
function isAllowed(allowed: readonly Json[], value: Value): boolean {
  const isOne = (wanted: Value): boolean => allowed.some((one) => isEqual(one, wanted));
  return isOne(value) || (isList(value) && value.every(isOne));
}

function bounds(definition: JsonObject, names: readonly [string, string], size: number | undefined): string[] {
  const [least, most] = names.map((name) => member(definition, name));
  if (size === undefined) return [];
  const what = names[0] === 'minLength' ? 'Its length' : 'It';
  return [
    ...(typeof least === 'number' && size < least ? [`${what} is ${size}, and at least ${least} is allowed.`] : []),
    ...(typeof most === 'number' && size > most ? [`${what} is ${size}, and at most ${most} is allowed.`] : []),
  ];
}
