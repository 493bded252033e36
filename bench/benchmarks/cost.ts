/** What a component costs that has nothing to build: sandbox, packing, bookkeeping. */
import { join } from 'node:path';
import type { Bench, Benchmark } from '../benchmark.ts';
import { randomGraph } from '../graph.ts';
import { contest, type Contestant } from '../measure.ts';
import { PEERS } from '../peers/index.ts';
import { folderName, type Peer } from '../peers/peer.ts';
import type { Report } from '../report.ts';

const COMPONENTS = 200;
const JOBS = 2;
const ROUNDS = 3;
const MOST_MS = 40;

export const cost: Benchmark = { name: 'cost', about: '200 components with nothing to do, all of them built', run };

async function run(bench: Bench): Promise<Report> {
  const graph = randomGraph(COMPONENTS, 200);
  const { make, ninja, nix, nixSandboxed } = PEERS;
  const peers = [bench.ours(), make, ninja, nix, nixSandboxed];
  const here = peers.filter((peer) => peer.missing() === undefined);
  const notes = peers.flatMap((peer) => {
    const why = peer.missing();
    return why === undefined ? [] : [`${peer.name} is not here: ${why}`];
  });
  let turn = 0;
  const write = (peer: Peer): Contestant => {
    turn += 1;
    return peer.write(graph, join(bench.folder, folderName(peer)), { jobs: JOBS, salt: String(turn) }).build;
  };
  const peerOf = new Map(here.map((peer) => [write(peer).name, peer]));
  const contestants = here.map(write);
  const results = await contest(contestants, bench.quick ? 1 : ROUNDS, ({ name }) => {
    const peer = peerOf.get(name);
    if (peer !== undefined) write(peer);
  });
  const [mine] = results;
  return {
    tables: [
      {
        title: `${COMPONENTS} trivial components, ${JOBS} at once: ms per component`,
        columns: ['tool', 'wall ms (min-max)', 'cpu ms', 'load'],
        rows: results.map(({ name, wallMs, cpuMs, load }) => [
          name,
          `${per(wallMs.median)} (${per(wallMs.min)}-${per(wallMs.max)})`,
          per(cpuMs.median),
          load.toFixed(1),
        ]),
      },
    ],
    goals: [
      {
        what: 'ms per trivial component',
        value: (mine?.wallMs.median ?? Number.NaN) / COMPONENTS,
        limit: MOST_MS,
        bound: 'most',
        unit: ' ms',
      },
    ],
    notes,
  };
}

function per(ms: number): string {
  return (ms / COMPONENTS).toFixed(1);
}
