/** The command line of bubblewrap for a build: all that the build sees is what is named here. */
import type { BuildDescription, Mount } from './executor.ts';

/** The name of the machine as every build sees it. */
export const HOST_NAME = 'dcos-build';

/**
 * What root can do inside beyond being the owner: as in a container engine, read and change any file mounted rw, and
 * change its mode. A build run by an ordinary user and one run by root have the same.
 */
export const CAPABILITIES = ['CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_FOWNER', 'CAP_FSETID', 'CAP_KILL'] as const;

/** What of a build's description decides its command line. */
export type Sandboxed = Omit<BuildDescription, 'id'>;

export interface SandboxOptions {
  /** Keeps the terminal, for a shell; a build has none, and so cannot type into it. */
  readonly terminal?: boolean;
  /** Where bubblewrap reports its child and its end, as lines of JSON. */
  readonly statusDescriptor?: number;
  /** Default: `/pkg`. */
  readonly workingFolder?: string;
}

/** Arguments of `bwrap` up to and with the build's command. */
export function bubblewrapArguments(description: Sandboxed, options: SandboxOptions = {}): string[] {
  const { root, environment, mounts, limits, command } = description;
  if (root.kind !== 'folder') throw new Error(`bubblewrap needs a folder, not the image ${root.reference}`);
  return [
    ...['--unshare-all', '--uid', '0', '--gid', '0', '--hostname', HOST_NAME],
    ...['--die-with-parent', ...(options.terminal === true ? [] : ['--new-session'])],
    ...(options.statusDescriptor === undefined ? [] : ['--json-status-fd', String(options.statusDescriptor)]),
    ...['--cap-drop', 'ALL', ...CAPABILITIES.flatMap((name) => ['--cap-add', name])],
    ...['--clearenv', ...Object.entries(environment).flatMap(([name, value]) => ['--setenv', name, value])],
    ...['--ro-bind', root.path, '/'],
    // Read-only, since for a build run by root the kernel's switches in /proc/sys would be its own files.
    ...['--proc', '/proc', '--remount-ro', '/proc'],
    ...['--dev', '/dev'],
    ...['--perms', '1777', '--size', String(limits.memoryBytes), '--tmpfs', '/tmp'],
    ...mounts.flatMap(mountArguments),
    ...['--chdir', options.workingFolder ?? '/pkg', '--', ...command],
  ];
}

function mountArguments({ mode, from, to }: Mount): string[] {
  return [mode === 'rw' ? '--bind' : '--ro-bind', from, to];
}
