/** Holds whole templates of Azure Resource Manager against both sets of schemas that Microsoft publishes. */
import { fileMistakes, knownVersions, schemaMistakes } from './arm-schemas.ts';

interface TemplateResource {
  readonly type: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly [key: string]: unknown;
}

/** What only templates have: neither set knows it. */
const TEMPLATE_KEYS = ['dependsOn', 'copy', 'condition', 'comments', 'metadata', 'resources'];

/** Every mistake of a template, with the type and the place of the resource that makes it. */
export function templateMistakes(template: { readonly resources: readonly object[] }): string[] {
  const ofResources = template.resources.flatMap((resource, index) => {
    const { type } = resource as TemplateResource;
    return resourceMistakes(resource).map((mistake) => `resources[${index}] ${type}${mistake}`);
  });
  return [...fileMistakes('deploymentTemplate', template), ...ofResources];
}

/** The mistakes of one entry of `resources`, or of a resource that a template was expanded to. */
export function resourceMistakes(resource: object): string[] {
  const { type, apiVersion, name, ...rest } = resource as TemplateResource;
  if (!knownVersions(type).includes(apiVersion)) return [`: version ${apiVersion} is not one that the tests know`];
  const body = Object.fromEntries(Object.entries(rest).filter(([key]) => !TEMPLATE_KEYS.includes(key)));
  return schemaMistakes(type, apiVersion, { name, body: withoutLoops(body), hasExpressions: true });
}

/** A property that `copy` makes is a list, here of one. */
function withoutLoops<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withoutLoops(item)) as T;
  const { copy, ...rest } = value as { readonly copy?: readonly { readonly name: string; readonly input: unknown }[] };
  const loops = (copy ?? []).map(({ name, input }) => [name, [withoutLoops(input)]]);
  const own = Object.entries(rest).map(([key, item]) => [key, withoutLoops(item)]);
  return Object.fromEntries([...own, ...loops]);
}
