/**
 * Whether a jobserver over all builds earns its keep. Each job of make is a sleep, so that only their number counts: a
 * machine of any size and any load gives the same figures, as long as no more jobs run than the slots allow.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bubblewrap } from '../../src/executor/bubblewrap.ts';
import type { BuildDescription } from '../../src/executor/executor.ts';
import { Jobserver } from '../../src/host/jobserver.ts';
import { parsePackageId } from '../../src/model/package-id.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import type { Cell, Goal, Report } from '../report.ts';

/** One package: seconds of configure, which is one job, and then so many jobs of make. */
interface Package {
  readonly name: string;
  readonly configure: number;
  readonly jobs: number;
}

/** How a build is told its number of jobs. */
const WAYS = ['make -jN each', 'an equal share each', 'jobserver'] as const;
type Way = (typeof WAYS)[number];

const JOB_SECONDS = 0.25;
const LOOK_EVERY_MS = 15;
const CASES = [
  { slots: 2, builds: 2, packages: packages([1, 20], [3, 12], [1, 6]) },
  { slots: 8, builds: 4, packages: packages([1, 80], [4, 30], [2, 12], [1, 12], [2, 40], [3, 10]) },
  { slots: 8, builds: 8, packages: packages([1, 100], [4, 30], [2, 12], [1, 12], [2, 40], [3, 10], [2, 10], [1, 10]) },
];
const MOST_TIMES_BOUND = 1.3;

export const jobserver: Benchmark = { name: 'jobserver', about: 'several makes, and no more jobs than slots', run };

async function run({ folder, quick, say }: Bench): Promise<Report> {
  const rows: Cell[][] = [];
  const goals: Goal[] = [];
  for (const { slots, builds, packages: all } of quick ? CASES.slice(0, 1) : CASES) {
    const work = all.reduce((sum, { configure, jobs }) => sum + configure + jobs * JOB_SECONDS, 0);
    const longest = Math.max(...all.map(({ configure, jobs }) => configure + (jobs * JOB_SECONDS) / slots));
    const bound = Math.max(longest, work / slots);
    for (const way of WAYS) {
      const { seconds, most } = await makeAll(all, { folder: join(folder, `${slots}-${builds}`), slots, builds, way });
      say(`${builds} builds on ${slots} slots, ${way}: ${seconds.toFixed(1)} s, at most ${most} jobs at once`);
      rows.push([slots, builds, way, seconds.toFixed(2), (seconds / bound).toFixed(2), most]);
      if (way !== 'jobserver') continue;
      const what = `${builds} builds on ${slots} slots`;
      goals.push({ what: `${what}: jobs at once`, value: most, limit: slots + 1, bound: 'most', unit: '' });
      goals.push({ what, value: seconds / bound, limit: MOST_TIMES_BOUND, bound: 'most', unit: 'x bound' });
    }
  }
  const columns = ['slots', 'builds at once', 'way', 'wall s', 'x bound', 'most jobs at once'];
  const title = 'makes of sleeping jobs (one run each; below 1 x bound only with more jobs than slots)';
  return { tables: [{ title, columns, rows }], goals, notes: [] };
}

interface Case {
  readonly folder: string;
  readonly slots: number;
  readonly builds: number;
  readonly way: Way;
}

/** Makes the packages in the order given, so many at once. */
async function makeAll(
  all: readonly Package[],
  { folder, slots, builds, way }: Case,
): Promise<{ seconds: number; most: number }> {
  const [root, running] = makeFolders(folder);
  await using server = await Jobserver.open(folder, slots);
  const option = way === 'make -jN each' ? `-j${slots}` : `-j${Math.max(1, Math.floor(slots / builds))}`;
  const queue = [...all];
  const makeOne = async (one: Package): Promise<void> => {
    using _slot = server.enter();
    const joined = way === 'jobserver' ? { jobserver: server.path } : {};
    const signal = new AbortController().signal;
    const end = await bubblewrap.run(describe(one, root, running, option), {
      ...joined,
      signal,
      onOutput: () => undefined,
    });
    if (end.kind !== 'exited' || end.code !== 0) throw new Error(`${one.name}: ${JSON.stringify(end)}`);
  };
  const worker = async (): Promise<void> => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) await makeOne(one);
  };
  let most = 0;
  const timer = setInterval(() => (most = Math.max(most, readdirSync(running).length)), LOOK_EVERY_MS);
  const began = performance.now();
  await Promise.all(Array.from({ length: builds }, worker));
  clearInterval(timer);
  return { seconds: (performance.now() - began) / 1000, most };
}

/** A root of mount points, and a folder in which each running job has a file. */
function makeFolders(folder: string): readonly [string, string] {
  const [root, running] = [join(folder, 'root'), join(folder, 'running')];
  rmSync(folder, { recursive: true, force: true });
  for (const path of ['usr', 'bin', 'lib', 'lib64', 'proc', 'dev', 'tmp', 'pkg/src'])
    mkdirSync(join(root, path), { recursive: true });
  mkdirSync(running);
  return [root, running];
}

function describe({ name, configure, jobs }: Package, root: string, running: string, option: string): BuildDescription {
  const job = (target: string, seconds: number): string =>
    `touch /pkg/src/${target}.${name}; sleep ${seconds}; rm /pkg/src/${target}.${name}`;
  const makefile = `all: $(shell seq ${jobs})\n%:\n\t@${job('$@', JOB_SECONDS)}\n`;
  const make = 'printf %s "$MAKEFILE" >/tmp/Makefile; make -s -f /tmp/Makefile $MAKE_JOBS';
  const usr = ['/usr', '/bin', '/lib', '/lib64'].map((path) => ({ from: path, to: path, mode: 'ro' as const }));
  return {
    id: parsePackageId(`${name}--0123456789abcdef0123456789abcdef01234567`),
    root: { kind: 'folder', path: root },
    command: ['/bin/sh', '-c', `${job('configure', configure)}; ${make}`],
    environment: { PATH: '/usr/bin:/bin', MAKE_JOBS: option, MAKEFILE: makefile },
    mounts: [...usr, { from: running, to: '/pkg/src', mode: 'rw' }],
    limits: { timeoutMs: 300_000, memoryBytes: 2 ** 30 },
  };
}

function packages(...all: readonly (readonly [number, number])[]): Package[] {
  return all.map(([configure, jobs], index) => ({ name: `p${index}`, configure, jobs }));
}
