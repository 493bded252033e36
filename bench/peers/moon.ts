/** moon: its native program. It takes no workspace that is the home folder. */
import { join } from 'node:path';
import { inModules, missingModule, pathWithNode, perComponent } from './npm-tools.ts';
import { commitAll, inputOf, shellLine, writeFiles, type Peer } from './peer.ts';

const PROGRAM = '@moonrepo/core-linux-x64-gnu/moon';
const WORKSPACE = `projects: ["packages/*"]
vcs: { client: git, defaultBranch: main }
telemetry: false
pipeline: { autoCleanCache: false }
`;

export const moon: Peer = {
  name: 'moon',
  missing: () => missingModule(PROGRAM),
  write(graph, folder, options) {
    writeFiles(folder, {
      '.moon/workspace.yml': WORKSPACE,
      '.gitignore': 'out.txt\n.moon/cache\nbench-output\n',
      ...perComponent(graph, 'input.txt', (component) => inputOf(component, options)),
      ...perComponent(graph, 'moon.yml', (component) =>
        JSON.stringify({
          dependsOn: component.needs,
          tasks: {
            build: {
              command: `sh -c ${JSON.stringify(shellLine(component, 'input.txt', 'out.txt'))}`,
              toolchain: 'system',
              deps: ['^:build'],
              inputs: ['input.txt'],
              outputs: ['out.txt'],
            },
          },
        }),
      ),
    });
    commitAll(folder);
    const command = [inModules(PROGRAM), 'run', ':build', '--concurrency', String(options.jobs)] as const;
    return { build: { name: 'moon', command, cwd: folder, env: { PATH: pathWithNode(), HOME: join(folder, '..') } } };
  },
};
