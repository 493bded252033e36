/** `npm run bench`: measures dcos-build against other tools on this machine, now. See README.md for the method. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench } from './benchmark.ts';
import { BENCHMARKS } from './benchmarks/index.ts';
import { buildBin, makeBuilder, ours } from './ours.ts';
import type { Peer } from './peers/peer.ts';
import { formatReport, isMet, type Report } from './report.ts';
import { setUp } from './setup.ts';

const USAGE = `Usage: npm run bench -- [options]

  --only NAME   run one benchmark; may be repeated
  --quick       leave out what takes minutes
  --full        more: 500 MB through xz, longer builds
  --json        print data instead of text
  --builder DIR keep the builder that components build in there, and use it again
  --keep        keep the work folder

Benchmarks:
${BENCHMARKS.map(({ name, about }) => `  ${name.padEnd(12)}  ${about}`).join('\n')}
`;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    quick: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    builder: { type: 'string' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const unknown = options.only.filter((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name));
if (options.help || unknown.length > 0) {
  process.stderr.write(unknown.length > 0 ? `There is no benchmark "${unknown.join('", "')}".\n\n${USAGE}` : USAGE);
  process.exit(options.help ? 0 : 2);
}
await main();

async function main(): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'dcos-build-bench-'));
  const clean = (): void => {
    if (options.keep) say(`kept ${work}`);
    else rmSync(work, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  // What is being measured is in our process group, and is told by the terminal itself.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (clean(), process.exit(130)));
  try {
    const reports: Record<string, Report> = {};
    const troubles = await setUp();
    buildBin();
    const makeOurs = builderOnDemand(resolve(options.builder ?? join(work, 'builder')));
    for (const benchmark of BENCHMARKS) {
      if (options.only.length > 0 && !options.only.includes(benchmark.name)) continue;
      const folder = join(work, benchmark.name);
      mkdirSync(folder);
      say(`${benchmark.name}: ${benchmark.about}`);
      const bench: Bench = { folder, quick: options.quick, full: options.full, ours: makeOurs, say };
      const report = await benchmark.run(bench);
      reports[benchmark.name] = report;
      if (!options.json) process.stdout.write(`${formatReport(benchmark.name, report)}\n`);
      rmSync(folder, { recursive: true, force: true });
    }
    printEnd(reports, troubles);
  } finally {
    clean();
  }
}

/** Only the benchmarks that build need the root, which takes half a minute to make, and downloads. */
function builderOnDemand(folder: string): () => Peer {
  let peer: Peer | undefined;
  return () => {
    if (peer === undefined) {
      say('making the builder that all components build in, if it is not there');
      makeBuilder(folder);
      peer = ours(folder);
    }
    return peer;
  };
}

function printEnd(reports: Readonly<Record<string, Report>>, troubles: readonly string[]): void {
  const machine = { cpus: cpus().map(({ model }) => model), node: process.version, load: loadavg() };
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ machine, troubles, reports }, undefined, 2)}\n`);
    return;
  }
  const goals = Object.values(reports).flatMap((report) => report.goals);
  const missed = goals.filter((goal) => !isMet(goal)).length;
  const where = `${machine.cpus.length} cores (${machine.cpus[0] ?? '?'}), Node ${machine.node}`;
  process.stdout.write(`${goals.length - missed} goals met, ${missed} missed; ${where}.\n`);
  for (const trouble of troubles) process.stdout.write(`note: ${trouble}\n`);
}

function say(line: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
}
