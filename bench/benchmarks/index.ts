/** Every benchmark, in the order in which they run. */
import type { Benchmark } from '../benchmark.ts';
import { cost } from './cost.ts';
import { jobserver } from './jobserver.ts';
import { noop } from './noop.ts';
import { pack } from './pack.ts';
import { schedule } from './schedule.ts';
import { start } from './start.ts';

export const BENCHMARKS: readonly Benchmark[] = [start, noop, cost, schedule, jobserver, pack];
