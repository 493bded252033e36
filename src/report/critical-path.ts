/** Which tasks set the length of a run: with more slots than there was work, it could not have been shorter. */
import type { RunState } from './run-state.ts';

export interface Step {
  readonly key: string;
  /** The part of the task's time in which it did not run beside the step before it. */
  readonly durationMs: number;
}

/** The longest chain that ends with a task. */
interface Chain extends Step {
  readonly totalMs: number;
  readonly endedAt: number;
  readonly before: Chain | undefined;
}

/**
 * The chain of tasks that needed each other and took longest together, first to last. The durations do not overlap, so
 * their sum is at most that of the run.
 */
export function criticalPath(run: RunState): readonly Step[] {
  const steps: Step[] = [];
  for (let chain = longestChain(run); chain !== undefined; chain = chain.before) {
    steps.unshift({ key: chain.key, durationMs: chain.durationMs });
  }
  return steps;
}

function longestChain(run: RunState): Chain | undefined {
  const chains = new Map<string, Chain>();
  let longest: Chain | undefined;
  // Tasks stand in the order in which they ended, so that the needs of each have their chains before it.
  for (const [key, { startedAt, endedAt }] of run.ended) {
    if (startedAt === undefined) continue;
    let chain: Chain = {
      key,
      endedAt,
      durationMs: endedAt - startedAt,
      totalMs: endedAt - startedAt,
      before: undefined,
    };
    for (const need of run.tasks.get(key)?.needs ?? []) {
      const before = chains.get(need);
      if (before === undefined) continue;
      const durationMs = Math.max(0, endedAt - Math.max(startedAt, before.endedAt));
      const totalMs = before.totalMs + durationMs;
      if (totalMs > chain.totalMs) chain = { key, endedAt, durationMs, totalMs, before };
    }
    chains.set(key, chain);
    if (chain.totalMs > (longest?.totalMs ?? 0)) longest = chain;
  }
  return longest;
}
