/**
 * Where everything of the drawing goes: from left to right the Internet, what is open to it, the nodes in their subnets, and
 * the way out. Each way in has a height of its own beside the nodes that it leads to, so that nothing can overlap.
 */
import { lastName, sameId } from './fields.ts';
import type { Balancer } from './balancers.ts';
import type { Egress } from './egress.ts';
import type { Entry } from './entries.ts';
import { whoMay } from './entry-text.ts';
import { GROUP_BADGE, GROUP_LINE, groupLines, type GroupLine } from './group-text.ts';
import type { Inventory } from './inventory.ts';
import type { Network, Subnet } from './networks.ts';
import type { NodeGroup } from './node-groups.ts';
import { lineHeight, type Box } from './svg.ts';
import { fitText } from './text-fit.ts';

/** Columns, from left to right. */
export const COLUMN = {
  internet: { x: 16, width: 40 },
  entry: { x: 56, width: 268 },
  front: { x: 324, width: 200 },
  lane: { x: 524, width: 60 },
  network: { x: 584, width: 412 },
  egress: { x: 1036, width: 148 },
} as const;

export const WIDTH = 1200;
export const HEADER = 84;
const PADDING = 12;
const GAP = 14;
const GROUP_PADDING = 16;
const FRONT_LEAST = 78;
const NETWORK_HEAD = 46;
const SUBNET_HEAD = { plain: 27, guarded: 42 } as const;
const EGRESS_HEIGHT = 112;

/** Where the words of a way in stand, below its arrow. */
export const ENTRY_TEXT = {
  x: COLUMN.entry.x + 10,
  width: COLUMN.entry.width - 28,
  lines: 3,
  size: 12,
} as const;

/** Ports, an arrow, and up to three lines of who may come. */
export function entryHeight(entry: Entry): number {
  return 28 + fitText(whoMay(entry), ENTRY_TEXT).length * lineHeight(ENTRY_TEXT.size);
}

/** A load balancer, or a public address of a machine. */
export interface Front {
  readonly id: string;
  readonly balancer: Balancer | undefined;
  readonly entries: readonly Entry[];
  /** Groups that it leads to. */
  readonly groups: readonly NodeGroup[];
}

interface GroupBox extends Box {
  readonly group: NodeGroup;
  readonly lines: readonly GroupLine[];
}

export interface Layout {
  readonly height: number;
  readonly networks: readonly (Box & { readonly network: Network })[];
  readonly subnets: readonly (Box & { readonly subnet: Subnet })[];
  readonly groups: readonly GroupBox[];
  readonly fronts: readonly (Box & { readonly front: Front })[];
  readonly exits: readonly (Box & { readonly egress: Egress })[];
}

export function layOut(inventory: Inventory): Layout {
  const { networks, groups, securityGroups } = inventory;
  const fronts = frontsOf(inventory);
  const made = { networks: [], subnets: [], groups: [], fronts: [] } as Made;
  const nameOf = (id: string): string => securityGroups.find((each) => sameId(each.id, id))?.name ?? lastName(id);
  const guardsOf = (group: NodeGroup): readonly string[] => group.securityGroups.map(nameOf);
  const placing = { groups, fronts, made, guardsOf };
  let y = HEADER;
  for (const network of networks) y = placeNetwork(network, { ...placing, y }) + GAP;
  const placed = new Set(made.fronts.map(({ front }) => front));
  const nowhere = groups.filter((group) => !made.groups.some((box) => box.group === group));
  for (const group of nowhere) y = placeGroup(group, { ...placing, y }) + GAP;
  for (const front of fronts.filter((each) => !placed.has(each) && each.groups.length === 0)) {
    const height = frontHeight(front);
    made.fronts.push({ ...COLUMN.front, y, height, front });
    y += height + GAP;
  }
  const exits = placeExits(inventory.egress, made.subnets);
  const lowest = Math.max(y, ...exits.map((box) => box.y + box.height + GAP));
  return { ...made, exits, height: lowest + PADDING };
}

interface Made {
  networks: (Box & { readonly network: Network })[];
  subnets: (Box & { readonly subnet: Subnet })[];
  groups: GroupBox[];
  fronts: (Box & { readonly front: Front })[];
}

interface Placing {
  readonly y: number;
  readonly groups: readonly NodeGroup[];
  readonly fronts: readonly Front[];
  readonly made: Made;
  /** Names of security groups. */
  readonly guardsOf: (group: NodeGroup) => readonly string[];
}

/** @returns where it ends */
function placeNetwork(network: Network, { y: top, ...placing }: Placing): number {
  let y = top + NETWORK_HEAD;
  for (const subnet of network.subnets) y = placeSubnet(subnet, { ...placing, y }) + GAP;
  const bottom = network.subnets.length === 0 ? y + PADDING : y;
  placing.made.networks.push({ ...COLUMN.network, y: top, height: bottom - top, network });
  return bottom;
}

function placeSubnet(subnet: Subnet, { y: top, ...placing }: Placing): number {
  let y = top + (subnet.securityGroup === undefined ? SUBNET_HEAD.plain : SUBNET_HEAD.guarded);
  const own = placing.groups.filter((group) => sameId(group.subnet, subnet.id));
  for (const group of own) y = placeGroup(group, { ...placing, y }) + PADDING;
  const bottom = own.length === 0 ? y + 8 : y;
  const x = COLUMN.network.x + PADDING;
  placing.made.subnets.push({ x, y: top, width: COLUMN.network.width - 2 * PADDING, height: bottom - top, subnet });
  return bottom;
}

/** With the ways in that lead there first of all beside it: it is as high as they are together. */
function placeGroup(group: NodeGroup, { y, fronts, made, guardsOf }: Placing): number {
  const own = fronts.filter(({ groups: [first] }) => first === group);
  const needed = own.reduce((sum, front) => sum + frontHeight(front) + GAP, -GAP);
  const width = COLUMN.network.width - 4 * PADDING;
  const lines = groupLines(group, { guards: guardsOf(group), width: width - GROUP_BADGE });
  const height = Math.max(lines.length * GROUP_LINE + GROUP_PADDING, needed);
  made.groups.push({ x: COLUMN.network.x + 2 * PADDING, y, width, height, group, lines });
  let at = y + Math.max(0, (height - needed) / 2);
  for (const front of own) {
    made.fronts.push({ ...COLUMN.front, y: at, height: frontHeight(front), front });
    at += frontHeight(front) + GAP;
  }
  return y + height;
}

function frontHeight({ entries }: Front): number {
  return Math.max(
    FRONT_LEAST,
    entries.reduce((sum, entry) => sum + entryHeight(entry), 0),
  );
}

/** In the middle of the subnets that it serves, below the one before. */
function placeExits(egress: readonly Egress[], subnets: Layout['subnets']): Layout['exits'] {
  let free = HEADER;
  const gateways = egress.filter(({ kind }) => kind === 'NAT gateway');
  const wanted = gateways.map((each) => {
    const served = subnets.filter(({ subnet }) => each.subnets.some((id) => sameId(id, subnet.id)));
    const middle = served.reduce((sum, box) => sum + box.y + box.height / 2, 0) / (served.length || 1);
    return { egress: each, y: Math.round(middle - EGRESS_HEIGHT / 2) };
  });
  return wanted
    .toSorted((a, b) => a.y - b.y)
    .map(({ egress: each, y }) => {
      const at = Math.max(free, y);
      free = at + EGRESS_HEIGHT + GAP;
      return { ...COLUMN.egress, y: at, height: EGRESS_HEIGHT, egress: each };
    });
}

function frontsOf({ balancers, entries, groups }: Inventory): readonly Front[] {
  const own = balancers.map((balancer): Front => {
    const through = entries.filter((entry) => sameId(entry.through, balancer.id));
    const pools = balancer.pools.map((pool) => `${balancer.id}/backendAddressPools/${pool}`);
    const inPool = groups.filter((group) => group.pools.some((id) => pools.some((pool) => sameId(pool, id))));
    const led = groups.filter(({ ids: [id] }) => through.some((entry) => entry.groups.includes(id ?? '')));
    return { id: balancer.id, balancer, entries: through, groups: [...new Set([...led, ...inPool])] };
  });
  const known = new Set(balancers.map(({ id }) => id.toLowerCase()));
  const direct = Map.groupBy(
    entries.filter(({ through }) => !known.has(through.toLowerCase())),
    ({ through }) => through,
  );
  return [
    ...own,
    ...[...direct].map(([id, through]): Front => {
      const led = groups.filter(({ ids: [first] }) => through.some((entry) => entry.groups.includes(first ?? '')));
      return { id, balancer: undefined, entries: through, groups: led };
    }),
  ];
}
