/**
 * The clusters that a release brings templates for, whatever a user has: as many masters as DC/OS's templates had. What a
 * definition would say is a parameter without a default: the image, who may come to the masters, and keys.
 */
import type { JsonObject } from '../model/json.ts';
import { clusterSchema, type ClusterDefinition } from '../recipe/cluster-definition.ts';
import { composeClusterNodeData } from './compose-node-data.ts';
import { composeConfigPackages, type ConfigPackages, type ConfiguredTree } from './config/config-packages.ts';
import { composeTemplate } from './template.ts';

export const STANDARD_COUNTS = [1, 3, 5] as const;
export type StandardCount = (typeof STANDARD_COUNTS)[number];

export interface StandardCluster {
  readonly packages: ConfigPackages;
  readonly template: JsonObject;
}

/** Public agents by number of masters, as ACS had them. */
const PUBLIC_AGENTS: Readonly<Record<StandardCount, number>> = { 1: 1, 3: 3, 5: 3 };
/** Of the documentation of networks: nobody has it. The template has no address by default. */
const NOBODY = '192.0.2.1';

/**
 * Trees of the installer and of tools are not for clusters, and neither are those without what sets a node up.
 *
 * @see dcos/dcos release/__init__.py, where names alone decide
 */
export function isClusterTree({ variant = '', packages }: Pick<ConfiguredTree, 'variant' | 'packages'>): boolean {
  const isOther = variant.endsWith('installer') || variant.endsWith('util');
  return !isOther && packages.some((id) => id.startsWith('dcos-image--'));
}

export function standardCluster(masters: StandardCount, tree: ConfiguredTree): StandardCluster {
  const definition = standardDefinition(masters);
  const { mainTemplate } = composeTemplate(definition, {
    image: { kind: 'gallery', id: '', generation: '2', trustedLaunch: true },
    nodeData: composeClusterNodeData(definition, tree),
  });
  return {
    packages: composeConfigPackages({ config: definition.config, masterCount: masters }, tree),
    template: mainTemplate,
  };
}

function standardDefinition(masters: StandardCount): ClusterDefinition {
  return clusterSchema.parse({
    name: 'dcos',
    access: { ssh_from: [NOBODY], web_from: [NOBODY] },
    image: { id: 'a parameter' },
    masters: { count: masters },
    pools: [
      { name: 'agentprivate', kind: 'private', count: 1 },
      { name: 'agentpublic', kind: 'public', count: PUBLIC_AGENTS[masters] },
    ],
  });
}
