/** Data disks: where they are mounted, and which kinds go where. */
import type { ClusterDefinition } from '../cluster-definition.ts';
import { named, nodeGroups, repeated, type Finding, type NodeGroup } from './finding.ts';

/** What the system and DC/OS have there must not be hidden. */
const SYSTEM_FOLDERS = [
  '/bin',
  '/boot',
  '/dev',
  '/etc',
  '/lib',
  '/opt',
  '/opt/mesosphere',
  '/proc',
  '/root',
  '/run',
  '/sbin',
];
const MORE_SYSTEM_FOLDERS = ['/sys', '/tmp', '/usr', '/var', '/var/lib', '/var/lib/dcos', '/var/lib/waagent', '/home'];

export function* diskRule(definition: ClusterDefinition): Iterable<Finding> {
  for (const group of nodeGroups(definition)) {
    yield* mounts(group);
    yield* premiumV2(group, group.path[0] === 'masters');
  }
}

function* mounts({ path, nodes }: NodeGroup): Iterable<Finding> {
  const all = nodes.data_disks.map(({ mount }, index) => mount ?? `/dcos/volume${index}`);
  for (const { value, index } of repeated(all)) {
    const at = [...path, 'data_disks', index];
    const message = `${named(at)} is mounted at ${value}, where another disk is.`;
    yield { path: at, message, hint: 'Give each disk a "mount" of its own.' };
  }
  for (const [index, mount] of all.entries()) {
    if (![...SYSTEM_FOLDERS, ...MORE_SYSTEM_FOLDERS].includes(mount)) continue;
    const at = [...path, 'data_disks', index, 'mount'];
    const message = `${named(at)} is ${mount}, which the system needs.`;
    yield { path: at, message, hint: 'Mount it elsewhere, such as at /dcos/volume0.' };
  }
}

/** @see https://learn.microsoft.com/azure/virtual-machines/disks-types#premium-ssd-v2-limitations */
function* premiumV2({ path, nodes }: NodeGroup, isMasters: boolean): Iterable<Finding> {
  const isInSet =
    nodes.placement === undefined
      ? isMasters || ('orchestration' in nodes && nodes.orchestration === 'availability-set')
      : 'availability_set' in nodes.placement;
  for (const [index, { type }] of nodes.data_disks.entries()) {
    if (type !== 'PremiumV2_LRS' || !isInSet) continue;
    const at = [...path, 'data_disks', index, 'type'];
    const message = `${named(at)} is "PremiumV2_LRS", which no machine in an availability set can have.`;
    const hint = 'Take "Premium_LRS", or spread the nodes over zones by "placement".';
    yield {
      path: at,
      message,
      hint,
      restsOn: [
        [...path, 'placement'],
        [...path, 'orchestration'],
      ],
    };
  }
}
