/** The machines of a cluster as its template makes them, for this host. */
import { expandTemplate } from '../../arm/expand.ts';
import type { ClusterMachine } from '../../boot/local/options.ts';
import { templateMachines } from '../../cluster/template-machines.ts';
import type { ClusterTemplate } from '../../cluster/template.ts';
import type { Json } from '../../model/json.ts';
import type { ClusterDefinition, ClusterPool } from '../../recipe/cluster-definition.ts';
import { mastersSubnet } from '../../recipe/cluster-subnets.ts';
import { parameterValues } from './cluster-file.ts';

export interface LocalMachines {
  readonly machines: readonly ClusterMachine[];
  readonly userName: string;
}

const ADMINROUTER = { master: 80, agent: 61_001 } as const;
/** What a public pool opens if its definition does not say. */
const PUBLIC_PORTS = [80, 443, 8080];
const ROLE = /\/etc\/mesosphere\/roles\/([\w-]+)/g;

/**
 * Each gets the customData that the template would give it, to the letter: expressions are evaluated as Azure does it.
 *
 * @param made of that definition
 */
export function localMachines({ template, parameters }: ClusterTemplate, definition: ClusterDefinition): LocalMachines {
  const { resources, mistakes } = expandTemplate(template, {
    parameters: parameterValues(parameters),
    references: (id) => localAddress(id),
  });
  const [mistake] = mistakes;
  if (mistake !== undefined) throw new Error(`our template has a mistake: ${mistake.message}`);
  const found = templateMachines(resources, (subnetId) => existingRange(subnetId, definition));
  return {
    userName: definition.admin.user,
    machines: found.map(({ hostName, ip, prefixLength, group, customData }) => ({
      ...{ hostName, ip, prefixLength, customData },
      roles: [...new Set([...customData.matchAll(ROLE)].map(([, role = '']) => role))],
      ports: portsOf(definition.pools.find(({ name }) => name === group)),
    })),
  };
}

/** There are no load balancers here: their names lead nowhere. */
function localAddress(id: string): Json {
  return { ipAddress: '192.0.2.1', dnsSettings: { fqdn: `${id.slice(id.lastIndexOf('/') + 1)}.cloudapp.invalid` } };
}

function existingRange(subnetId: string, definition: ClusterDefinition): string | undefined {
  if (!('existing' in definition.network)) return undefined;
  const { masters, pools } = definition.network.existing;
  const name = subnetId.slice(subnetId.lastIndexOf('/') + 1);
  const named = [masters, ...Object.values(pools)].find(({ subnet }) => subnet === name);
  return named?.prefix ?? mastersSubnet(definition);
}

/** @param pool undefined: a master */
function portsOf(pool: ClusterPool | undefined): readonly number[] {
  if (pool === undefined) return [ADMINROUTER.master];
  const open = pool.kind === 'public' ? (pool.ports ?? PUBLIC_PORTS) : [];
  return [...new Set([ADMINROUTER.agent, ...open])];
}
