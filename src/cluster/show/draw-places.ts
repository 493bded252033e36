/** Networks, subnets and the nodes in them. */
import { sameId } from './fields.ts';
import { GROUP_BADGE, GROUP_LINE } from './group-text.ts';
import type { Inventory } from './inventory.ts';
import type { Layout } from './layout.ts';
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

export function drawGroups({ groups }: Layout): readonly Markup[] {
  return groups.flatMap(({ group, lines, ...box }) => {
    const middle = box.y + box.height / 2;
    const top = Math.round(middle - (lines.length * GROUP_LINE) / 2 + 13);
    const title = [`${group.kind} ${group.name}`, ...lines.map(({ text }) => text), group.image].join('\n');
    return [
      boxOf(box, 'group', title),
      boxOf({ ...box, width: GROUP_BADGE }, 'badge', group.kind),
      element(
        'text',
        { x: box.x + GROUP_BADGE / 2, y: middle + 7, class: 's20 strong middle badge-text' },
        group.count === undefined ? '?' : String(group.count),
      ),
      ...lines.map(({ text, size, isBold }, index) =>
        element(
          'text',
          { x: box.x + GROUP_BADGE + 12, y: top + index * GROUP_LINE, class: `s${size}${isBold ? ' strong' : ''}` },
          text,
        ),
      ),
    ];
  });
}
