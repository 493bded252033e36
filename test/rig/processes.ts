/** What runs on this machine, to see that nothing of ours is left. */
import { readdirSync, readFileSync } from 'node:fs';

/** A time to sleep that no other process of this machine sleeps: by it the processes of a sandbox are known. */
export const LONG_NAP = String(1_000_000_000 + process.pid);

/** Command lines of the processes that have the text in theirs, this one aside; words are joined by spaces. */
export function processesWith(text: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => commandLine(pid))
    .filter((line) => line.includes(text));
}

/** Empty for one that is gone by now, and for a zombie. */
function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}
