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

export interface Offspring {
  readonly pid: number;
  readonly name: string;
}

/** The processes that one has started, those that they have started, and so on. */
export function offspringOf(pid: number): readonly Offspring[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statusOf(Number(name)));
  const below = (parent: number): readonly Offspring[] =>
    all.filter((each) => each.parent === parent).flatMap((each) => [each, ...below(each.pid)]);
  return below(pid).map(({ name, pid: found }) => ({ name, pid: found }));
}

/** Empty for one that is gone by now. */
function statusOf(pid: number): readonly (Offspring & { readonly parent: number })[] {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const field = (name: string): string => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '';
    return [{ pid, name: field('Name'), parent: Number(field('PPid')) }];
  } catch {
    return [];
  }
}
