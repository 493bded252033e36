/**
 * Holds a request against Azure's own description of a resource, as Bicep has it: unknown and mis-cased properties, those that
 * only the service sets, missing ones, wrong types and values that are none of a closed list.
 *
 * @see https://github.com/Azure/bicep-types-az
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export const SCHEMAS = resolve(import.meta.dirname, '../../../shared/azure-schemas');

/** Published data of others, of which the project holds no copy. */
export const hasSchemas = existsSync(SCHEMAS);

interface Reference {
  readonly $ref: string;
}

interface Property {
  readonly type: Reference;
  readonly flags: number;
}

interface BicepType {
  readonly $type: string;
  readonly name?: string;
  readonly value?: string;
  readonly body?: Reference;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly baseProperties?: Readonly<Record<string, Property>>;
  readonly additionalProperties?: Reference;
  readonly discriminator?: string;
  readonly elements?: Readonly<Record<string, Reference>> | readonly Reference[];
  readonly itemType?: Reference;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minValue?: number;
  readonly maxValue?: number;
}

const REQUIRED = 1;
const READ_ONLY = 2;

const files = new Map<string, readonly BicepType[]>();

interface Options {
  /** Whether a text in brackets stands for a value of any type, as in templates. */
  readonly hasExpressions?: boolean;
}

/** @param body with its `name` @returns mistakes, each with its place */
export function bicepMistakes(type: string, version: string, body: unknown, options: Options = {}): string[] {
  if (!hasSchemas) return [];
  const types = typesOf(type, version);
  const resource = types.find(({ name }) => name?.toLowerCase() === `${type}@${version}`.toLowerCase());
  if (resource?.body === undefined) return [`there is no ${type} in ${version}`];
  return new Checker(types, options).check(resource.body, body, '');
}

function typesOf(type: string, version: string): readonly BicepType[] {
  const provider = type.split('/')[0]?.toLowerCase() ?? '';
  const path = `${SCHEMAS}/bicep-types/${provider}/${version}/types.json`;
  const known = files.get(path) ?? (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : []);
  files.set(path, known);
  return known;
}

class Checker {
  readonly #types: readonly BicepType[];

  readonly #hasExpressions: boolean;

  constructor(types: readonly BicepType[], { hasExpressions = false }: Options) {
    this.#types = types;
    this.#hasExpressions = hasExpressions;
  }

  check(reference: Reference, value: unknown, at: string): string[] {
    if (this.#hasExpressions && typeof value === 'string' && /^\[(?!\[)/.test(value)) return [];
    const type = this.#types[Number(reference.$ref.slice(2))];
    if (type === undefined) return [`${at}: no type ${reference.$ref}`];
    switch (type.$type) {
      case 'ObjectType':
      case 'DiscriminatedObjectType':
        return this.#object(type, value, at);
      case 'ArrayType':
        if (!Array.isArray(value)) return [`${at}: no list`];
        return value.flatMap((item, index) =>
          type.itemType === undefined ? [] : this.check(type.itemType, item, `${at}[${index}]`),
        );
      case 'UnionType': {
        const all = Array.isArray(type.elements) ? type.elements.map((each) => this.check(each, value, at)) : [];
        return all.some((mistakes) => mistakes.length === 0) ? [] : [`${at}: none of the values: ${String(value)}`];
      }
      case 'StringLiteralType':
        return value === type.value ? [] : [`${at}: not ${type.value}`];
      case 'StringType':
        return stringMistakes(type, value, at);
      case 'IntegerType': {
        const { minValue = -Infinity, maxValue = Infinity } = type;
        const isRight = Number.isInteger(value) && Number(value) >= minValue && Number(value) <= maxValue;
        return isRight ? [] : [`${at}: no such number: ${String(value)}`];
      }
      case 'BooleanType':
        return typeof value === 'boolean' ? [] : [`${at}: neither true nor false`];
      default:
        return [];
    }
  }

  #object(type: BicepType, value: unknown, at: string): string[] {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at}: no object`];
    const properties = type.properties ?? type.baseProperties ?? {};
    const given = Object.entries(value).filter(([, item]) => item !== undefined);
    const unknown = given.flatMap(([key, item]) => {
      const property = properties[key];
      if (property !== undefined) {
        return (property.flags & READ_ONLY) === 0
          ? this.check(property.type, item, `${at}/${key}`)
          : [`${at}/${key}: only the service sets it`];
      }
      if (type.additionalProperties !== undefined) return this.check(type.additionalProperties, item, `${at}/${key}`);
      return type.$type === 'ObjectType' ? [`${at}/${key}: unknown`] : [];
    });
    const missing = Object.entries(properties)
      .filter(([key, { flags }]) => (flags & REQUIRED) !== 0 && (flags & READ_ONLY) === 0 && !(key in value))
      .map(([key]) => `${at}/${key}: missing`);
    return [...unknown, ...missing];
  }
}

function stringMistakes(
  { pattern, minLength = 0, maxLength = Infinity }: BicepType,
  value: unknown,
  at: string,
): string[] {
  if (typeof value !== 'string') return [`${at}: no text`];
  if (pattern !== undefined && !new RegExp(pattern).test(value)) return [`${at}: not like ${pattern}`];
  return value.length >= minLength && value.length <= maxLength ? [] : [`${at}: of no such length`];
}
