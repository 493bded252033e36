/** A program that runs for long, with its output as it comes and its offspring in a session of its own. */
import { spawn, type ChildProcess, type IOType } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasCode, isMissing } from './files.ts';
import { openPipe } from './named-pipe.ts';

/** Where the program finds its status channel. */
export const STATUS_DESCRIPTOR = 3;
/** Where the launcher finds a channel that ends when this process does. */
const LIFE_DESCRIPTOR = 4;
/** The first descriptor that is neither ours nor, in scripts, commonly their own. */
const FIRST_FREE_DESCRIPTOR = 10;

/** Above are those of programs that a signal ended, as shells tell it. */
const LARGEST_STATUS = 128;

/**
 * Runs the program as its child, and gives it, whatever this process has: no core files, a fixed mask, a fixed number
 * of open files (or the most that is allowed here), and the kernel's first choice when the machine runs out of memory.
 *
 * Beside the program waits a guard for the end of this process, by `kill -9` too. It stops the program before it looks
 * for its children, so that none is born unseen: a bubblewrap killed while it sets up a sandbox would leave the first
 * process of that to itself. A program that a signal ends may have left such a process too (one that tells of its child
 * when nobody listens any more is ended by SIGPIPE): then the guard lives on, and whoever is still there ends the group,
 * this process or the guard.
 */
const LAUNCHER = `
umask 022
ulimit -c 0
ulimit -n 65536 2>/dev/null || ulimit -S -n "$(ulimit -H -n)"
echo 500 2>/dev/null >/proc/self/oom_score_adj
{
  exec ${STATUS_DESCRIPTOR}>&- >/dev/null 2>&1
  read -r _ <&${LIFE_DESCRIPTOR}
  read -r self _ </proc/self/stat
  read -r programs </proc/$$/task/$$/children
  for program in $programs; do
    [ "$program" = "$self" ] && continue
    kill -STOP "$program"
    while read -r stat </proc/"$program"/stat; do
      case $stat in *') '[TZX]' '*) break ;; esac
    done
    read -r children </proc/"$program"/task/"$program"/children
    kill -KILL $children "$program"
  done
  kill -KILL 0
} &
exec 6>&1 >/dev/null 2>&1
"$@" >&6 2>&1 ${LIFE_DESCRIPTOR}<&- 6>&-
status=$?
[ $status -gt ${LARGEST_STATUS} ] || kill -KILL $!
exit $status`;

export interface GroupOptions {
  /** The whole environment of the program; default: this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Standard output and error together, in the order written. Nothing is read on until it returns. */
  readonly onOutput: (chunk: Uint8Array) => void;
  /** Each line that the program writes to descriptor 3. */
  readonly onStatus?: (line: string) => void;
  /** Files that the program finds open for reading and writing, by descriptor (from 10 on). */
  readonly descriptors?: ReadonlyMap<number, string>;
}

export interface GroupEnd {
  /** Exit status, or undefined if a signal ended the program. */
  readonly code: number | undefined;
  readonly signal: string | undefined;
}

export interface ProcessGroup {
  /** Of the launcher, which leads the group. */
  readonly pid: number;
  /** When the program has ended and all its output and status lines are handed over. */
  readonly ended: Promise<GroupEnd>;
}

/** Starts a program, looked up in the PATH of its environment; one that is not there ends with 127, as in a shell. */
export async function startGroup(
  program: string,
  args: readonly string[],
  options: GroupOptions,
): Promise<ProcessGroup> {
  const output = await openPipe();
  using files = openAll(options.descriptors ?? new Map());
  const child = spawn('/bin/sh', ['-c', LAUNCHER, 'sh', program, ...args], {
    detached: true,
    env: options.env ?? process.env,
    stdio: ['ignore', output.writer, output.writer, 'pipe', 'pipe', ...files.stdio],
  });
  output.closeWriter();
  const outputRead = handOver(output.reader, options.onOutput);
  const statusRead = handOverLines(child.stdio[STATUS_DESCRIPTOR], options.onStatus);
  const exited = exitOf(child);
  return { pid: child.pid ?? 0, ended: Promise.all([exited, outputRead, statusRead]).then(([end]) => end) };
}

/** Opens the files, and lays them out as Node's `stdio` wants them, after our own. */
function openAll(
  descriptors: ReadonlyMap<number, string>,
): Disposable & { readonly stdio: readonly (number | IOType)[] } {
  const opened = new Map([...descriptors].map(([number, path]) => [number, openSync(path, constants.O_RDWR)]));
  const wrong = [...opened.keys()].find((number) => number < FIRST_FREE_DESCRIPTOR);
  if (wrong !== undefined) throw new Error(`descriptor ${wrong} is taken`);
  const last = Math.max(LIFE_DESCRIPTOR, ...opened.keys());
  const stdio = Array.from({ length: last - LIFE_DESCRIPTOR }, (_, index) => {
    return opened.get(index + LIFE_DESCRIPTOR + 1) ?? 'ignore';
  });
  return { stdio, [Symbol.dispose]: () => opened.forEach((fd) => closeSync(fd)) };
}

function exitOf(child: ChildProcess): Promise<GroupEnd> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      const end = { code: code ?? undefined, signal: signal ?? undefined };
      const { pid } = child;
      if (pid === undefined || (code ?? Infinity) <= LARGEST_STATUS) resolve(end);
      else endGroup(pid).then(() => resolve(end), reject);
    });
  });
}

/**
 * Ends the guard that outlived its launcher, and waits until it is gone. Not for ever: whoever inherits it may be slow to
 * bury it, and it is dead by then.
 */
async function endGroup(pid: number): Promise<void> {
  killGroup({ pid });
  for (let wait = 1; wait < 500 && isGroup(pid); wait *= 2) await sleep(wait);
}

function isGroup(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch (error) {
    if (hasCode(error, 'ESRCH')) return false;
    throw error;
  }
}

function handOver(stream: Readable, take: (chunk: Uint8Array) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.on('data', take);
    stream.once('error', reject);
    stream.once('close', resolve);
  });
}

async function handOverLines(stream: unknown, take: ((line: string) => void) | undefined): Promise<void> {
  if (!(stream instanceof Readable)) return;
  for await (const line of createInterface({ input: stream })) take?.(line);
}

/** Asks a program started by {@link startGroup} to end, and all that it started in its group: they may clean up first. */
export function terminateGroup({ pid }: ProcessGroup): void {
  signalTo(-pid, 'SIGTERM');
}

/** Ends a program started by {@link startGroup} at once, with all that is still in its group. */
export function killGroup({ pid }: Pick<ProcessGroup, 'pid'>): void {
  signalTo(-pid, 'SIGKILL');
}

/** Ends one process at once; one that is gone already is left in peace. */
export function killProcess(pid: number): void {
  signalTo(pid, 'SIGKILL');
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}

/**
 * Waits until a process that was told to end has done so. The first process of a pid namespace ends after all others
 * in it. Its parent may not be ours, and may be slow to bury it: a zombie counts as gone.
 */
export async function processGone(pid: number): Promise<void> {
  for (let wait = 1; isRunning(pid); wait = Math.min(wait * 2, 50)) await sleep(wait);
}

function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch (error) {
    if (isMissing(error) || hasCode(error, 'ESRCH')) return false;
    throw error;
  }
}
