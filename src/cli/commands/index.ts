/** Every command, with the module that holds it: loaded only when it is the one that was asked for. */
import type { Command } from '../command.ts';

interface Entry {
  readonly name: string;
  readonly describe: string;
  readonly load: () => Promise<Command>;
}

export const COMMANDS: readonly Entry[] = [
  {
    name: 'tree',
    describe: 'list the components with their state',
    load: async () => (await import('./tree.ts')).tree,
  },
  { name: 'plan', describe: 'show what a build would do, and why', load: async () => (await import('./plan.ts')).plan },
  {
    name: 'build',
    describe: 'build and publish what is missing',
    load: async () => (await import('./build.ts')).build,
  },
  {
    name: 'release',
    describe: 'publish releases to a store, promote, verify and clean them',
    load: async () => (await import('./release.ts')).release,
  },
  {
    name: 'publish',
    describe: 'upload packages to a store, for other machines to fetch',
    load: async () => (await import('./publish.ts')).publish,
  },
  {
    name: 'fetch',
    describe: 'fetch packages and releases from a store, verified',
    load: async () => (await import('./fetch.ts')).fetch,
  },
  {
    name: 'log',
    describe: 'show the log of the last build of a component',
    load: async () => (await import('./log.ts')).log,
  },
  { name: 'why', describe: 'explain an id, or a requirement', load: async () => (await import('./why.ts')).why },
  { name: 'graph', describe: 'print the graph of requirements', load: async () => (await import('./graph.ts')).graph },
  {
    name: 'diff',
    describe: 'compare two trees, releases or bills of materials',
    load: async () => (await import('./diff.ts')).diff,
  },
  {
    name: 'cve',
    describe: 'look for known vulnerabilities in a database',
    load: async () => (await import('./cve.ts')).cve,
  },
  {
    name: 'outdated',
    describe: 'show which pins have newer versions upstream',
    load: async () => (await import('./outdated.ts')).outdated,
  },
  {
    name: 'pin',
    describe: 'move the pins of a component to a version',
    load: async () => (await import('./pin.ts')).pin,
  },
  {
    name: 'bom',
    describe: 'write the bill of materials as CycloneDX or SPDX',
    load: async () => (await import('./bom.ts')).bom,
  },
  {
    name: 'licenses',
    describe: 'list the components by licence, or check their licences',
    load: async () => (await import('./licenses.ts')).licenses,
  },
  {
    name: 'key',
    describe: 'make keys for signing, and list, trust and revoke them',
    load: async () => (await import('./key.ts')).key,
  },
  { name: 'store', describe: 'list, verify and clean the store', load: async () => (await import('./store.ts')).store },
  {
    name: 'image',
    describe: 'show what a disk image holds and whether Azure would take it, and upload it',
    load: async () => (await import('./image.ts')).image,
  },
  {
    name: 'cluster',
    describe: 'make ARM templates of clusters, check, draw and compare them',
    load: async () => (await import('./cluster.ts')).cluster,
  },
  {
    name: 'builder',
    describe: 'lock and make builder roots',
    load: async () => (await import('./builder.ts')).builder,
  },
  {
    name: 'source',
    describe: 'list, mirror and verify pinned sources',
    load: async () => (await import('./source.ts')).source,
  },
  {
    name: 'doctor',
    describe: 'check this machine, and install what it lacks',
    load: async () => (await import('./doctor.ts')).doctor,
  },
];
