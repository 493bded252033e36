/** How nodes get out. */
import type { ConcreteResource } from '../../arm/expand-resources.ts';
import { idsAt, isOfType, lastName, partsOf, sameId } from './fields.ts';
import type { Network } from './networks.ts';

export interface Egress {
  readonly kind: 'NAT gateway' | 'outbound rule';
  /** Of the gateway, or of the load balancer whose rule it is. */
  readonly id: string;
  readonly name: string;
  /** Ids of public addresses. */
  readonly addresses: readonly string[];
  /** Ids of subnets; of an outbound rule, none: it is for the members of a pool. */
  readonly subnets: readonly string[];
  readonly pool: string | undefined;
}

export function takeEgress(resources: readonly ConcreteResource[], networks: readonly Network[]): readonly Egress[] {
  const subnets = networks.flatMap((network) => network.subnets);
  const gateways = resources
    .filter((each) => isOfType(each, 'Microsoft.Network/natGateways'))
    .map(({ id, name, properties }): Egress => ({
      ...{ kind: 'NAT gateway', id, name, pool: undefined },
      addresses: [...idsAt(properties, 'publicIpAddresses'), ...idsAt(properties, 'publicIpPrefixes')],
      subnets: subnets.filter(({ natGateway }) => sameId(natGateway, id)).map((subnet) => subnet.id),
    }));
  const rules = resources
    .filter((each) => isOfType(each, 'Microsoft.Network/loadBalancers'))
    .flatMap((balancer) =>
      partsOf(balancer, 'outboundRules', resources).map(({ name, properties }): Egress => {
        const pool = properties['backendAddressPool'];
        const [id] = pool === undefined ? [] : idsAt([pool]);
        return {
          ...{ kind: 'outbound rule', id: balancer.id, name, addresses: [], subnets: [] },
          pool: id === undefined ? undefined : lastName(id),
        };
      }),
    );
  return [...gateways, ...rules];
}
