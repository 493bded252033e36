/** A node in little: the runtime root, a bootstrap at /opt/mesosphere, no network but its own loopback. */
import { run } from '../../src/host/process.ts';

export interface Sandbox {
  readonly root: string;
  /** The unpacked bootstrap on this host. */
  readonly mesosphere: string;
  /** Whether it sees this host's network, for what the run itself serves on loopback. */
  readonly sharesNetwork?: boolean;
}

/** Nothing can be written but here: a program that changes what is installed fails. */
const WRITABLE = ['/tmp', '/run', '/var/lib'];

/**
 * What DC/OS sets for its services, less the library path: every program must find its libraries by itself, so that
 * those of the node, which are run with the same environment, find theirs.
 */
const PROLOGUE = `set -euo pipefail; set -a; . /opt/mesosphere/environment.export; unset LD_LIBRARY_PATH; set +a\n`;

/** Runs a bash script to its end, and with it all that it started; output and errors come as one text. */
export async function inSandbox(sandbox: Sandbox, script: string): Promise<{ status: number; output: string }> {
  const { status, stdout, stderr } = await run('bwrap', [
    ...sandboxArguments(sandbox),
    '/bin/bash',
    '-c',
    PROLOGUE + script,
  ]);
  return { status, output: stdout + stderr };
}

function sandboxArguments({ root, mesosphere, sharesNetwork = false }: Sandbox): string[] {
  const isolation = [
    '--unshare-all',
    ...(sharesNetwork ? ['--share-net'] : []),
    '--die-with-parent',
    '--new-session',
    '--uid',
    '0',
    '--gid',
    '0',
  ];
  const files = [
    '--ro-bind',
    root,
    '/',
    '--proc',
    '/proc',
    '--dev',
    '/dev',
    '--tmpfs',
    '/opt',
    '--ro-bind',
    mesosphere,
    '/opt/mesosphere',
  ];
  const writable = WRITABLE.flatMap((path) => ['--tmpfs', path]);
  const environment = { PATH: '/usr/bin:/bin:/sbin', HOME: '/tmp', LC_ALL: 'C.UTF-8' };
  const variables = Object.entries(environment).flatMap(([name, value]) => ['--setenv', name, value]);
  return [...isolation, ...files, ...writable, '--clearenv', ...variables, '--chdir', '/tmp'];
}
