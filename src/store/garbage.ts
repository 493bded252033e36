/** Which items of the store can go: the decision, pure. */
import { unreachable } from '../model/unreachable.ts';
import type { Item } from './inventory.ts';
import type { Roots } from './roots.ts';

export interface Limits {
  /** What is older goes, unless a root names it, in milliseconds; undefined: nothing goes for its age. */
  readonly maxAgeMs?: number;
  /** Above this the oldest goes first, unless a root names it; undefined: nothing goes for its size. */
  readonly maxBytes?: number;
}

export interface GarbageInput {
  readonly items: readonly Item[];
  readonly roots: Roots;
  /** Hashes of the sources that must stay, and names of git mirrors. */
  readonly sources: ReadonlySet<string>;
  /** Digests of the builder roots that must stay. */
  readonly builders: ReadonlySet<string>;
  /** Content ids of the stages of images that must stay. */
  readonly stages: ReadonlySet<string>;
  readonly limits: Limits;
  readonly nowMs: number;
  /** Whether a process of that number runs: what it is writing is no leftover. */
  readonly isRunning: (pid: number) => boolean;
}

export interface Garbage {
  readonly item: Item;
  readonly reason: 'leftover' | 'age' | 'size';
}

/** Process numbers come round again, and other machines have others: only what is also old is a leftover. */
const LEFTOVER_AGE_MS = 3_600_000;

/** What goes, oldest first, and never what a root names. */
export function chooseGarbage(input: GarbageInput): Garbage[] {
  const { items, limits, nowMs } = input;
  const oldestFirst = items.toSorted((a, b) => a.modifiedMs - b.modifiedMs);
  const chosen = new Map<Item, Garbage['reason']>();
  let bytes = items.reduce((sum, item) => sum + item.bytes, 0);
  const choose = (item: Item, reason: Garbage['reason']): void => {
    chosen.set(item, reason);
    bytes -= item.bytes;
  };
  for (const item of oldestFirst) {
    if (item.kind === 'leftover') {
      if (isLeftover(item, input)) choose(item, 'leftover');
    } else if (!isKept(item, input) && nowMs - item.modifiedMs > (limits.maxAgeMs ?? Infinity)) {
      choose(item, 'age');
    }
  }
  for (const item of oldestFirst) {
    if (bytes <= (limits.maxBytes ?? Infinity)) break;
    if (!chosen.has(item) && item.kind !== 'leftover' && !isKept(item, input)) choose(item, 'size');
  }
  return oldestFirst.flatMap((item) => {
    const reason = chosen.get(item);
    return reason === undefined ? [] : [{ item, reason }];
  });
}

function isLeftover({ paths, modifiedMs }: Item, { nowMs, isRunning }: GarbageInput): boolean {
  const pid = Number(/\.tmp-(\d+)-/.exec(paths[0] ?? '')?.[1] ?? Number.NaN);
  return nowMs - modifiedMs > LEFTOVER_AGE_MS && !(Number.isInteger(pid) && isRunning(pid));
}

function isKept({ kind, id }: Item, { roots, sources, builders, stages }: GarbageInput): boolean {
  switch (kind) {
    case 'package':
    case 'unpacked':
    case 'log':
      return roots.packages.has(id);
    case 'bootstrap':
      return roots.bootstraps.has(id);
    case 'source':
    case 'git':
      return sources.has(id);
    case 'builder':
      return builders.has(id);
    case 'stage':
      return stages.has(id);
    case 'damaged':
    case 'leftover':
      return false;
    default:
      return unreachable(kind);
  }
}
