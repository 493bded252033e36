/** Gets sources for pins through the source room, into the cache that builds use. */
import type { Fetcher } from './obtained.ts';
import { openSources } from '../source/index.ts';
import { takeIn } from '../source/take-in.ts';

export interface FetcherOptions {
  /** Absolute path of the cache folder. */
  readonly cache: string;
  readonly onWarning: (message: string) => void;
  readonly signal: AbortSignal;
  /** First wait before another try, in milliseconds. */
  readonly retryBaseMs?: number;
}

export function openFetcher({ cache, onWarning, signal, retryBaseMs = 500 }: FetcherOptions): Fetcher {
  const sources = openSources({ cache, onWarning, retryBaseMs });
  return {
    fetch: async ({ component, name }, source) => await sources.fetch([{ owner: component, name, source }], { signal }),
    takeIn: async ({ component, name }, url) =>
      await takeIn(url, `${component}: ${name}`, { cache, retryBaseMs, signal, onWarning }),
  };
}
