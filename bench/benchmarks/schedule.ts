/** Whether builds of different length are started in a good order: sleeps, whose best possible end is known. */
import { join } from 'node:path';
import type { Bench, Benchmark } from '../benchmark.ts';
import { lowerBound, scaled, SHAPES, type Graph } from '../graph.ts';
import { time } from '../measure.ts';
import { PEERS } from '../peers/index.ts';
import { folderName, type Peer } from '../peers/peer.ts';
import type { Cell, Goal, Report } from '../report.ts';

const JOBS = 8;
const MOST = 1.05;
/**
 * How much longer than in SHAPES the builds sleep: 0.5 to 5 s, as the shortest packages take. With sleeps of 0.05 s this
 * would measure what a sandbox costs, which is another benchmark.
 */
const FACTOR = { quick: 4, normal: 10, full: 20 };

export const schedule: Benchmark = { name: 'schedule', about: '200 builds of known length, 8 at once', run };

async function run(bench: Bench): Promise<Report> {
  const factor = bench.quick ? FACTOR.quick : bench.full ? FACTOR.full : FACTOR.normal;
  const rows: Cell[][] = [];
  const goals: Goal[] = [];
  const notes: string[] = [];
  for (const [shape, makeGraph] of Object.entries(SHAPES)) {
    const graph = scaled(makeGraph(), factor);
    const bound = lowerBound(graph, JOBS);
    const mine = await runOurs(graph, join(bench.folder, shape), bench);
    rows.push(
      rowOf(shape, bound, 'dcos-build, first time', mine.firstMs),
      rowOf(shape, bound, 'dcos-build', mine.againMs),
    );
    const value = mine.againMs / 1000 / bound;
    goals.push({ what: `shape ${shape} against its lower bound`, value, limit: MOST, bound: 'most', unit: 'x' });
    for (const peer of bench.quick ? [] : [PEERS.ninja]) {
      const ms = await runPeer(peer, graph, join(bench.folder, `${shape}-${folderName(peer)}`), notes);
      if (ms !== undefined) rows.push(rowOf(shape, bound, peer.name, ms));
    }
  }
  const columns = ['shape', 'bound s', 'tool', 'wall s', 'x bound'];
  const title = `200 sleeps, ${JOBS} at once, ${factor} times the length of bench/graph.ts (one run each)`;
  return { tables: [{ title, columns, rows }], goals, notes };
}

/** Twice: the first run learns how long each component takes, the second has all inputs changed. */
async function runOurs(graph: Graph, folder: string, bench: Bench): Promise<{ firstMs: number; againMs: number }> {
  const peer = bench.ours();
  const first = await time(peer.write(graph, folder, { jobs: JOBS, salt: 'first' }).build);
  const again = await time(peer.write(graph, folder, { jobs: JOBS, salt: 'second' }).build);
  bench.say(`${graph.length} sleeps: ${first.wallMs.toFixed(0)} ms, then ${again.wallMs.toFixed(0)} ms`);
  return { firstMs: first.wallMs, againMs: again.wallMs };
}

async function runPeer(peer: Peer, graph: Graph, folder: string, notes: string[]): Promise<number | undefined> {
  const why = peer.missing();
  if (why !== undefined) {
    notes.push(`${peer.name} is not here: ${why}`);
    return undefined;
  }
  const project = peer.write(graph, folder, { jobs: JOBS });
  try {
    return (await time(project.build)).wallMs;
  } finally {
    project.stop?.();
  }
}

function rowOf(shape: string, bound: number, tool: string, wallMs: number): Cell[] {
  return [shape, bound.toFixed(2), tool, (wallMs / 1000).toFixed(2), (wallMs / 1000 / bound).toFixed(3)];
}
