/** Another try after a failure that may pass: exponential back-off with jitter, so that many do not return at once. */
import { pause } from './pause.ts';

/** What a failed try means: the end, another try, or one whose wait or count is affected by how this one went. */
type RetryVerdict =
  | boolean
  | {
      /** It came further than the one before: tries are counted from here again. */
      readonly progressed: boolean;
      /** The least wait that the other side asked for, in milliseconds. */
      readonly waitMs: number;
    };

export interface RetryOptions {
  /** How many tries in a row may bring nothing. */
  readonly attempts: number;
  /** Wait before the second try, in milliseconds; doubled for each further one. */
  readonly baseMs: number;
  /** Longest wait in milliseconds. */
  readonly mostMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly mayPass: (error: unknown) => RetryVerdict;
  /** Told before each wait. */
  readonly onRetry?: (error: unknown, waitMs: number) => void;
}

/** Does the work until it succeeds; the last failure is thrown. */
export async function retrying<Result>(options: RetryOptions, work: () => Promise<Result>): Promise<Result> {
  const { attempts, baseMs, mostMs, signal } = options;
  for (let fruitless = 1; ; fruitless += 1) {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      const verdict = options.mayPass(error);
      const { progressed, waitMs: asked } = typeof verdict === 'object' ? verdict : { progressed: false, waitMs: 0 };
      if (progressed) fruitless = 1;
      if (verdict === false || fruitless >= attempts) throw error;
      const backOff = baseMs * 2 ** (fruitless - 1) * (0.5 + Math.random() / 2);
      const waitMs = Math.min(Math.max(backOff, asked), mostMs);
      options.onRetry?.(error, waitMs);
      await pause(waitMs, signal);
    }
  }
}
