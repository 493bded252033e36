/** What the box of a group of nodes says, line for line. */
import type { Disk, NodeGroup } from './node-groups.ts';
import { fitText } from './text-fit.ts';

/** Width of the field with the count, at the left of the box. */
export const GROUP_BADGE = 56;
/** From line to line. */
export const GROUP_LINE = 18;

export interface GroupLine {
  readonly text: string;
  /** Of the font. */
  readonly size: 12 | 13;
  readonly isBold: boolean;
}

interface GroupRoom {
  /** Names of its security groups. */
  readonly guards: readonly string[];
  readonly width: number;
}

/** Long names take two lines. */
export function groupLines(group: NodeGroup, { guards, width }: GroupRoom): readonly GroupLine[] {
  const guarded = guards.length === 0 ? '' : `guarded by ${guards.join(', ')}`;
  const lines = (text: string, size: 12 | 13, isBold = false): readonly GroupLine[] =>
    text === ''
      ? []
      : fitText(text, { size, isBold, width: width - 20, lines: 2 }).map((each) => ({ text: each, size, isBold }));
  return [
    ...lines(group.name, 13, true),
    ...[powerOf(group), disksText(group.disks), whereOf(group), guarded].flatMap((text) => lines(text, 12)),
  ];
}

function powerOf({ size, cores, memoryGib }: NodeGroup): string {
  const power = cores === undefined ? '' : `, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${memoryGib ?? '?'} GiB`;
  return `${size}${power}`;
}

/** As `64 GiB system, 2 × 128 GiB data`. */
export function disksText(disks: readonly Disk[]): string {
  const alike = Map.groupBy(disks, ({ gib, use }) => (gib === undefined ? `${use} as its image` : `${gib} GiB ${use}`));
  return [...alike].map(([text, { length }]) => (length > 1 ? `${length} × ${text}` : text)).join(', ');
}

/** Addresses that are fixed, as a range, and how nodes are kept apart. */
export function whereOf({ addresses, placement, kind }: NodeGroup): string {
  const [first, last] = [addresses[0], addresses.at(-1)];
  const range = first === undefined || last === first ? (first ?? '') : `${first} to ${last}`;
  return [range, placement, kind === 'scale set' ? kind : ''].filter((text) => text !== '').join(', ');
}
