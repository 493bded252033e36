/**
 * The command line run as root and as an ordinary user with ids to give away, on machines where there is no such user:
 * the files that name one are laid over /etc in a mount namespace of the run's own.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { MAIN, type Rig, type Running } from './rig.ts';

/** Numbers of who runs it. */
const WHO = { root: 0, 'an ordinary user': 4711 } as const;

export type Who = keyof typeof WHO;

/** Who runs tests without being root can install what they need, and so become it. */
const AS_ROOT = process.getuid?.() === 0 ? '' : 'sudo -n ';

/** What holds the program with all that it loads: the folder of the built one, or the project. */
const AROUND = resolve(dirname(MAIN), MAIN.endsWith('.ts') ? '../..' : '..');

/** The program and its Node are mounted too, for they may lie in a folder that nobody else can look into. */
const RUN_AS = `set -eu
uid=$1 path=$2
shift 2
if [ "$uid" != 0 ]; then
  mount -t overlay -o lowerdir="$PWD/machine/etc:/etc" overlay /etc
  mount --bind '${AROUND}' machine/program
  mount --bind '${process.execPath}' machine/node
  set -- machine/node 'machine/program/${relative(AROUND, MAIN)}' "$@"
else
  set -- '${process.execPath}' '${MAIN}' "$@"
fi
echo "$$" >machine/pid
exec setpriv --reuid="$uid" --regid="$uid" --clear-groups env --ignore-environment PATH="$path" HOME="$PWD" \\
  LC_ALL=C.UTF-8 TMPDIR="$PWD/tmp" NODE_DISABLE_COMPILE_CACHE=1 "$@"
`;

/** Prepares the folder of a rig, with a folder `tmp` for temporary files in it. */
export function addOrdinaryUser(rig: Rig): void {
  const id = WHO['an ordinary user'];
  rig.write('machine/etc/passwd', `${readFileSync('/etc/passwd', 'utf8')}ordinary:x:${id}:${id}::/:/bin/sh\n`);
  rig.write('machine/etc/group', `${readFileSync('/etc/group', 'utf8')}ordinary:x:${id}:\n`);
  for (const name of ['subuid', 'subgid']) rig.write(`machine/etc/${name}`, 'ordinary:200000:65536\n');
  rig.write('machine/run-as', RUN_AS);
  rig.write('machine/node', '');
  for (const name of ['machine/program', 'tmp']) mkdirSync(rig.path(name));
}

export interface RunningAs extends Pick<Running, 'sees' | 'end'> {
  /** Ends the command line at once, by `kill -9`, and nothing else. */
  readonly killHard: () => Promise<void>;
  /** Of the command line; known once it runs. */
  readonly pid: () => number;
}

/** @param programs a folder of programs that come before those of the machine */
export function startAs(who: Who, rig: Rig, args: readonly string[], programs?: string): RunningAs {
  const path = [programs, process.env['PATH']].filter((each) => each !== undefined).join(':');
  const namespace = who === 'root' ? '' : 'unshare --mount ';
  const words = args.map((arg) => `'${arg}'`).join(' ');
  const running = rig.startShell(`exec ${AS_ROOT}${namespace}bash machine/run-as ${WHO[who]} '${path}' ${words}`);
  const pid = (): number => Number(readFileSync(rig.path('machine/pid'), 'utf8'));
  const killHard = async (): Promise<void> => {
    await rig.shell(`${AS_ROOT}kill -KILL ${pid()}`);
  };
  return { sees: running.sees, end: running.end, killHard, pid };
}

/** What a run writes to is theirs from now on; the rest they can read. */
export async function giveTo(who: Who, rig: Rig): Promise<void> {
  await chown(rig, WHO[who]);
}

/** It belongs to who runs the tests again, as it must for to be changed or removed. */
export async function takeBack(rig: Rig): Promise<void> {
  await chown(rig, process.getuid?.() ?? 0);
}

async function chown(rig: Rig, uid: number): Promise<void> {
  const { status, stderr } = await rig.shell(`${AS_ROOT}chown --recursive --no-dereference ${uid}:${uid} out tmp`);
  if (status !== 0) throw new Error(stderr);
}
