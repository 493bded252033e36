/** Whether bubblewrap works on this machine: it is really run, since no setting alone decides it. */
import { readTextIfThere } from '../host/files.ts';
import { run } from '../host/process.ts';
import { UserError } from '../model/errors.ts';
import { bubblewrapArguments } from './bubblewrap-arguments.ts';

export type SandboxCheck =
  { readonly works: true } | { readonly works: false; readonly reason: string; readonly hint: string };

/** Switches of the kernel that forbid user namespaces to ordinary users, the value that does, and the way out. */
const SWITCHES = [
  { path: 'kernel/unprivileged_userns_clone', forbids: '0', allow: 'kernel.unprivileged_userns_clone=1' },
  { path: 'user/max_user_namespaces', forbids: '0', allow: 'user.max_user_namespaces=10000' },
  {
    path: 'kernel/apparmor_restrict_unprivileged_userns',
    forbids: '1',
    allow: 'kernel.apparmor_restrict_unprivileged_userns=0',
  },
] as const;

/** Opens the sandbox of a build once, on this machine's own files, and runs nothing in it. */
export async function checkBubblewrap(): Promise<SandboxCheck> {
  const root = { kind: 'folder', path: '/' } as const;
  const limits = { timeoutMs: 0, memoryBytes: 2 ** 20 };
  const description = { root, command: ['/bin/true'], environment: {}, mounts: [], limits };
  const args = bubblewrapArguments(description, { workingFolder: '/' });
  try {
    const { status, stderr } = await run('bwrap', args);
    return status === 0 ? { works: true } : { works: false, reason: stderr.trim(), hint: await hint() };
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'HOST_INCOMPLETE') throw error;
    return { works: false, reason: error.message, hint: 'Install bubblewrap: "dcos-build doctor --fix" does.' };
  }
}

async function hint(): Promise<string> {
  for (const { path, forbids, allow } of SWITCHES) {
    const value = await readTextIfThere(`/proc/sys/${path}`);
    if (value?.trim() === forbids) return `Allow user namespaces: run "sysctl -w ${allow}" as root.`;
  }
  return 'In a container, allow it user namespaces and a /proc of its own: docker needs --privileged, or --security-opt seccomp=unconfined with --security-opt systempaths=unconfined.';
}
