/** What a template would make, as a person thinks of it: networks, ways in, nodes, ways out, and sums. */
import type { ConcreteResource } from '../../arm/expand-resources.ts';
import type { OpenPath } from '../../arm/open-path.ts';
import { takeAddresses, type PublicAddress } from './addresses.ts';
import { takeBalancers, type Balancer } from './balancers.ts';
import { takeEgress, type Egress } from './egress.ts';
import { takeEntries, type Entry } from './entries.ts';
import { takeNetworks, type Network } from './networks.ts';
import { takeGroups, type NodeGroup, type SizeOf } from './node-groups.ts';
import { takeSecurityGroups, type SecurityGroup } from './security-groups.ts';

export interface Inventory {
  readonly networks: readonly Network[];
  readonly groups: readonly NodeGroup[];
  readonly addresses: readonly PublicAddress[];
  readonly balancers: readonly Balancer[];
  readonly securityGroups: readonly SecurityGroup[];
  /** What can be reached from outside, by where it comes in and where it leads. */
  readonly entries: readonly Entry[];
  readonly egress: readonly Egress[];
  readonly totals: Totals;
}

/** Sums over all nodes; undefined: of some node it is not known. */
export interface Totals {
  readonly nodes: number | undefined;
  readonly cores: number | undefined;
  readonly memoryGib: number | undefined;
  readonly diskGib: number | undefined;
  readonly publicIps: number;
  readonly resources: number;
}

export interface InventoryRequest {
  readonly paths: readonly OpenPath[];
  readonly sizeOf: SizeOf;
}

export function takeInventory(resources: readonly ConcreteResource[], { paths, sizeOf }: InventoryRequest): Inventory {
  const groups = takeGroups(resources, sizeOf);
  const networks = takeNetworks(resources, groups);
  const addresses = takeAddresses(resources);
  return {
    ...{ networks, groups, addresses },
    balancers: takeBalancers(resources),
    securityGroups: takeSecurityGroups(resources),
    entries: takeEntries(paths, groups),
    egress: takeEgress(resources, networks),
    totals: {
      nodes: sumOf(groups, ({ count }) => count),
      cores: sumOf(groups, ({ count, cores }) => product(count, cores)),
      memoryGib: sumOf(groups, ({ count, memoryGib }) => product(count, memoryGib)),
      diskGib: sumOf(groups, ({ count, disks }) =>
        product(
          count,
          sumOf(disks, ({ gib }) => gib),
        ),
      ),
      publicIps: addresses.length,
      resources: resources.length,
    },
  };
}

function sumOf<Item>(items: readonly Item[], of: (item: Item) => number | undefined): number | undefined {
  let sum = 0;
  for (const item of items) {
    const value = of(item);
    if (value === undefined) return undefined;
    sum += value;
  }
  return sum;
}

function product(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a * b;
}
