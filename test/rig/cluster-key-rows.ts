/** The rows of docs/cluster-definition.md: every key of cluster.json with its default, its limits and its meaning. */
import { isJsonArray, isJsonObject, member, type Json, type JsonObject } from '../../src/model/json.ts';
import { clusterJsonSchema } from '../../src/recipe/cluster-schema.ts';

/** Tables of their own, or none. */
const ELSEWHERE = ['config', '$schema'];

export type KeyRow = readonly [key: string, initial: string, limits: string, meaning: string];

/** Keys of entries of a list have `[]` in front, those of an object with free keys `<name>`. */
export function clusterKeyRows(): readonly KeyRow[] {
  const rows = rowsOf(clusterJsonSchema(), '');
  const seen = new Set<string>();
  return rows.filter(([key]) => !seen.has(key) && seen.add(key));
}

function rowsOf(node: JsonObject, base: string, required = 'required'): readonly KeyRow[] {
  const forms = [...listAt(node, 'oneOf'), ...listAt(node, 'anyOf')];
  const properties = Object.entries(objectAt(node, 'properties'));
  return [
    ...properties.flatMap(([key, value]) => {
      if (!isJsonObject(value) || (base === '' && key === '$schema')) return [];
      const path = `${base}${key}`;
      return [
        rowOf(path, value, listAt(node, 'required').includes(key) ? required : undefined),
        ...(ELSEWHERE.includes(path) ? [] : inside(value, path)),
      ];
    }),
    ...forms.flatMap((form) => (isJsonObject(form) ? rowsOf(form, base, 'one form') : [])),
  ];
}

function inside(value: JsonObject, path: string): readonly KeyRow[] {
  const items = objectAt(value, 'items');
  const free = objectAt(value, 'additionalProperties');
  return [...rowsOf(value, `${path}.`), ...rowsOf(items, `${path}[].`), ...rowsOf(free, `${path}.<name>.`)];
}

function rowOf(key: string, value: JsonObject, required: string | undefined): KeyRow {
  const initial = member(value, 'default');
  const shown =
    initial === undefined || isEmpty(initial)
      ? '-'
      : `\`${JSON.stringify(initial).replaceAll(/([,:])(?=\S)/g, '$1 ')}\``;
  const description = member(value, 'description');
  return [`\`${key}\``, required ?? shown, limitsOf(value), typeof description === 'string' ? description : ''];
}

function isEmpty(value: Json): boolean {
  return isJsonArray(value) ? value.length === 0 : isJsonObject(value) && Object.keys(value).length === 0;
}

function limitsOf(value: JsonObject): string {
  const least = member(value, 'minimum');
  const most = member(value, 'maximum');
  const values =
    listAt(value, 'enum').length > 0
      ? listAt(value, 'enum')
      : [member(value, 'const')].filter((one) => one !== undefined);
  if (values.length > 0)
    return values.map((one) => `\`${typeof one === 'string' ? one : JSON.stringify(one)}\``).join(', ');
  if (typeof least === 'number' && typeof most === 'number') return `${least} to ${most}`;
  const rule = member(value, 'patternErrorMessage');
  if (typeof rule === 'string') return rule.replace(/^It must be (.*)\.$/, '$1');
  if (member(value, 'type') !== 'array') return '';
  const items = limitsOf(objectAt(value, 'items'));
  const fewest = member(value, 'minItems');
  const longest = member(value, 'maxItems');
  const count = [
    typeof fewest === 'number' ? `at least ${fewest}` : '',
    typeof longest === 'number' ? `at most ${longest}` : '',
  ];
  return [...count, items].filter((part) => part !== '').join('; ');
}

function objectAt(node: JsonObject, key: string): JsonObject {
  const value = member(node, key);
  return isJsonObject(value) ? value : {};
}

function listAt(node: JsonObject, key: string): readonly Json[] {
  const value = member(node, key);
  return isJsonArray(value) ? value : [];
}
