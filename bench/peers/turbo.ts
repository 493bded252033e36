/** Turborepo as npm installs it, and its native program alone, without the few lines of Node that start it. */
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { inModules, missingModule, pathWithNode, perComponent } from './npm-tools.ts';
import { commitAll, inputOf, shellLine, writeFiles, type Peer } from './peer.ts';

const SHIM = 'turbo/bin/turbo';
const NATIVE = '@turbo/linux-64/bin/turbo';
const CONFIG = { tasks: { build: { dependsOn: ['^build'], inputs: ['input.txt'], outputs: ['out.txt'] } } };

export const turbo: Peer = {
  name: 'turbo',
  missing: () => missingModule(SHIM) ?? missingModule(NATIVE),
  write(graph, folder, options) {
    writeFiles(folder, {
      'package.json': JSON.stringify({
        name: 'bench',
        private: true,
        packageManager: 'npm@11.0.0',
        workspaces: ['packages/*'],
      }),
      'package-lock.json': JSON.stringify({ name: 'bench', lockfileVersion: 3, packages: {} }),
      'turbo.json': JSON.stringify(CONFIG),
      '.gitignore': 'out.txt\n.turbo\nstub\nbench-output\n',
      // Each task is `npm run build`, 0.3 s of CPU. To build quickly what is then up to date, npm is one that does only that.
      'stub/npm': `#!/bin/sh\nexec /bin/sh ./build.sh\n`,
      ...perComponent(graph, 'input.txt', (component) => inputOf(component, options)),
      ...perComponent(graph, 'build.sh', (component) => shellLine(component, 'input.txt', 'out.txt')),
      ...perComponent(graph, 'package.json', ({ name, needs }) =>
        JSON.stringify({
          name,
          version: '1.0.0',
          scripts: { build: 'sh build.sh' },
          dependencies: Object.fromEntries(needs.map((need) => [need, '1.0.0'])),
        }),
      ),
    });
    chmodSync(join(folder, 'stub', 'npm'), 0o755);
    commitAll(folder);
    const flags = ['run', 'build', `--concurrency=${options.jobs}`, '--output-logs=none'];
    const env = { PATH: pathWithNode(join(folder, 'stub')), TURBO_TELEMETRY_DISABLED: '1' };
    const native = { name: 'turbo, native', command: [inModules(NATIVE), ...flags], cwd: folder, env } as const;
    return {
      build: native,
      others: [{ ...native, name: 'turbo', command: [process.execPath, inModules(SHIM), ...flags] }],
    };
  },
};
