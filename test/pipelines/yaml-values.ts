/** Reads parts of YAML whose shape is not known: what is of another shape is a failure that names the place. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export type Fields = Readonly<Record<string, unknown>>;

export function readYaml(path: string): Fields {
  const value: unknown = parse(readFileSync(path, 'utf8'));
  return fields(value, path);
}

export function fields(value: unknown, where: string): Fields {
  if (!isFields(value)) throw new Error(`${where} is no object`);
  return value;
}

/** No value counts as an empty object. */
export function optionalFields(value: unknown, where: string): Fields {
  return value === undefined ? {} : fields(value, where);
}

export function list(value: unknown, where: string): readonly Fields[] {
  if (!Array.isArray(value)) throw new Error(`${where} is no list`);
  return value.map((each: unknown, index) => fields(each, `${where}[${index}]`));
}

export function text(value: unknown, where: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`${where} is no text`);
}

export function optionalText(value: unknown, where: string): string | undefined {
  return value === undefined ? undefined : text(value, where);
}

/** One name, or a list of them. */
export function names(value: unknown, where: string): readonly string[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value.map((each: unknown) => text(each, where)) : [text(value, where)];
}

/** Every value with the path that leads to it. */
export function walk(value: unknown, path = ''): readonly (readonly [string, unknown])[] {
  const inner = Array.isArray(value)
    ? value.map((each: unknown, index) => [String(index), each] as const)
    : isFields(value)
      ? Object.entries(value)
      : [];
  return [[path, value], ...inner.flatMap(([key, each]) => walk(each, `${path}/${key}`))];
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
