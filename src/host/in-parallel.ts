/** Parallel work with a bound. */
import pLimit from 'p-limit';

export interface ParallelOptions {
  /** How many at once. */
  readonly jobs: number;
  readonly signal?: AbortSignal;
}

/**
 * Runs `work` for each item, at most `jobs` at once, and returns the results in the order of the items. At the first
 * failure nothing new starts, what runs is told by its signal and waited for, and that first error is thrown.
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  options: ParallelOptions,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
): Promise<Result[]> {
  const limit = pLimit(options.jobs);
  const failed = new AbortController();
  const signal = options.signal === undefined ? failed.signal : AbortSignal.any([options.signal, failed.signal]);
  const ends = await Promise.allSettled(
    items.map((item) =>
      limit(async () => {
        signal.throwIfAborted();
        try {
          return await work(item, signal);
        } catch (error) {
          failed.abort(error);
          throw error;
        }
      }),
    ),
  );
  options.signal?.throwIfAborted();
  if (failed.signal.aborted) throw failed.signal.reason;
  return ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
}
