/** All resources of a template with every value in place. */
import { isJsonObject, member, type Json, type JsonObject } from '../model/json.ts';
import { Dependencies } from './dependencies.ts';
import { draftResources, type Draft } from './draft-resources.ts';
import type { JsonPath } from './mistake.ts';
import { idKey } from './resource-id.ts';
import type { World } from './template-scope.ts';
import { hasUnsettled, settle } from './value.ts';

export interface ConcreteResource {
  readonly id: string;
  readonly type: string;
  /** As in the template: with the parent's name before a slash for a child. */
  readonly name: string;
  readonly apiVersion: string;
  readonly location?: string;
  readonly zones?: Json;
  readonly sku?: Json;
  readonly kind?: Json;
  readonly plan?: Json;
  readonly tags?: Json;
  readonly identity?: Json;
  /** Ids of resources of the same template. */
  readonly dependsOn: readonly string[];
  readonly properties: JsonObject;
  /** Where it stands in the template; all copies of a loop have the same. */
  readonly path: JsonPath;
}

interface Expanded {
  readonly resources: readonly ConcreteResource[];
  /** The id of a resource of the template by its id, name or symbolic name. */
  readonly resolve: (name: string) => string | undefined;
}

const EXTRAS = ['location', 'zones', 'sku', 'kind', 'plan', 'tags', 'identity'] as const;

export function expandResources(world: World): Expanded {
  const { drafts, emptyLoops } = draftResources(world);
  reportTwins(world, drafts);
  const dependencies = new Dependencies(world.evaluator, { drafts, emptyLoops });
  const resolve = (name: string): string | undefined => dependencies.resolve(name);
  const deployed = drafts.filter(({ isDeployed }) => isDeployed);
  const resources = deployed.map((draft) => complete(world, draft, dependencies));
  dependencies.reportCycles();
  return { resources, resolve };
}

function complete(world: World, draft: Draft, dependencies: Dependencies): ConcreteResource {
  const { id, type, name, path, source } = draft;
  const scope = draft.scope.within({ ...world, resolveResource: (asked) => dependencies.refer(draft, asked) });
  const valueOf = (key: string): Json | undefined => {
    const written = member(source, key);
    return written === undefined ? undefined : settle(world.evaluator.value(written, [...path, key], scope));
  };
  const extras = EXTRAS.flatMap((key) => {
    const value = valueOf(key);
    return value === undefined ? [] : [[key, value] as const];
  });
  const properties = isDeployments(type) ? member(source, 'properties') : valueOf('properties');
  const apiVersion = valueOf('apiVersion') ?? '';
  const isLater = typeof properties === 'string' && hasUnsettled(properties);
  if (properties !== undefined && properties !== null && !isJsonObject(properties) && !isLater) {
    world.evaluator.report([...path, 'properties'], 'The properties are no object.', 'They have names and values.');
  }
  return {
    ...{ id, type, name, path },
    apiVersion: typeof apiVersion === 'string' ? apiVersion : '',
    ...Object.fromEntries(extras),
    dependsOn: dependencies.of(draft, scope),
    properties: isJsonObject(properties) ? properties : {},
  };
}

/** Their templates are their own: its expressions may be meant for it. */
function isDeployments(type: string): boolean {
  return type.toLowerCase() === 'microsoft.resources/deployments';
}

function reportTwins({ evaluator }: World, drafts: readonly Draft[]): void {
  const seen = new Set<string>();
  for (const { id, type, name, path, isDeployed, isPossible } of drafts) {
    if (!isDeployed || isPossible) continue;
    if (seen.has(idKey(id))) {
      evaluator.report(
        path,
        `There are two of type ${type} named "${name}".`,
        'Use copyIndex() in the name of a copy.',
      );
    }
    seen.add(idKey(id));
  }
}
