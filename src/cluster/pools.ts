/** The agents of a cluster: a scale set or single machines for each pool, public ones behind a load balancer. */
import { call, expressionText } from '../arm/expression.ts';
import type { JsonObject } from '../model/json.ts';
import { accessTo, type Opening } from './access.ts';
import { customData, lateSources } from './late-values.ts';
import type { Layout, PoolLayout } from './layout.ts';
import { placementOf, zonesOf } from './placement.ts';
import { loadBalancer } from './resources/load-balancer.ts';
import type { Machine, MachineImage } from './resources/machine-profile.ts';
import { publicAddress } from './resources/network.ts';
import { joined, parameter, type ResourceRef } from './resources/resource.ts';
import { scaleSet } from './resources/scale-set.ts';
import { securityGroup } from './resources/security-group.ts';
import { availabilitySet, networkCards, virtualMachines } from './resources/virtual-machine.ts';

const IDLE_MINUTES = 5;
const NAMES: Readonly<Record<number, string>> = { 80: 'HTTP', 443: 'HTTPS' };
/** What one placement group of a scale set holds, and all of them together. */
const SMALL = 100;
const LARGE = 1000;
const AVAILABILITY_SET = 200;

/** The most agents that a pool can be given. */
export function largestCount({ count, orchestration }: PoolLayout['pool']): number {
  if (orchestration === 'availability-set') return AVAILABILITY_SET;
  return count > SMALL ? LARGE : SMALL;
}

export function poolResources(
  layout: Layout,
  pool: PoolLayout,
  { image, keyParameters }: { readonly image: MachineImage; readonly keyParameters: readonly string[] },
): JsonObject[] {
  const { balanced, rules } = accessTo(openingsOf(pool), layout.inside);
  const { balancer, outside } = pool;
  const { tags } = pool;
  const machine: Machine = {
    size: expressionText(parameter(pool.parameters.size)),
    image,
    osDisk: { gib: pool.pool.os_disk_gib, type: pool.pool.os_disk_type, caching: 'ReadOnly' },
    dataDisks: pool.pool.data_disks,
    keyParameters,
    customData: customData(layout, pool.name),
  };
  const isWayOut = layout.network === undefined;
  const front =
    outside === undefined || balancer === undefined
      ? []
      : [
          publicAddress(outside.address, {
            dnsLabel: call('toLower', parameter(outside.dnsParameter)),
            zones: layout.zones,
            tags,
          }),
          loadBalancer(balancer, { address: outside.address, balanced, forwarded: [], isWayOut, tags }),
        ];
  const isSingle = pool.pool.orchestration === 'availability-set';
  return [
    ...front,
    securityGroup(pool.securityGroup, { rules, tags }),
    ...(isSingle ? singleMachines(layout, pool, machine) : [machinesInSet(layout, pool, machine)]),
  ];
}

function openingsOf({ outside }: PoolLayout): readonly Opening[] {
  if (outside === undefined) return [];
  const { ports, from } = outside;
  return ports.map((port) => {
    return { name: NAMES[port] ?? `Port${port}`, port, from, by: { kind: 'balanced', idleMinutes: IDLE_MINUTES } };
  });
}

function machinesInSet(layout: Layout, pool: PoolLayout, machine: Machine): JsonObject {
  const { orchestration, placement } = pool.pool;
  return scaleSet(pool.scaleSet, {
    mode: orchestration === 'flexible' ? 'flexible' : 'uniform',
    capacity: expressionText(parameter(pool.parameters.count)),
    isLarge: largestCount(pool.pool) > SMALL,
    zones: zonesOf(placement),
    namePrefix: joined(pool.nodeName, '-'),
    subnet: pool.subnet,
    securityGroup: pool.securityGroup,
    balancer: pool.balancer,
    machine,
    dependsOn: [...networkOf(layout), ...lateSources(layout)],
    tags: pool.tags,
  });
}

function singleMachines(layout: Layout, pool: PoolLayout, machine: Machine): JsonObject[] {
  const { set, zone } = placementOf(pool.pool.placement, pool.availabilitySet);
  const count = expressionText(parameter(pool.parameters.count));
  const { tags } = pool;
  return [
    ...(set === undefined ? [] : [availabilitySet(set.ref, { ...set, tags })]),
    networkCards(pool.card, {
      loop: { name: `${pool.name}Cards`, count },
      subnet: pool.subnet,
      securityGroup: pool.securityGroup,
      balancer: pool.balancer,
      dependsOn: networkOf(layout),
      tags,
    }),
    virtualMachines(pool.machine, {
      loop: { name: `${pool.name}Nodes`, count },
      name: joined(pool.nodeName, '-', call('copyIndex')),
      card: pool.card,
      set: set?.ref,
      zone,
      machine,
      dependsOn: lateSources(layout),
      tags,
    }),
  ];
}

function networkOf({ network }: Layout): readonly ResourceRef[] {
  return network === undefined ? [] : [network.ref];
}
