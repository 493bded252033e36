/** What ends a build before its time, for every driver: the clock, its memory, the user, or its own log. */
import type { BuildDescription, BuildEnd, RunOptions } from './executor.ts';

/** A longer time makes a Node timer fire at once. 24 days are as good as none. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** One running build, from the side that may have to end it. */
export interface Supervision extends Disposable {
  /** Takes output in place of the caller's `onOutput`; if that throws, the build is ended and `verdict` throws. */
  readonly onOutput: (chunk: Uint8Array) => void;
  /** Ends the build for that reason; only the first reason counts. */
  stop(reason: BuildEnd): void;
  /** How it ended, given how the program did. */
  verdict(programEnd: () => BuildEnd): BuildEnd;
}

/**
 * Starts the clock of a build.
 *
 * @param kill ends every process of the build; called at most once, perhaps before there is any
 */
export function supervise(limits: BuildDescription['limits'], options: RunOptions, kill: () => void): Supervision {
  let reason: BuildEnd | undefined;
  let failure: { readonly error: unknown } | undefined;
  const stop = (why: BuildEnd): void => {
    if (reason !== undefined) return;
    reason = why;
    kill();
  };
  const cancel = (): void => stop({ kind: 'cancelled' });
  const { timeoutMs } = limits;
  const timer = setTimeout(() => stop({ kind: 'timeout', timeoutMs }), Math.min(timeoutMs, LONGEST_TIMER_MS));
  options.signal.addEventListener('abort', cancel, { once: true });
  if (options.signal.aborted) cancel();
  return {
    stop,
    onOutput: (chunk) => {
      if (failure !== undefined) return;
      try {
        options.onOutput(chunk);
      } catch (error) {
        failure = { error };
        cancel();
      }
    },
    verdict: (programEnd) => {
      if (failure !== undefined) throw failure.error;
      return reason ?? programEnd();
    },
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      options.signal.removeEventListener('abort', cancel);
    },
  };
}
