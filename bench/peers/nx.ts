/** Nx, with its daemon and without. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inModules, linkModules, missingModule, pathWithNode, perComponent } from './npm-tools.ts';
import { commitAll, inputOf, shellLine, writeFiles, type Peer } from './peer.ts';

const PROGRAM = 'nx/dist/bin/nx.js';
const TARGET = {
  cache: true,
  dependsOn: ['^build'],
  inputs: ['{projectRoot}/input.txt'],
  outputs: ['{projectRoot}/out.txt'],
};

export const nx: Peer = {
  name: 'nx',
  missing: () => missingModule(PROGRAM),
  write(graph, folder, options) {
    writeFiles(folder, {
      'package.json': JSON.stringify({ name: 'bench', version: '0.0.0', private: true }),
      'nx.json': JSON.stringify({ neverConnectToCloud: true, analytics: false, targetDefaults: { build: TARGET } }),
      '.gitignore': 'out.txt\n.nx\nnode_modules\nbench-output\n',
      ...perComponent(graph, 'input.txt', (component) => inputOf(component, options)),
      ...perComponent(graph, 'project.json', (component) => {
        const { name, needs } = component;
        const command = shellLine(component, 'input.txt', 'out.txt');
        const run = { executor: 'nx:run-commands', options: { command, cwd: `packages/${name}` } };
        return JSON.stringify({ name, implicitDependencies: needs, targets: { build: run } });
      }),
    });
    linkModules(folder);
    commitAll(folder);
    const flags = [`--parallel=${options.jobs}`, '--outputStyle=static'];
    const env = { PATH: pathWithNode(), NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true' };
    const command = [process.execPath, inModules(PROGRAM), 'run-many', '--target=build', ...flags] as const;
    const build = { name: 'nx, no daemon', command, cwd: folder, env };
    const server = (): number | undefined => daemonOf(folder);
    return {
      build,
      others: [{ ...build, name: 'nx, daemon', env: { ...env, NX_DAEMON: 'true' }, server }],
      stop: () => {
        const pid = server();
        if (pid !== undefined) process.kill(pid, 'SIGTERM');
      },
    };
  },
};

function daemonOf(folder: string): number | undefined {
  try {
    const text = readFileSync(join(folder, '.nx/workspace-data/d/server-process.json'), 'utf8');
    const { processId } = JSON.parse(text) as { readonly processId: number }; // oxlint-disable-line typescript/no-unsafe-type-assertion
    process.kill(processId, 0);
    return processId;
  } catch {
    return undefined;
  }
}
