/** What was seen of files, as numbers to keep in a state file, and the check whether anything has changed since. */
import type { Stats } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { statIfThere } from './stat.ts';

/** Plain data for JSON: five numbers for each path, in the order of the paths. */
export interface Observations {
  readonly paths: readonly string[];
  /** Kind, size, mtime and ctime in milliseconds with fraction, inode; null after JSON where it was not to be trusted. */
  readonly stats: readonly (number | null)[];
}

const NUMBERS_PER_PATH = 5;

/**
 * Age in milliseconds that a change must have for its time stamp to be trusted. The kernel stamps files with a clock
 * that ticks every 10 ms at worst; file systems that count whole seconds show themselves by the lack of a fraction.
 */
const TICK_MS = { fine: 20, coarse: 2000 } as const;

/**
 * Appends the fingerprint of one path. A file that was changed just before (or after) the reading began might change
 * once more within the same tick and look the same, as git's index knows it too: its time is noted as NaN, which equals
 * nothing, so that the next check calls it changed.
 */
export function observe(into: number[], stats: Stats | undefined, startedMs: number): void {
  if (stats === undefined) {
    into.push(0, 0, 0, 0, 0);
    return;
  }
  const changedMs = changeOf(stats);
  const tick = changedMs % 1000 === 0 ? TICK_MS.coarse : TICK_MS.fine;
  const mtime = changedMs >= startedMs - tick ? Number.NaN : stats.mtimeMs;
  into.push(kindNumber(stats), stats.size, mtime, stats.ctimeMs, stats.ino);
}

/** Waits until what is read from now on can be trusted: not at all if the file was not changed just now, else for two ticks. */
export async function settle(stats: Stats | undefined, signal: AbortSignal | undefined): Promise<void> {
  const ageMs = Date.now() - (stats === undefined ? 0 : changeOf(stats));
  // Where only seconds are counted, to read once more is no slower than to wait.
  if (ageMs <= TICK_MS.fine) await sleep(2 * TICK_MS.fine, undefined, { signal });
}

function changeOf({ mtimeMs, ctimeMs }: Stats): number {
  return Math.max(mtimeMs, ctimeMs);
}

/** Whether every path still looks as it did. One stat a path and nothing else; stops at the first difference. */
export function unchanged({ paths, stats: seen }: Observations): boolean {
  for (let index = 0, at = 0; index < paths.length; index += 1, at += NUMBERS_PER_PATH) {
    const now = statIfThere(paths[index] ?? '');
    if (now === undefined) {
      if (seen[at] !== 0) return false;
    } else if (
      seen[at] !== kindNumber(now) ||
      seen[at + 1] !== now.size ||
      seen[at + 2] !== now.mtimeMs ||
      seen[at + 3] !== now.ctimeMs ||
      seen[at + 4] !== now.ino
    ) {
      return false;
    }
  }
  return true;
}

/** The type bits of the mode; never 0, which stands for a missing path. */
function kindNumber(stats: Stats): number {
  return stats.mode & 0o170000;
}
