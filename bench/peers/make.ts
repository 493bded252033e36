/** GNU make, as most people run it and without its built-in rules, which cost most of its time. */
import { missingProgram, inputOf, shellLine, writeFiles, type Peer } from './peer.ts';

export const make: Peer = {
  name: 'make',
  missing: () => missingProgram('/usr/bin/make', 'make'),
  write(graph, folder, options) {
    const rules = graph.map((component) => {
      const { name, needs } = component;
      const sources = [`src/${name}`, ...needs.map((need) => `out/${need}`)];
      return `out/${name}: ${sources.join(' ')}\n\t${shellLine(component, `src/${name}`, '$@')}\n`;
    });
    const outputs = graph.map(({ name }) => `out/${name}`).join(' ');
    writeFiles(folder, {
      Makefile: `all: ${outputs}\n.PHONY: all\n${rules.join('')}`,
      'out/.keep': '',
      ...Object.fromEntries(graph.map((component) => [`src/${component.name}`, inputOf(component, options)])),
    });
    const build = { name: 'make', command: ['/usr/bin/make', `-j${options.jobs}`], cwd: folder } as const;
    return { build, others: [{ ...build, name: 'make -rR', command: [...build.command, '-rR'] }] };
  },
};
