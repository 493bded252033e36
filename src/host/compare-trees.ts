/** Compares two folders byte by byte, to say where two builds of the same input differ. */
import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { byCodePoint } from '../model/order.ts';

export interface Difference {
  /** Relative to the folders; '' for the folders themselves. */
  readonly path: string;
  /** In what the two differ, as the rest of a sentence: `differs from byte 1,024 on`. */
  readonly what: string;
}

/** Modes that an archive keeps; owner and time are the same in every package. */
const KEPT_MODE = 0o777;

/** The first difference in the order of paths, or undefined if the folders are the same. */
export function firstDifference(left: string, right: string, path = ''): Difference | undefined {
  const a = lstatSync(join(left, path));
  const b = lstatSync(join(right, path));
  const what = differenceOfEntries(join(left, path), a, join(right, path), b);
  if (what !== undefined) return { path, what };
  return a.isDirectory() ? differenceBelow(left, right, path) : undefined;
}

function differenceBelow(left: string, right: string, path: string): Difference | undefined {
  const here = new Set(readdirSync(join(left, path)));
  const there = new Set(readdirSync(join(right, path)));
  for (const name of [...new Set([...here, ...there])].sort(byCodePoint)) {
    const inner = path === '' ? name : `${path}/${name}`;
    if (!there.has(name)) return { path: inner, what: 'is in the first build only' };
    if (!here.has(name)) return { path: inner, what: 'is in the second build only' };
    const difference = firstDifference(left, right, inner);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function differenceOfEntries(left: string, a: Stats, right: string, b: Stats): string | undefined {
  if ((a.mode & ~KEPT_MODE) !== (b.mode & ~KEPT_MODE)) return 'is of another kind';
  if (a.isSymbolicLink()) {
    const [from, to] = [readlinkSync(left), readlinkSync(right)];
    return from === to ? undefined : `links to ${from} and to ${to}`;
  }
  if ((a.mode & KEPT_MODE) !== (b.mode & KEPT_MODE)) {
    return `has mode ${(a.mode & KEPT_MODE).toString(8)} and ${(b.mode & KEPT_MODE).toString(8)}`;
  }
  return a.isFile() ? differenceOfContents(readFileSync(left), readFileSync(right)) : undefined;
}

function differenceOfContents(a: Buffer, b: Buffer): string | undefined {
  if (a.equals(b)) return undefined;
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a[at] === b[at]) at += 1;
  const sizes = a.length === b.length ? '' : ` (${a.length} and ${b.length} bytes)`;
  return `differs from byte ${at} on${sizes}`;
}
