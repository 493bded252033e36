/** Another try after a failure that may pass: exponential back-off with jitter, so that many do not return at once. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface RetryOptions {
  /** How often at most, the first time included. */
  readonly attempts: number;
  /** Wait before the second attempt, in milliseconds; doubled for each further one. */
  readonly baseMs: number;
  /** Longest wait in milliseconds. */
  readonly mostMs: number;
  readonly signal?: AbortSignal;
  /** Whether another try can help. A number is the wait that the other side asked for, in milliseconds. */
  readonly mayPass: (error: unknown) => boolean | number;
  /** Told before each wait. */
  readonly onRetry?: (error: unknown, waitMs: number) => void;
}

/** Does the work until it succeeds; the last failure is thrown. */
export async function retrying<Result>(
  options: RetryOptions,
  work: (attempt: number) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work(attempt);
    } catch (error) {
      options.signal?.throwIfAborted();
      const verdict = options.mayPass(error);
      if (verdict === false || attempt >= options.attempts) throw error;
      const backOff = options.baseMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
      const waitMs = Math.min(Math.max(backOff, verdict === true ? 0 : verdict), options.mostMs);
      options.onRetry?.(error, waitMs);
      await sleep(waitMs, undefined, options.signal === undefined ? {} : { signal: options.signal });
    }
  }
}
