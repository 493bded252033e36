/** The tags of resources: those that acs-engine set, and those of the definition, which win. */
import { plainText } from '../arm/expression.ts';
import type { JsonObject } from '../model/json.ts';
import type { ClusterDefinition } from '../recipe/cluster-definition.ts';

export interface TagSource {
  readonly definition: ClusterDefinition;
  readonly version: string | undefined;
}

/** @param node what is said of nodes of one kind, and of what is there for them */
export function tagsOf({ definition, version }: TagSource, node: Readonly<Record<string, string>> = {}): JsonObject {
  const ours = Object.entries({
    creationSource: 'dcos-build',
    orchestratorName: 'dcos',
    ...(version === undefined ? {} : { orchestratorVersion: version }),
    ...node,
  });
  const given = Object.entries(definition.tags);
  const isGiven = (name: string): boolean => given.some(([key]) => key.toLowerCase() === name.toLowerCase());
  const all = [...ours.filter(([name]) => !isGiven(name)), ...given];
  return Object.fromEntries(all.map(([name, value]) => [name, plainText(value)]));
}
