/** Ways in and out: load balancers, addresses, gateways, and the arrows between them and the nodes. */
import { lastName, sameId } from './fields.ts';
import { portsOf, whoMay } from './entry-text.ts';
import type { Inventory } from './inventory.ts';
import { COLUMN, ENTRY_TEXT, entryHeight, type Front, type Layout } from './layout.ts';
import { arrowOf, boxOf, textOf, type Box, type Markup } from './svg.ts';

const LANE_STEP = 8;

export function drawFronts(layout: Layout, inventory: Inventory): readonly Markup[] {
  return layout.fronts.flatMap(({ front, ...box }, index) => {
    const [head, ...lines] = frontLines(front, inventory);
    const place = { x: box.x + 10, width: box.width - 20, lines: 2 };
    const top = box.y + 20;
    const name = textOf(head ?? '', { ...place, y: top, size: 13, isBold: true, className: 'strong' });
    const rest = textOf(lines.join(', '), { ...place, y: top + name.length * 17, size: 12, className: 'soft' });
    return [
      boxOf(box, 'front', [head, ...lines].join('\n')),
      ...name,
      ...rest,
      ...toGroups({ ...box, front }, index, layout),
    ];
  });
}

function frontLines({ id, balancer, entries }: Front, { addresses, egress }: Inventory): readonly string[] {
  const ips = [...new Set([...(balancer?.addresses ?? []), ...entries.map(({ publicIp }) => publicIp)])];
  const named = ips.map((ip) => {
    const address = addresses.find((each) => sameId(each.id, ip));
    // A label that only a deployment knows says nothing.
    const label = address?.label?.includes('<') === true ? undefined : address?.label;
    return label ?? address?.name ?? lastName(ip);
  });
  const isExit = egress.some((each) => each.kind === 'outbound rule' && sameId(each.id, id));
  if (balancer === undefined) return [lastName(id), 'straight to the machine'];
  const from = ips.length === 0 ? 'inside the network' : [...new Set(named)].join(', ');
  return [balancer.name, from, ...(isExit ? ['way out, too'] : [])];
}

/** Straight to the group beside it, around the corner to others. */
function toGroups(
  { front, ...box }: Box & { readonly front: Front },
  index: number,
  layout: Layout,
): readonly Markup[] {
  const start = { x: box.x + box.width, y: Math.round(box.y + box.height / 2) };
  return front.groups.flatMap((group, order) => {
    const target = layout.groups.find((each) => each.group === group);
    if (target === undefined) return [];
    const isOpen =
      front.entries.length === 0 ||
      front.entries.some((each) => each.isOpen && each.groups.includes(group.ids[0] ?? ''));
    const title = `${front.balancer?.name ?? lastName(front.id)} leads to ${group.name}`;
    const kind = isOpen ? 'open' : 'closed';
    if (order === 0) return [arrowOf([start, { x: target.x, y: start.y }], kind, title)];
    const lane = COLUMN.lane.x + 10 + (index % 5) * LANE_STEP;
    const y = Math.round(target.y + 12 + (index % 8) * LANE_STEP);
    return [arrowOf([start, { x: lane, y: start.y }, { x: lane, y }, { x: target.x, y }], kind, title)];
  });
}

/** What comes from the Internet, a line for each set of ports that is open to the same people. */
export function drawEntries({ fronts }: Layout): readonly Markup[] {
  return fronts.flatMap(({ front, ...box }) => {
    const heights = front.entries.map(entryHeight);
    const spare = box.height - heights.reduce((sum, height) => sum + height, 0);
    let top = box.y + spare / 2;
    return front.entries.flatMap((entry, index) => {
      const y = Math.round(top + 22);
      top += heights[index] ?? 0;
      const from = COLUMN.internet.x + COLUMN.internet.width;
      const title = `${portsOf(entry)} ${whoMay(entry)}`;
      const points = [
        { x: from, y },
        { x: box.x, y },
      ];
      return [
        arrowOf(points, entry.isOpen ? 'open' : 'closed', title),
        ...textOf(portsOf(entry), { ...ENTRY_TEXT, y: y - 5, lines: 1, isBold: true, className: 'strong' }),
        ...textOf(whoMay(entry), { ...ENTRY_TEXT, y: y + 15, className: 'soft' }),
      ];
    });
  });
}

/** NAT gateways with the subnets that go out by them. */
export function drawExits({ exits, subnets }: Layout, { addresses }: Inventory): readonly Markup[] {
  return exits.flatMap(({ egress, ...box }, index) => {
    const ips = egress.addresses.map((ip) => addresses.find((each) => sameId(each.id, ip))?.name ?? lastName(ip));
    const served = subnets.filter(({ subnet }) => egress.subnets.some((id) => sameId(id, subnet.id)));
    const lane = COLUMN.network.x + COLUMN.network.width + 8 + (index % 3) * LANE_STEP;
    const middle = Math.round(box.y + box.height / 2);
    const place = { x: box.x + 10, width: box.width - 20, lines: 2 };
    const name = textOf(egress.name, { ...place, y: box.y + 37, size: 12 });
    return [
      ...served.map((each) => {
        const y = Math.round(each.y + each.height / 2);
        const points = [
          { x: each.x + each.width, y },
          { x: lane, y },
          { x: lane, y: middle },
          { x: box.x, y: middle },
        ];
        return arrowOf(points, 'out', `${each.subnet.name} goes out by ${egress.name}`);
      }),
      boxOf(box, 'exit', `${egress.kind} ${egress.name}\n${ips.join('\n')}`),
      ...textOf(egress.kind, { ...place, y: box.y + 20, size: 13, isBold: true, className: 'strong' }),
      ...name,
      ...textOf(`as ${ips.join(', ')}`, {
        ...place,
        lines: 3,
        y: box.y + 37 + name.length * 16,
        size: 11,
        className: 'soft',
      }),
    ];
  });
}
