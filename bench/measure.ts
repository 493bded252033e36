/** Runs commands and takes their time: wall, CPU of all processes, memory. Contestants take turns, so that load hits all. */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';

export interface Contestant {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A server of it that works for the command: its CPU counts too. */
  readonly server?: () => number | undefined;
}

export interface Sample {
  readonly wallMs: number;
  /** User and system time of the command and all it waited for, and of its server. */
  readonly cpuMs: number;
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface Result {
  readonly name: string;
  readonly wallMs: Spread;
  readonly cpuMs: Spread;
  readonly rounds: number;
  /** The machine's 1-minute load at the end. */
  readonly load: number;
}

/** bash's `time` has milliseconds, and forks from a small process: starting a command from Node costs more than that. */
const TIMED = 'TIMEFORMAT="%3R %3U %3S"; time "$@" >"$0" 2>&1';
/** Where a command's output goes, in its working folder; the tools that look at all files are told to ignore it. */
const OUTPUT_FILE = 'bench-output';
/** The environment of every command: nothing of this shell, of npm or of CI tells a tool to behave in another way. */
const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C.UTF-8', TERM: 'dumb' };

/** Who takes longer than this needs no more than {@link ENOUGH_ROUNDS} for a ratio that says the same. */
const SLOW_MS = 2000;
const ENOUGH_ROUNDS = 3;

/**
 * Runs every contestant once a round, each round beginning with another one.
 *
 * @param before called before each run, untimed
 */
export async function contest(
  contestants: readonly Contestant[],
  rounds: number,
  before?: (contestant: Contestant) => Promise<void> | void,
): Promise<Result[]> {
  const samples = new Map<string, Sample[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < contestants.length; turn += 1) {
      const contestant = contestants[(turn + round) % contestants.length];
      const taken = samples.get(contestant?.name ?? '');
      if (contestant === undefined || taken === undefined || isSlow(taken)) continue;
      await before?.(contestant);
      taken.push(await time(contestant));
    }
  }
  return contestants.map(({ name }) => toResult(name, samples.get(name) ?? []));
}

function isSlow(taken: readonly Sample[]): boolean {
  return taken.length >= ENOUGH_ROUNDS && taken.every(({ wallMs }) => wallMs > SLOW_MS);
}

/** Sums up the samples of one contestant. */
function toResult(name: string, samples: readonly Sample[]): Result {
  return {
    name,
    wallMs: spread(samples.map(({ wallMs }) => wallMs)),
    cpuMs: spread(samples.map(({ cpuMs }) => cpuMs)),
    rounds: samples.length,
    load: loadavg()[0] ?? 0,
  };
}

/** Runs a command to its end. A command that fails is a mistake of the bench, so it throws with what it said. */
export async function time(contestant: Contestant): Promise<Sample> {
  const { command, cwd, server } = contestant;
  const serverBefore = serverCpuMs(server);
  // Its output goes to a file and no pipe: a server that the command starts would hold a pipe open for ever.
  const output = join(cwd, OUTPUT_FILE);
  const child = spawn('/bin/bash', ['-c', TIMED, output, ...command], {
    cwd,
    env: environmentOf(contestant),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let times = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (times += text));
  const status = await new Promise<number | null>((done, failed) => child.once('error', failed).once('close', done));
  if (status !== 0) {
    const said = tail(readFileSync(output, 'utf8'));
    throw new Error(`${contestant.name} ended with ${status}: ${command.join(' ')}\n${said}`);
  }
  const [wall = 0, user = 0, system = 0] = times.trim().split(' ').map(Number);
  const serverMs = serverCpuMs(server) - serverBefore;
  return { wallMs: wall * 1000, cpuMs: (user + system) * 1000 + Math.max(0, serverMs) };
}

/** Most memory that one process of the command held, in MiB, as GNU time saw it in a run of its own. */
export function peakMiB(contestant: Contestant): number {
  const { status, stderr } = spawnSync('/usr/bin/time', ['--quiet', '-f', '%M', ...contestant.command], {
    cwd: contestant.cwd,
    env: environmentOf(contestant),
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`GNU time failed: ${tail(stderr)}`);
  return Number(/(\d+)\s*$/.exec(stderr)?.[1]) / 1024;
}

/** What the command and all it waited for have read from files and pipes, in MiB, in a run of its own. */
export function readMiB(contestant: Contestant): number {
  const script = '"$@" >/dev/null 2>&1 || exit 1; while read -r line; do echo "$line"; done </proc/$$/io';
  const { status, stdout } = spawnSync('/bin/bash', ['-c', script, 'bash', ...contestant.command], {
    cwd: contestant.cwd,
    env: environmentOf(contestant),
    encoding: 'utf8',
  });
  const [, bytes] = /^rchar: (\d+)$/m.exec(stdout) ?? [];
  if (status !== 0 || bytes === undefined) throw new Error(`${contestant.name} ended with ${status}`);
  return Number(bytes) / 2 ** 20;
}

function spread(values: readonly number[]): Spread {
  const ordered = values.toSorted((left, right) => left - right);
  const middle = Math.floor(ordered.length / 2);
  const upper = ordered[middle] ?? Number.NaN;
  const median = ordered.length % 2 === 1 ? upper : ((ordered[middle - 1] ?? Number.NaN) + upper) / 2;
  return { median, min: ordered[0] ?? Number.NaN, max: ordered.at(-1) ?? Number.NaN };
}

/** Utime and stime in /proc are counted in hundredths of a second. */
const TICK_MS = 10;

function serverCpuMs(server: Contestant['server']): number {
  const pid = server?.();
  if (pid === undefined) return 0;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return 0;
  }
}

function environmentOf({ cwd, env }: Contestant): Record<string, string> {
  return { ...ENVIRONMENT, HOME: cwd, ...env };
}

function tail(text: string): string {
  return text.split('\n').slice(-15).join('\n');
}
