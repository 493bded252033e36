/** Small texts over http(s), and whether something is there at all; files go through network.ts. */
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { DownloadError, explainConnection, get } from './http-get.ts';
import { retrying } from './retry.ts';

export interface TextOptions {
  readonly signal?: AbortSignal | undefined;
  /** Tries in all. */
  readonly attempts: number;
  /** First wait between tries, in milliseconds. */
  readonly retryBaseMs: number;
  /** Longest silence of the server, in milliseconds. */
  readonly stallMs: number;
}

/** The body; undefined if the server says that there is none. @throws DownloadError when the tries are used up */
export async function fetchText(url: URL, options: TextOptions): Promise<string | undefined> {
  return asking(url, options, async (response) => {
    try {
      return await text(response);
    } catch (error) {
      throw explainConnection(error);
    }
  });
}

/** Whether the server has it; nothing of the body is taken. @throws DownloadError when the tries are used up */
export async function isThere(url: URL, options: TextOptions): Promise<boolean> {
  return (await asking(url, options, async (response) => response.destroy())) !== undefined;
}

async function asking<Result>(
  url: URL,
  { signal, attempts, retryBaseMs, stallMs }: TextOptions,
  take: (response: IncomingMessage) => Promise<Result>,
): Promise<Result | undefined> {
  const headers = { 'user-agent': 'dcos-build', 'accept-encoding': 'identity' };
  const mayPass = (error: unknown): ReturnType<Parameters<typeof retrying>[0]['mayPass']> =>
    error instanceof DownloadError && error.mayPass && { progressed: false, waitMs: error.retryAfterMs };
  try {
    return await retrying({ attempts, baseMs: retryBaseMs, mostMs: 60_000, signal, mayPass }, async () =>
      take(await get(url, { headers, stallMs, signal })),
    );
  } catch (error) {
    if (error instanceof DownloadError && error.isAbsent) return undefined;
    throw error;
  }
}
