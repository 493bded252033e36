/** The command line of docker and podman for a build: the options that both understand alike. */
import type { BuildDescription, Mount } from './executor.ts';
import { CAPABILITIES, HOST_NAME } from './bubblewrap-arguments.ts';

/** More than any build needs, fewer than would hurt the machine. */
const MOST_PROCESSES = 8192;

/** Arguments of `docker run` and `podman run` up to and with the build's command. */
export function containerArguments(name: string, description: BuildDescription): string[] {
  const { root, environment, mounts, limits, command } = description;
  if (root.kind !== 'image') throw new Error(`a container needs an image, not the folder ${root.path}`);
  const [program = '', ...args] = command;
  const bytes = String(limits.memoryBytes);
  return [
    ...['--rm', '--name', name, '--hostname', HOST_NAME],
    ...['--pull', 'never', '--network', 'none', '--init', '--user', '0:0', '--workdir', '/pkg'],
    ...['--read-only', '--tmpfs', `/tmp:rw,exec,nosuid,nodev,mode=1777,size=${bytes}`],
    ...['--cap-drop', 'ALL', ...CAPABILITIES.flatMap((each) => ['--cap-add', each])],
    ...['--security-opt', 'no-new-privileges', '--security-opt', 'label=disable'],
    ...['--memory', bytes, '--memory-swap', bytes, '--pids-limit', String(MOST_PROCESSES)],
    ...['--ulimit', 'core=0', '--ulimit', 'nofile=65536', '--log-driver', 'none'],
    ...Object.entries(environment).flatMap(([variable, value]) => ['--env', `${variable}=${value}`]),
    ...mounts.flatMap((mount) => ['--mount', mountOption(mount)]),
    ...['--entrypoint', program, root.reference, ...args],
  ];
}

/** A line of CSV, so that a comma or a quote in a path stays in it. */
function mountOption({ from, to, mode }: Mount): string {
  const fields = ['type=bind', `source=${from}`, `target=${to}`, ...(mode === 'ro' ? ['readonly'] : [])];
  return fields.map((field) => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',');
}
