/** Holds whole templates of Azure Resource Manager against both sets of schemas that Microsoft publishes. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../src/model/json.ts';
import { fileMistakes, knownVersions, schemaMistakes } from './arm-schemas.ts';

/** What only templates have: neither set knows it. */
const TEMPLATE_KEYS = ['dependsOn', 'copy', 'condition', 'comments', 'metadata', 'resources'];

/** Every mistake of a template, with the type and the place of the resource that makes it. */
export function templateMistakes(template: JsonObject): string[] {
  const { resources } = template;
  const ofResources = (isJsonArray(resources) ? resources : []).flatMap((resource, index) =>
    isJsonObject(resource)
      ? resourceMistakes(resource).map((mistake) => `resources[${index}] ${textOf(resource, 'type')}${mistake}`)
      : [`resources[${index}]: no object`],
  );
  return [...fileMistakes('deploymentTemplate', template), ...ofResources];
}

/** The mistakes of one entry of `resources`, or of a resource that a template was expanded to. */
export function resourceMistakes(resource: JsonObject): string[] {
  const type = textOf(resource, 'type');
  const version = textOf(resource, 'apiVersion');
  if (!knownVersions(type).includes(version)) return [`: version ${version} is not one that the tests know`];
  const rest = Object.entries(resource).filter(([key]) => ![...TEMPLATE_KEYS, 'type', 'apiVersion'].includes(key));
  const body = Object.fromEntries(rest.map(([key, value]) => [key, withoutLoops(value)]));
  return schemaMistakes(type, version, { name: textOf(resource, 'name'), body, hasExpressions: true });
}

/** A property that `copy` makes is a list, here of one. */
function withoutLoops(value: Json): Json {
  if (isJsonArray(value)) return value.map((item) => withoutLoops(item));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) =>
      key === 'copy' && isJsonArray(item)
        ? item.filter(isJsonObject).map((loop) => [textOf(loop, 'name'), [withoutLoops(loop['input'] ?? null)]])
        : [[key, withoutLoops(item)]],
    ),
  );
}

function textOf(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === 'string' ? value : '';
}
