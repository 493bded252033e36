/** Load balancers, each with one public address and one pool of nodes behind it. */
import type { JsonObject } from '../../model/json.ts';
import { compact, linkTo, partOf, resource, type ResourceRef } from './resource.ts';

/** To whichever node answers the probe of the rule, which asks the same port. */
export interface BalancedPort {
  readonly name: string;
  readonly port: number;
  readonly idleMinutes: number;
}

/** To one node: its network card names the rule. */
export interface ForwardedPort {
  readonly name: string;
  readonly frontendPort: number;
  readonly backendPort: number;
}

interface LoadBalancerOptions {
  readonly address: ResourceRef;
  readonly balanced: readonly BalancedPort[];
  readonly forwarded: readonly ForwardedPort[];
  /** Whether nodes of the pool reach the internet through it; else they have a gateway. */
  readonly isWayOut: boolean;
  readonly tags: JsonObject;
}

const FRONTEND = 'frontend';
const POOL = 'nodes';
/** Two probes that fail take a node out, so after ten seconds. */
const PROBE_SECONDS = 5;
const PROBES = 2;

export function backendPool(balancer: ResourceRef): ResourceRef {
  return partOf(balancer, 'backendAddressPools', POOL);
}

export function forwardingRule(balancer: ResourceRef, name: ResourceRef['names'][0]): ResourceRef {
  return partOf(balancer, 'inboundNatRules', name);
}

export function loadBalancer(balancer: ResourceRef, options: LoadBalancerOptions): JsonObject {
  const { address, balanced, forwarded, isWayOut, tags } = options;
  return resource(balancer, {
    tags,
    sku: { name: 'Standard' },
    dependsOn: [address],
    properties: compact({
      frontendIPConfigurations: [{ name: FRONTEND, properties: { publicIPAddress: linkTo(address) } }],
      backendAddressPools: [{ name: POOL }],
      loadBalancingRules: atLeastOne(balanced.map((port) => ruleJson(balancer, port))),
      probes: atLeastOne(balanced.map(probeJson)),
      inboundNatRules: atLeastOne(forwarded.map((port) => forwardingJson(balancer, port))),
      outboundRules: isWayOut ? [outboundJson(balancer)] : undefined,
    }),
  });
}

function atLeastOne(list: readonly JsonObject[]): readonly JsonObject[] | undefined {
  return list.length === 0 ? undefined : list;
}

/** A rule gives no way out: the gateway or the outbound rule does, without using up ports of the frontend. */
function ruleJson(balancer: ResourceRef, { name, port, idleMinutes }: BalancedPort): JsonObject {
  return {
    name,
    properties: {
      frontendIPConfiguration: frontendOf(balancer),
      backendAddressPool: linkTo(backendPool(balancer)),
      probe: linkTo(partOf(balancer, 'probes', probeName(port))),
      protocol: 'Tcp',
      frontendPort: port,
      backendPort: port,
      enableFloatingIP: false,
      enableTcpReset: true,
      idleTimeoutInMinutes: idleMinutes,
      loadDistribution: 'Default',
      disableOutboundSnat: true,
    },
  };
}

/** By TCP, since what answers HTTP there is only known once something was deployed. */
function probeJson({ port }: BalancedPort): JsonObject {
  return {
    name: probeName(port),
    properties: { protocol: 'Tcp', port, intervalInSeconds: PROBE_SECONDS, numberOfProbes: PROBES },
  };
}

function probeName(port: number): string {
  return `tcp${port}Probe`;
}

function forwardingJson(balancer: ResourceRef, { name, frontendPort, backendPort }: ForwardedPort): JsonObject {
  return {
    name,
    properties: {
      frontendIPConfiguration: frontendOf(balancer),
      protocol: 'Tcp',
      frontendPort,
      backendPort,
      enableFloatingIP: false,
      enableTcpReset: true,
      idleTimeoutInMinutes: 15,
    },
  };
}

function outboundJson(balancer: ResourceRef): JsonObject {
  return {
    name: 'outbound',
    properties: {
      frontendIPConfigurations: [frontendOf(balancer)],
      backendAddressPool: linkTo(backendPool(balancer)),
      protocol: 'All',
      enableTcpReset: true,
      idleTimeoutInMinutes: 15,
    },
  };
}

function frontendOf(balancer: ResourceRef): JsonObject {
  return linkTo(partOf(balancer, 'frontendIPConfigurations', FRONTEND));
}
