/** Ninja: the fastest of all at finding that nothing is to do. */
import { missingProgram, inputOf, shellLine, writeFiles, type Peer } from './peer.ts';

export const ninja: Peer = {
  name: 'ninja',
  missing: () => missingProgram('/usr/bin/ninja', 'ninja-build'),
  write(graph, folder, options) {
    const rules = graph.map((component) => {
      const { name, needs } = component;
      const implicit = needs.length === 0 ? '' : ` | ${needs.map((need) => `out/${need}`).join(' ')}`;
      return `build out/${name}: run src/${name}${implicit}\n  line = ${shellLine(component, `src/${name}`, `out/${name}`)}\n`;
    });
    const inputs = graph.map((component) => [`src/${component.name}`, inputOf(component, options)]);
    writeFiles(folder, {
      'build.ninja': `rule run\n  command = $line\n${rules.join('')}`,
      ...Object.fromEntries(inputs),
    });
    return { build: { name: 'ninja', command: ['/usr/bin/ninja', `-j${options.jobs}`], cwd: folder } };
  },
};
