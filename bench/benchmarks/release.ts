/** How long a second `release create` takes when nothing has changed, and what it asks of the store: Azurite, on loopback. */
import { join } from 'node:path';
import { Azurite } from '../../test/rig/azurite.ts';
import { FaultProxy } from '../../test/rig/fault-proxy.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { randomGraph } from '../graph.ts';
import { contest, time } from '../measure.ts';
import { commandOf } from '../ours.ts';
import { TIME_COLUMNS, timeCells, type Report } from '../report.ts';

const COMPONENTS = 80;
const ROUNDS = 9;
const MOST_MS = 1000;
const MOST_REQUESTS = 3;

export const release: Benchmark = {
  name: 'release',
  about: `release create of ${COMPONENTS} components to Azurite, when nothing has changed`,
  run,
};

async function run(bench: Bench): Promise<Report> {
  const folder = join(bench.folder, 'tree');
  const { build } = bench.ours().write(randomGraph(COMPONENTS, COMPONENTS), folder, { jobs: 2, salt: '1' });
  await time(build);
  await using azurite = await Azurite.start();
  await using proxy = await FaultProxy.start(azurite.url);
  await azurite.container('bench');
  const to = `${azurite.containerUrl('bench', proxy.url)}/dcos?${azurite.sas('bench')}`;
  const node = { name: 'node -e 0', command: [process.execPath, '-e', '0'] as const, cwd: folder };
  const create = commandOf('dcos-build release create', ['release', 'create', 'stable', '--to', to], folder).bin;
  const first = await time(create);
  await time(create);
  const before = proxy.asked.length;
  const [floor, again] = await contest([node, create], bench.quick ? 3 : ROUNDS);
  if (floor === undefined || again === undefined) throw new Error('a contestant is missing');
  const requests = (proxy.asked.length - before) / again.rounds;
  return {
    tables: [
      {
        title: `release create with nothing changed (x: times node -e 0; the tree has ${COMPONENTS} components)`,
        columns: ['command', ...TIME_COLUMNS],
        rows: [floor, again].map((result) => [result.name, ...timeCells(result, floor)]),
      },
    ],
    goals: [
      { what: 'time', value: again.wallMs.median, limit: MOST_MS, bound: 'most', unit: ' ms' },
      { what: 'requests', value: requests, limit: MOST_REQUESTS, bound: 'most', unit: '' },
    ],
    notes: [`the first, which uploads all of it: ${first.wallMs.toFixed(0)} ms`],
  };
}
