/** Every benchmark, in the order in which they run. */
import type { Benchmark } from '../benchmark.ts';
import { bake } from './bake.ts';
import { blobs } from './blobs.ts';
import { bom } from './bom.ts';
import { cost } from './cost.ts';
import { disk } from './disk.ts';
import { image } from './image.ts';
import { jobserver } from './jobserver.ts';
import { noop } from './noop.ts';
import { pack } from './pack.ts';
import { pages } from './pages.ts';
import { release } from './release.ts';
import { schedule } from './schedule.ts';
import { start } from './start.ts';

export const BENCHMARKS: readonly Benchmark[] = [
  start,
  bom,
  noop,
  cost,
  schedule,
  jobserver,
  pack,
  blobs,
  pages,
  disk,
  image,
  bake,
  release,
];
