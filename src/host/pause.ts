/** Lets time pass, until somebody gives up. */
import { setTimeout as sleep } from 'node:timers/promises';

/** @throws whatever the signal was aborted with, which says why */
export async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
