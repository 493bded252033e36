/** The masters of a cluster: machines with addresses that do not change, behind one load balancer. */
import { call, expressionText, indexOf } from '../arm/expression.ts';
import type { JsonObject } from '../model/json.ts';
import { accessTo, isFromOutside, type Access, type Opening } from './access.ts';
import { customData, lateSources } from './late-values.ts';
import type { Layout } from './layout.ts';
import { placementOf } from './placement.ts';
import { loadBalancer } from './resources/load-balancer.ts';
import type { Machine, MachineImage } from './resources/machine-profile.ts';
import { publicAddress } from './resources/network.ts';
import { joined, parameter, partOf, ref, variable } from './resources/resource.ts';
import { securityGroup } from './resources/security-group.ts';
import { availabilitySet, networkCards, script, virtualMachines } from './resources/virtual-machine.ts';

/** The first of the ports by which masters are reached by ssh, as DC/OS's templates had it. */
export const FIRST_SSH_PORT = 2200;
const SSH = 'SSH';
/** Events of Marathon come at long intervals. */
const WEB_IDLE_MINUTES = 15;
const PROGRAM = '/opt/mesosphere/bin/dcos-node';
/** A stock image has the program only once its install script is done. */
const WAIT = `/bin/sh -c 'until test -x ${PROGRAM}; do sleep 5; done; exec ${PROGRAM} wait'`;

export function masterResources(layout: Layout, image: MachineImage, keyParameters: readonly string[]): JsonObject[] {
  const { masters, definition, zones } = layout;
  const { tags } = masters;
  const { balanced, forwarded, rules } = masterAccess(layout);
  return [
    publicAddress(masters.address, {
      dnsLabel: call('toLower', parameter('masterEndpointDNSNamePrefix')),
      zones,
      tags,
    }),
    securityGroup(masters.securityGroup, { rules, tags }),
    loadBalancer(masters.balancer, {
      address: masters.address,
      balanced,
      forwarded,
      isWayOut: 'existing' in definition.network,
      tags,
    }),
    ...machineResources(layout, {
      size: expressionText(parameter('masterVMSize')),
      image,
      osDisk: { gib: definition.masters.os_disk_gib, type: definition.masters.os_disk_type, caching: 'ReadWrite' },
      dataDisks: definition.masters.data_disks,
      keyParameters,
      customData: customData(layout, 'master'),
    }),
  ];
}

/** Ssh to each of them, and the web interface to all. */
function masterAccess({ masters, definition, inside }: Layout): Access {
  const { count: nodes } = definition.masters;
  const web = { from: masters.web, by: { kind: 'balanced', idleMinutes: WEB_IDLE_MINUTES } } as const;
  const openings: readonly Opening[] = [
    { name: SSH, port: 22, from: masters.ssh, by: { kind: 'forwarded', firstPort: FIRST_SSH_PORT, nodes } },
    { name: 'HTTP', port: 80, ...web },
    { name: 'HTTPS', port: 443, ...web },
  ];
  return accessTo(openings, inside);
}

function machineResources(layout: Layout, machine: Machine): JsonObject[] {
  const { masters, network, definition } = layout;
  const { count } = definition.masters;
  const { tags } = masters;
  const { set, zone } = placementOf(definition.masters.placement, masters.availabilitySet);
  return [
    ...(set === undefined ? [] : [availabilitySet(set.ref, { ...set, tags })]),
    networkCards(masters.card, {
      loop: { name: 'masterCards', count },
      subnet: masters.subnet,
      securityGroup: masters.securityGroup,
      balancer: masters.balancer,
      forwardedBy: isFromOutside(masters.ssh) ? `${SSH}-` : undefined,
      address: indexOf(variable('masterAddresses'), call('copyIndex')),
      dependsOn: network === undefined ? [] : [network.ref],
      tags,
    }),
    virtualMachines(masters.machine, {
      loop: { name: 'masters', count },
      name: joined(masters.nodeName, '-', call('copyIndex')),
      card: masters.card,
      set: set?.ref,
      zone,
      machine,
      dependsOn: lateSources(layout),
      tags,
    }),
    waitForLeader(layout),
  ];
}

/** The deployment is done when the last master does well, so that whoever waits for it finds a cluster. */
function waitForLeader({ masters, definition }: Layout): JsonObject {
  const last = ref('Microsoft.Compute/virtualMachines', joined(masters.nodeName, `-${definition.masters.count - 1}`));
  const all = Array.from({ length: definition.masters.count }, (_, index) =>
    ref('Microsoft.Compute/virtualMachines', joined(masters.nodeName, `-${index}`)),
  );
  return script(partOf(last, 'extensions', 'waitforleader'), { command: WAIT, dependsOn: all, tags: masters.tags });
}
