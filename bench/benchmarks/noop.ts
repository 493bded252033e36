/** A build of a tree in which nothing has changed, against tools that build the same graph. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, Benchmark } from '../benchmark.ts';
import { randomGraph } from '../graph.ts';
import { contest, peakMiB, time, type Contestant, type Result } from '../measure.ts';
import { PEERS } from '../peers/index.ts';
import { folderName, type Peer, type Project } from '../peers/peer.ts';
import { TIME_COLUMNS, timeCells, type Goal, type Report, type Table } from '../report.ts';

const { make, ninja, nix, bazel, turbo, nx, moon, wireit } = PEERS;

/** The npm tools need minutes, or a gigabyte, for thousands. */
const SIZES: readonly { readonly count: number; readonly peers: readonly Peer[]; readonly rounds: number }[] = [
  { count: 50, peers: [make, ninja, nix, bazel, turbo, nx, moon, wireit], rounds: 7 },
  { count: 500, peers: [make, ninja, nix, bazel, turbo, nx, moon, wireit], rounds: 7 },
  { count: 5000, peers: [make, ninja, nix, bazel], rounds: 5 },
];

const NODE: Omit<Contestant, 'cwd'> = { name: 'node -e 0', command: [process.execPath, '-e', '0'] };
/** nix-build is a native program: against it our own start is added to its time. */
const NODE_START_MS = 60;
const MOST_MS_AT_5000 = 500;
const MOST_MIB = 150;

export const noop: Benchmark = { name: 'no-op', about: 'build when nothing has changed', run };

async function run(bench: Bench): Promise<Report> {
  const parts: Report[] = [];
  for (const size of SIZES) {
    if (size.count > 500 && bench.quick) continue;
    parts.push(await runSize(size, bench));
  }
  return {
    tables: parts.flatMap(({ tables }) => tables),
    goals: parts.flatMap(({ goals }) => goals),
    notes: [
      ...parts.flatMap(({ notes }) => notes),
      ...(bench.quick ? ['5,000 components are left out (--quick)'] : []),
    ],
  };
}

async function runSize({ count, peers, rounds }: (typeof SIZES)[number], bench: Bench): Promise<Report> {
  const graph = randomGraph(count);
  const notes: string[] = [];
  const projects: Project[] = [];
  try {
    for (const peer of [bench.ours(), ...peers]) {
      const why = peer.missing();
      if (why !== undefined) {
        notes.push(`${peer.name} is not here: ${why}`);
        continue;
      }
      const project = peer.write(graph, join(bench.folder, `${folderName(peer)}-${count}`), { jobs: 2 });
      projects.push(project);
      const first = await time(project.build);
      bench.say(`${count} components built by ${peer.name} in ${(first.wallMs / 1000).toFixed(1)} s`);
      // What sees files again that are as young as the last run may be slower once.
      for (const contestant of contestantsOf(project)) await time(contestant);
    }
    const contestants = [{ ...NODE, cwd: bench.folder }, ...projects.flatMap(contestantsOf)];
    const results = await contest(contestants, rounds);
    const memory = new Map(contestants.map((contestant) => [contestant.name, peakMiB(contestant)]));
    return { tables: [toTable(count, results, memory)], goals: goalsOf(count, results, memory), notes };
  } finally {
    for (const { stop } of projects) stop?.();
    rmSync(bench.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

function contestantsOf({ build, others = [] }: Project): readonly Contestant[] {
  return [build, ...others];
}

function toTable(count: number, results: readonly Result[], memory: ReadonlyMap<string, number>): Table {
  const reference = results.find(({ name }) => name === 'dcos-build');
  return {
    title: `no-op build of ${count} components (x: times dcos-build)`,
    columns: ['tool', ...TIME_COLUMNS, 'peak MiB'],
    rows: results
      .toSorted((left, right) => left.wallMs.median - right.wallMs.median)
      .map((result) => [result.name, ...timeCells(result, reference ?? result), memory.get(result.name) ?? Number.NaN]),
  };
}

function goalsOf(count: number, results: readonly Result[], memory: ReadonlyMap<string, number>): Goal[] {
  const wallOf = (name: string): number => results.find((result) => result.name === name)?.wallMs.median ?? Number.NaN;
  const mine = wallOf('dcos-build');
  const cpuMs = results.find(({ name }) => name === 'dcos-build')?.cpuMs.median ?? Number.NaN;
  const against = (name: string, addMs = 0): Goal[] => {
    const its = wallOf(name) + addMs;
    const what = `no-op of ${count} against ${name}${addMs > 0 ? ` + ${addMs} ms` : ''}`;
    return Number.isNaN(its) ? [] : [{ what, value: mine / its, limit: 1, bound: 'most', unit: 'x' }];
  };
  if (count === 500) {
    const runners = ['bazel, warm', 'turbo', 'nx, no daemon', 'nx, daemon', 'moon', 'wireit'];
    return [...against('nix-build', NODE_START_MS), ...runners.flatMap((name) => against(name))];
  }
  if (count < 500) return [];
  return [
    // It runs in one thread, so this is the wall time where no other work takes the core away.
    { what: 'no-op of 5000, ms of CPU', value: cpuMs, limit: MOST_MS_AT_5000, bound: 'most', unit: '' },
    ...['make', 'nix-build', 'bazel, warm'].flatMap((name) => against(name)),
    {
      what: 'no-op of 5000, MiB',
      value: memory.get('dcos-build') ?? Number.NaN,
      limit: MOST_MIB,
      bound: 'most',
      unit: '',
    },
  ];
}
