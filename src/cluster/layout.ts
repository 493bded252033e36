/** What the resources of a cluster are called, and which of them there are: the one place that knows. */
import { call, expressionText, type Expression, type ExpressionText } from '../arm/expression.ts';
import type { JsonObject } from '../model/json.ts';
import type { ClusterDefinition, ClusterPool } from '../recipe/cluster-definition.ts';
import { mastersSubnet, poolSubnets } from '../recipe/cluster-subnets.ts';
import { sourcesOf, type Sources } from './access.ts';
import { joined, linkTo, parameter, partOf, ref, variable, type ResourceRef } from './resources/resource.ts';
import { tagsOf, type TagSource } from './tags.ts';

/** What masters and pools have alike. */
interface NodeGroup {
  /** `master`, or the name of the pool: names of its resources, parameters and variables begin with it. */
  readonly name: string;
  readonly tags: JsonObject;
  readonly subnet: ExpressionText;
  readonly securityGroup: ResourceRef;
  /** What the names of its nodes begin with. */
  readonly nodeName: Expression;
  readonly availabilitySet: ResourceRef;
  readonly card: ResourceRef;
  readonly machine: ResourceRef;
  /** Undefined: nobody comes to it from outside, and it has another way out. */
  readonly balancer: ResourceRef | undefined;
}

interface MasterLayout extends NodeGroup {
  readonly balancer: ResourceRef;
  readonly address: ResourceRef;
  readonly ssh: Sources;
  readonly web: Sources;
}

export interface PoolLayout extends NodeGroup {
  readonly pool: ClusterPool;
  readonly scaleSet: ResourceRef;
  readonly parameters: { readonly count: string; readonly size: string };
  /** Of pools that are reached from outside. */
  readonly outside?: {
    readonly address: ResourceRef;
    readonly dnsParameter: string;
    readonly ports: readonly number[];
    readonly from: Sources;
  };
}

export interface Layout {
  readonly definition: ClusterDefinition;
  /** Of what belongs to no nodes in particular. */
  readonly tags: JsonObject;
  readonly masters: MasterLayout;
  readonly pools: readonly PoolLayout[];
  /** Undefined: it is there already, and so are its subnets. */
  readonly network?: { readonly ref: ResourceRef; readonly subnets: readonly { name: string; prefix: string }[] };
  readonly gateway: { readonly ref: ResourceRef; readonly address: ResourceRef };
  /** The way out of private pools, where the network is not ours. */
  readonly wayOut: { readonly ref: ResourceRef; readonly address: ResourceRef };
  /** Ranges of all nodes. */
  readonly inside: readonly string[];
  /** Of public addresses: all, as soon as any node is in one. */
  readonly zones: readonly string[] | undefined;
}

const DEFAULT_PORTS = [80, 443, 8080];
const EVERYBODY = '*';
/** No pool has a dash in its name, so that nothing of a pool is called so. */
const WAY_OUT: Layout['wayOut'] = {
  ref: named('Microsoft.Network/loadBalancers', 'way-out-lb'),
  address: named('Microsoft.Network/publicIPAddresses', 'way-out-ip'),
};
const NETWORK = named('Microsoft.Network/virtualNetworks', 'vnet');

/** @param version of DC/OS, for the tags */
export function layOut(definition: ClusterDefinition, version?: string): Layout {
  const subnets = poolSubnets(definition);
  const pools = definition.pools.map((pool) => poolLayout({ definition, version }, pool));
  const ranges = [mastersSubnet(definition), ...subnets.values()];
  const placements = [definition.masters, ...definition.pools].map(({ placement }) => placement);
  const isZonal = placements.some((placement) => placement !== undefined && 'zones' in placement);
  return {
    definition,
    tags: tagsOf({ definition, version }),
    masters: masterLayout({ definition, version }),
    pools,
    ...('existing' in definition.network
      ? {}
      : {
          network: {
            ref: NETWORK,
            subnets: [
              { name: subnetName('master'), prefix: mastersSubnet(definition) },
              ...[...subnets].map(([name, prefix]) => ({ name: subnetName(name), prefix })),
            ],
          },
        }),
    gateway: {
      ref: named('Microsoft.Network/natGateways', 'nat-gateway'),
      address: named('Microsoft.Network/publicIPAddresses', 'nat-gateway-ip'),
    },
    wayOut: WAY_OUT,
    inside: [...new Set(ranges)],
    zones: isZonal ? ['1', '2', '3'] : undefined,
  };
}

function masterLayout(source: TagSource): MasterLayout {
  const { access } = source.definition;
  return {
    ...groupLayout(source, 'master'),
    tags: tagsOf(source, { orchestratorNode: 'master' }),
    balancer: named('Microsoft.Network/loadBalancers', 'master-lb'),
    address: named('Microsoft.Network/publicIPAddresses', 'master-ip'),
    ssh: sourcesOf('masterSSHSourceAddressPrefixes', access.ssh_from),
    web: sourcesOf('masterWebSourceAddressPrefixes', access.web_from),
  };
}

/** The first private pool and the first public one have the parameters that ACS had for its only ones. */
function poolLayout(source: TagSource, pool: ClusterPool): PoolLayout {
  const { definition } = source;
  const { name } = pool;
  const isFirst = definition.pools.find(({ kind }) => kind === pool.kind) === pool;
  const own = isFirst && pool.kind === 'private' ? 'agent' : name;
  const group = groupLayout(source, name);
  const shared = {
    ...group,
    tags: tagsOf(source, { orchestratorNode: 'agent', poolName: name }),
    pool,
    scaleSet: ref('Microsoft.Compute/virtualMachineScaleSets', joined(group.nodeName, '-vmss0')),
    parameters: { count: `${own}Count`, size: `${own}VMSize` },
  };
  if (pool.kind === 'private') {
    return { ...shared, balancer: 'existing' in definition.network ? WAY_OUT.ref : undefined };
  }
  return {
    ...shared,
    balancer: named('Microsoft.Network/loadBalancers', `${name}-lb`),
    outside: {
      address: named('Microsoft.Network/publicIPAddresses', `${name}-ip`),
      dnsParameter: `${isFirst ? 'agent' : name}EndpointDNSNamePrefix`,
      ports: pool.ports ?? DEFAULT_PORTS,
      from: sourcesOf(`${name}SourceAddressPrefixes`, pool.ports_from ?? [EVERYBODY]),
    },
  };
}

function groupLayout({ definition }: TagSource, name: string): Omit<NodeGroup, 'balancer' | 'tags'> {
  const { network } = definition;
  const nodeName = variable(`${name}Name`);
  const own = linkTo(partOf(NETWORK, 'subnets', subnetName(name))).id;
  return {
    name,
    nodeName,
    subnet: 'existing' in network ? expressionText(parameter(subnetParameter(name))) : own,
    securityGroup: named('Microsoft.Network/networkSecurityGroups', `${name}-nsg`),
    availabilitySet: named('Microsoft.Compute/availabilitySets', `${name}-availabilitySet`),
    card: ref('Microsoft.Network/networkInterfaces', joined(nodeName, '-nic-', call('copyIndex'))),
    machine: ref('Microsoft.Compute/virtualMachines', joined(nodeName, '-', call('copyIndex'))),
  };
}

export function subnetParameter(name: string): string {
  return `${name}VnetSubnetID`;
}

function subnetName(name: string): string {
  return `dcos-${name}Subnet`;
}

/** As DC/OS's template for ACS called its resources. */
function named(type: ResourceRef['type'], thing: string): ResourceRef {
  return ref(type, joined(`dcos-${thing}-`, parameter('nameSuffix')));
}
