/** Networks, subnets and the nodes in them. */
import { lastName, sameId } from './fields.ts';
import type { Inventory } from './inventory.ts';
import type { Layout } from './layout.ts';
import type { Disk, NodeGroup } from './node-groups.ts';
import { boxOf, element, textOf, type Markup } from './svg.ts';

export function drawNetworks({ networks }: Layout): readonly Markup[] {
  return networks.flatMap(({ network, ...box }) => {
    const title = `${network.isExisting ? 'existing network' : 'network'} ${network.name}`;
    const prefixes = network.prefixes.join(', ');
    const place = { x: box.x + 12, width: box.width - 24, lines: 1 };
    return [
      boxOf(box, network.isExisting ? 'network existing' : 'network', `${title}\n${prefixes}`),
      ...textOf(title, { ...place, y: box.y + 20, size: 13, isBold: true, className: 'strong' }),
      ...textOf(prefixes, { ...place, y: box.y + 37, size: 12, className: 'soft' }),
    ];
  });
}

export function drawSubnets({ subnets }: Layout, { securityGroups }: Inventory): readonly Markup[] {
  return subnets.flatMap(({ subnet, ...box }) => {
    const group = securityGroups.find(({ id }) => sameId(id, subnet.securityGroup));
    const title = `subnet ${subnet.name} ${subnet.prefixes.join(', ')}`.trim();
    const guard = group === undefined ? '' : `guarded by ${group.name}`;
    const place = { x: box.x + 12, width: box.width - 24, lines: 1, size: 12 };
    return [
      boxOf(box, 'subnet', `${title}\n${guard}`.trim()),
      ...textOf(title, { ...place, y: box.y + 18 }),
      ...textOf(guard, { ...place, y: box.y + 34, className: 'soft' }),
    ];
  });
}

const BADGE = 56;

export function drawGroups({ groups }: Layout, { securityGroups }: Inventory): readonly Markup[] {
  return groups.flatMap(({ group, ...box }) => {
    const middle = box.y + box.height / 2;
    const place = { x: box.x + BADGE + 12, width: box.width - BADGE - 20, lines: 1 };
    const guards = group.securityGroups.map(
      (id) => securityGroups.find((each) => sameId(each.id, id))?.name ?? lastName(id),
    );
    const guarded = guards.length === 0 ? '' : `guarded by ${guards.join(', ')}`;
    const lines = [powerOf(group), disksText(group.disks), whereOf(group), guarded].filter((line) => line !== '');
    const top = Math.round(middle - ((lines.length + 1) * 18) / 2 + 13);
    const badge = { ...box, width: BADGE };
    return [
      boxOf(box, 'group', [`${group.kind} ${group.name}`, ...lines, group.image].join('\n')),
      boxOf(badge, 'badge', group.kind),
      element(
        'text',
        { x: box.x + BADGE / 2, y: middle + 7, class: 's20 strong middle badge-text' },
        group.count === undefined ? '?' : String(group.count),
      ),
      ...textOf(group.name, { ...place, y: top, size: 13, isBold: true, className: 'strong' }),
      ...lines.flatMap((line, index) => textOf(line, { ...place, y: top + (index + 1) * 18, size: 12 })),
    ];
  });
}

function powerOf({ size, cores, memoryGib }: NodeGroup): string {
  const power = cores === undefined ? '' : `, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${memoryGib ?? '?'} GiB`;
  return `${size}${power}`;
}

/** As `64 GiB system, 2 × 128 GiB data`. */
export function disksText(disks: readonly Disk[]): string {
  const alike = Map.groupBy(disks, ({ gib, use }) => `${gib === undefined ? '' : `${gib} GiB `}${use}`);
  return [...alike].map(([text, { length }]) => (length > 1 ? `${length} × ${text}` : text)).join(', ');
}

/** Addresses that are fixed, as a range, and how nodes are kept apart. */
export function whereOf({ addresses, placement, kind }: NodeGroup): string {
  const [first, last] = [addresses[0], addresses.at(-1)];
  const range = first === undefined || last === first ? (first ?? '') : `${first} to ${last}`;
  return [range, placement, kind === 'scale set' ? kind : ''].filter((text) => text !== '').join(', ');
}
