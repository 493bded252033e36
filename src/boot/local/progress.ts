/** How far a machine has come, told as it goes. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Node } from '../node.ts';

const LOOK_EVERY_MS = 500;

interface Stage {
  readonly text: string;
  readonly isReached: (node: Node) => boolean;
}

/** In the order in which they come; one that is passed over was too short to be seen. */
const STAGES: readonly Stage[] = [
  {
    text: 'its kernel runs',
    isReached: ({ console }) => console.lines().some((line) => /\bLinux version \d/.test(line)),
  },
  { text: 'has its address', isReached: ({ standIns }) => standIns.isLeased() },
  {
    text: 'reports that it is ready',
    isReached: ({ standIns }) => standIns.health.some(({ state }) => state === 'Ready'),
  },
];

/** Tells each stage once, until all are reached or the signal is aborted; never fails. */
export async function tellStages(node: Node, say: (text: string) => void, signal: AbortSignal): Promise<void> {
  let next = 0;
  while (next < STAGES.length) {
    const reached = STAGES.findLastIndex(({ isReached }, index) => index >= next && isReached(node));
    if (reached >= next) say(STAGES[reached]?.text ?? '');
    next = Math.max(next, reached + 1);
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
  }
}
