/** Load balancers: what they let in and where it goes. */
import { valueAt, type Json, type JsonObject } from '../model/json.ts';
import { isOfType } from './attachments.ts';
import type { ConcreteResource } from './expand-resources.ts';
import { idsAt, numberAt, objectsAt, textAt } from './look.ts';
import { idKey, parentId } from './resource-id.ts';

/** A port at a frontend, and where it leads. */
export interface Entry {
  readonly kind: 'rule' | 'nat';
  readonly name: string;
  readonly id: string;
  readonly loadBalancer: LoadBalancer;
  readonly frontend: string | undefined;
  readonly frontendPort: number;
  /** That of a pool of NAT rules, of which each machine has one port. */
  readonly lastPort: number | undefined;
  readonly backendPort: number;
  readonly protocol: string;
  readonly isFloating: boolean;
  readonly pools: readonly string[];
  readonly probe: string | undefined;
  readonly isNatPool: boolean;
}

interface LoadBalancer {
  readonly id: string;
  readonly isStandard: boolean;
  /** Public addresses by the ids of frontends. */
  readonly publicIps: ReadonlyMap<string, string>;
  /** Ports of probes by their ids. */
  readonly probes: ReadonlyMap<string, number>;
}

const BALANCERS = 'microsoft.network/loadbalancers';

export function readEntries(resources: readonly ConcreteResource[]): Entry[] {
  return resources
    .filter((one) => isOfType(one, BALANCERS))
    .flatMap((resource) => {
      const loadBalancer = readBalancer(resource);
      const inside = (key: string, kind: Entry['kind']): Entry[] =>
        objectsAt(resource.properties, key).map((one) => {
          const name = textAt(one, 'name') ?? '';
          return readEntry(
            { kind, name, id: `${resource.id}/${key}/${name}` },
            one['properties'] ?? null,
            loadBalancer,
          );
        });
      const beside = resources
        .filter(
          (one) => isOfType(one, `${BALANCERS}/inboundnatrules`) && idKey(parentId(one.id)) === idKey(resource.id),
        )
        .map(({ id, name, properties }) =>
          readEntry({ kind: 'nat', name: name.split('/').at(-1) ?? '', id }, properties, loadBalancer),
        );
      return [
        ...inside('loadBalancingRules', 'rule'),
        ...inside('inboundNatRules', 'nat'),
        ...inside('inboundNatPools', 'nat'),
        ...beside,
      ];
    });
}

function readBalancer({ id, sku, properties }: ConcreteResource): LoadBalancer {
  const named = (key: string): (readonly [string, JsonObject])[] =>
    objectsAt(properties, key).map((one) => [idKey(`${id}/${key}/${textAt(one, 'name') ?? ''}`), one] as const);
  const ips = named('frontendIPConfigurations').flatMap(([key, one]) => {
    const ip = textAt(one, 'properties', 'publicIPAddress', 'id');
    return ip === undefined ? [] : [[key, ip] as const];
  });
  const probes = named('probes').flatMap(([key, one]) => {
    const port = numberAt(one, 'properties', 'port');
    return port === undefined ? [] : [[key, port] as const];
  });
  return { id, isStandard: isStandard(sku), publicIps: new Map(ips), probes: new Map(probes) };
}

/** Of load balancers and addresses; those without a sku are Basic ones. */
export function isStandard(sku: Json | undefined): boolean {
  return /^standard/i.test(textAt(sku ?? null, 'name') ?? '');
}

type EntryName = Pick<Entry, 'kind' | 'name' | 'id'>;

function readEntry(named: EntryName, properties: Json, loadBalancer: LoadBalancer): Entry {
  const pool = textAt(properties, 'backendAddressPool', 'id');
  const start = numberAt(properties, 'frontendPortRangeStart');
  const frontendPort = numberAt(properties, 'frontendPort') ?? start ?? 0;
  return {
    ...named,
    loadBalancer,
    frontend: textAt(properties, 'frontendIPConfiguration', 'id'),
    frontendPort,
    lastPort: start === undefined ? undefined : (numberAt(properties, 'frontendPortRangeEnd') ?? start),
    backendPort: numberAt(properties, 'backendPort') ?? frontendPort,
    protocol: textAt(properties, 'protocol')?.toLowerCase() ?? 'tcp',
    isFloating: valueAt(properties, ['enableFloatingIP']) === true,
    pools: [...(pool === undefined ? [] : [pool]), ...idsAt(properties, 'backendAddressPools')],
    probe: textAt(properties, 'probe', 'id'),
    isNatPool: named.id.includes('/inboundNatPools/'),
  };
}
