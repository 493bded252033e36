/** Virtual networks, their public addresses, and the gateway through which nodes reach the internet. */
import { expressionText, type Expression } from '../../arm/expression.ts';
import type { JsonObject } from '../../model/json.ts';
import { compact, linkTo, resource, type ResourceRef } from './resource.ts';

interface SubnetOptions {
  readonly name: string;
  /** Such as `10.0.0.0/11`. */
  readonly prefix: string;
}

interface VirtualNetworkOptions {
  readonly addressSpace: readonly string[];
  readonly subnets: readonly SubnetOptions[];
  readonly gateway: ResourceRef;
  readonly tags: JsonObject;
}

/** No subnet has the way out that Azure once gave unasked: all traffic leaves through the gateway. */
export function virtualNetwork(network: ResourceRef, options: VirtualNetworkOptions): JsonObject {
  const { addressSpace, subnets, gateway, tags } = options;
  return resource(network, {
    tags,
    dependsOn: [gateway],
    properties: {
      addressSpace: { addressPrefixes: addressSpace },
      subnets: subnets.map(({ name, prefix }) => ({
        name,
        properties: { addressPrefix: prefix, defaultOutboundAccess: false, natGateway: linkTo(gateway) },
      })),
    },
  });
}

interface PublicAddressOptions {
  /** The first label of its name in DNS; left out: it has none. */
  readonly dnsLabel?: Expression;
  readonly zones: readonly string[] | undefined;
  readonly tags: JsonObject;
}

/** Standard and static: the Basic ones were retired on 30 September 2025. */
export function publicAddress(address: ResourceRef, { dnsLabel, zones, tags }: PublicAddressOptions): JsonObject {
  return resource(address, {
    tags,
    zones,
    sku: { name: 'Standard' },
    properties: compact({
      publicIPAllocationMethod: 'Static',
      publicIPAddressVersion: 'IPv4',
      dnsSettings: dnsLabel === undefined ? undefined : { domainNameLabel: expressionText(dnsLabel) },
    }),
  });
}

interface GatewayOptions {
  readonly address: ResourceRef;
  readonly tags: JsonObject;
}

export function natGateway(gateway: ResourceRef, { address, tags }: GatewayOptions): JsonObject {
  return resource(gateway, {
    tags,
    sku: { name: 'Standard' },
    dependsOn: [address],
    properties: { idleTimeoutInMinutes: 10, publicIpAddresses: [linkTo(address)] },
  });
}
