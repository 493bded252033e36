/** Load balancers: front ends, pools, rules and probes. */
import type { ConcreteResource } from '../../arm/expand-resources.ts';
import { idsAt, isOfType, lastName, objectsAt, partsOf, textAt, type Part } from './fields.ts';

export interface Balancer {
  readonly id: string;
  readonly name: string;
  readonly sku: string;
  /** Ids of its public addresses; none: it is inside the network. */
  readonly addresses: readonly string[];
  readonly pools: readonly string[];
  readonly rules: readonly BalancerRule[];
  readonly probes: readonly Probe[];
}

interface BalancerRule {
  readonly name: string;
  readonly kind: 'rule' | 'nat' | 'outbound';
  readonly protocol: string;
  readonly frontendPort: string | undefined;
  readonly backendPort: string | undefined;
  readonly pool: string | undefined;
  readonly probe: string | undefined;
}

interface Probe {
  readonly name: string;
  readonly protocol: string;
  readonly port: string | undefined;
  readonly path: string | undefined;
}

export function takeBalancers(resources: readonly ConcreteResource[]): readonly Balancer[] {
  return resources
    .filter((each) => isOfType(each, 'Microsoft.Network/loadBalancers'))
    .map((balancer) => {
      const parts = (list: string): readonly Part[] => partsOf(balancer, list, resources);
      const rulesOf = (list: string, kind: BalancerRule['kind']): readonly BalancerRule[] =>
        parts(list).map((part) => ruleOf(part, kind));
      return {
        ...{ id: balancer.id, name: balancer.name, sku: textAt(balancer.sku, 'name') ?? 'Basic' },
        addresses: objectsAt(balancer.properties, 'frontendIPConfigurations').flatMap(
          (frontend) => textAt(frontend, 'properties', 'publicIPAddress', 'id') ?? [],
        ),
        pools: parts('backendAddressPools').map(({ name }) => name),
        rules: [
          ...rulesOf('loadBalancingRules', 'rule'),
          ...rulesOf('inboundNatRules', 'nat'),
          ...rulesOf('inboundNatPools', 'nat'),
          ...rulesOf('outboundRules', 'outbound'),
        ],
        probes: parts('probes').map(({ name, properties }) => ({
          name,
          protocol: textAt(properties, 'protocol') ?? '',
          port: textAt(properties, 'port'),
          path: textAt(properties, 'requestPath'),
        })),
      };
    });
}

function ruleOf({ name, properties }: Part, kind: BalancerRule['kind']): BalancerRule {
  const [start, end] = ['frontendPortRangeStart', 'frontendPortRangeEnd'].map((key) => textAt(properties, key));
  const [first] = idsAt(properties, 'backendAddressPools');
  const pool = textAt(properties, 'backendAddressPool', 'id') ?? first;
  const probe = textAt(properties, 'probe', 'id');
  return {
    ...{ name, kind, protocol: textAt(properties, 'protocol') ?? '' },
    frontendPort: textAt(properties, 'frontendPort') ?? (start === undefined ? undefined : `${start}-${end ?? ''}`),
    backendPort: textAt(properties, 'backendPort'),
    pool: pool === undefined ? undefined : lastName(pool),
    probe: probe === undefined ? undefined : lastName(probe),
  };
}
