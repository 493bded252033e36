/** Bazel as Debian bootstraps it, with a warm server and without sandboxes: its fastest way. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingProgram, inputOf, shellLine, writeFiles, type Peer } from './peer.ts';

export const bazel: Peer = {
  name: 'bazel, warm',
  missing: () => missingProgram('/usr/bin/bazel', 'bazel-bootstrap'),
  write(graph, folder, options) {
    const files = graph.flatMap((component) => {
      const { name, needs } = component;
      const sources = ['input', ...needs.map((need) => `//${need}`)].map((source) => JSON.stringify(source)).join(', ');
      const line = shellLine(component, '$(location input)', '$@');
      const rule = `genrule(name = "${name}", srcs = [${sources}], outs = ["out"], cmd = "${line}", visibility = ["//visibility:public"])\n`;
      return [
        [`${name}/BUILD`, rule],
        [`${name}/input`, inputOf(component, options)],
      ];
    });
    const workspace = join(folder, 'workspace');
    writeFiles(workspace, { WORKSPACE: '', ...Object.fromEntries(files) });
    const base = join(folder, 'base');
    const startup = [`--output_base=${base}`, `--output_user_root=${join(folder, 'user')}`, '--max_idle_secs=600'];
    const flags = [`--jobs=${options.jobs}`, `--local_cpu_resources=${options.jobs}`, '--spawn_strategy=local'];
    const server = (): number | undefined => serverOf(base);
    return {
      build: {
        name: 'bazel, warm',
        command: ['/usr/bin/bazel', ...startup, 'build', ...flags, '//...'],
        cwd: workspace,
        server,
      },
      stop: () => {
        const pid = server();
        if (pid !== undefined) process.kill(pid, 'SIGKILL');
      },
    };
  },
};

function serverOf(base: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(base, 'server', 'server.pid.txt'), 'utf8'));
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined;
  }
}
