/** What every benchmark gets and gives. A file per benchmark in benchmarks/, and a line in its index.ts. */
import type { Peer } from './peers/peer.ts';
import type { Report } from './report.ts';

export interface Bench {
  /** An empty folder of its own. */
  readonly folder: string;
  /** Less of everything: what takes minutes is left out, and said so. */
  readonly quick: boolean;
  /** More of everything. */
  readonly full: boolean;
  /** dcos-build with a builder that is ready. */
  readonly ours: () => Peer;
  readonly say: (line: string) => void;
}

export interface Benchmark {
  readonly name: string;
  readonly about: string;
  run(bench: Bench): Promise<Report>;
}
