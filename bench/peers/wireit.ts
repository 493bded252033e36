/** wireit, started by `node --run`: npm in between costs more than wireit itself. */
import { linkModules, missingModule, pathWithNode, perComponent } from './npm-tools.ts';
import { inputOf, shellLine, writeFiles, type Peer } from './peer.ts';

export const wireit: Peer = {
  name: 'wireit',
  missing: () => missingModule('wireit/package.json'),
  write(graph, folder, options) {
    const dependencies = graph.map(({ name }) => `./packages/${name}:build`);
    const root = { name: 'bench', private: true, scripts: { build: 'wireit' }, wireit: { build: { dependencies } } };
    writeFiles(folder, {
      'package.json': JSON.stringify(root),
      ...perComponent(graph, 'input.txt', (component) => inputOf(component, options)),
      ...perComponent(graph, 'package.json', (component) =>
        JSON.stringify({
          name: component.name,
          scripts: { build: 'wireit' },
          wireit: {
            build: {
              command: shellLine(component, 'input.txt', 'out.txt'),
              files: ['input.txt'],
              output: ['out.txt'],
              dependencies: component.needs.map((need) => `../${need}:build`),
            },
          },
        }),
      ),
    });
    linkModules(folder);
    const env = { PATH: pathWithNode(), WIREIT_PARALLEL: String(options.jobs), WIREIT_LOGGER: 'quiet' };
    return { build: { name: 'wireit', command: [process.execPath, '--run', 'build'], cwd: folder, env } };
  },
};
