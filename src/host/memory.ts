/** The memory of a process and its offspring, as /proc shows it: works without any right over control groups. */
import { readdirSync, readFileSync } from 'node:fs';
import { hasCode, isMissing } from './files.ts';

/** Short enough that what a build takes between two looks is a fraction of a machine's memory. */
const LOOK_EVERY_MS = 250;
const KIBIBYTE = 1024;

/**
 * Calls `onExceeded` once, when the process and its offspring together hold more than `limitBytes` in memory.
 *
 * @param pid the first process of the tree
 */
export function watchMemory(pid: number, limitBytes: number, onExceeded: () => void): Disposable {
  const timer = setInterval(() => {
    if (!exceeds(pid, limitBytes)) return;
    clearInterval(timer);
    onExceeded();
  }, LOOK_EVERY_MS).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Resident sizes count shared pages once for each process; only where that passes the limit is the true share summed. */
function exceeds(pid: number, limitBytes: number): boolean {
  const pids = processTree(pid);
  const resident = sum(pids.map((each) => kibibytes(each, 'status', /^VmRSS:\s+(\d+) kB$/m)));
  if (resident <= limitBytes) return false;
  return sum(pids.map((each) => kibibytes(each, 'smaps_rollup', /^Pss:\s+(\d+) kB$/m))) > limitBytes;
}

/** The process and all that descend from it, as far as they are still there. */
function processTree(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(processTree)];
}

function childrenOf(pid: number): number[] {
  return threadsOf(pid).flatMap((thread) => {
    const children = readIfAlive(`/proc/${pid}/task/${thread}/children`) ?? '';
    return children.split(' ').filter(Boolean).map(Number);
  });
}

function threadsOf(pid: number): string[] {
  return orIfGone(() => readdirSync(`/proc/${pid}/task`)) ?? [];
}

function kibibytes(pid: number, file: string, pattern: RegExp): number {
  const [, value = '0'] = pattern.exec(readIfAlive(`/proc/${pid}/${file}`) ?? '') ?? [];
  return Number(value) * KIBIBYTE;
}

function readIfAlive(path: string): string | undefined {
  return orIfGone(() => readFileSync(path, 'latin1'));
}

/** A process may end between any two looks, and one that is ending may be closed to us. */
function orIfGone<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (isMissing(error) || hasCode(error, 'ESRCH') || hasCode(error, 'EACCES')) return undefined;
    throw error;
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
