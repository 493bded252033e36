/** Questions about a file on a server that are answered without its bytes. */
import { DownloadError, get } from './http-get.ts';
import { retrying } from './retry.ts';

export interface AskOptions {
  readonly signal?: AbortSignal | undefined;
  /** First wait between tries, in milliseconds. */
  readonly retryBaseMs: number;
}

const ATTEMPTS = 4;
const STALL_MS = 60_000;
const HEADERS = { 'user-agent': 'dcos-build', 'accept-encoding': 'identity' };

/**
 * Whether the server says that the file is still the version that it gave this name.
 *
 * @param validator a strong ETag, quotes included, or the value of Last-Modified
 * @throws DownloadError when the tries are used up
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-conditional-requests
 */
export async function isUnmodified(url: URL, validator: string, options: AskOptions): Promise<boolean> {
  const condition = validator.startsWith('"') ? { 'if-none-match': validator } : { 'if-modified-since': validator };
  return await asking(options, async () => {
    const settings = { headers: { ...HEADERS, ...condition }, stallMs: STALL_MS, signal: options.signal };
    const response = await get(url, settings);
    const isSame = response.statusCode === 304;
    // Of a file that has changed nothing is taken here; the connection of an answer without a body serves the next one.
    if (isSame) response.resume();
    else response.destroy();
    return isSame;
  });
}

/**
 * The size in bytes that the server gives for a file; undefined if it gives none.
 *
 * @throws DownloadError when the tries are used up, and if there is no such file
 */
export async function announcedSize(url: URL, options: AskOptions): Promise<number | undefined> {
  return await asking(options, async () => {
    const settings = { method: 'HEAD', headers: HEADERS, stallMs: STALL_MS, signal: options.signal } as const;
    const response = await get(url, settings);
    response.resume();
    const length = response.headers['content-length'];
    return length === undefined ? undefined : Number(length);
  });
}

async function asking<Result>({ signal, retryBaseMs }: AskOptions, ask: () => Promise<Result>): Promise<Result> {
  const mayPass = (error: unknown): ReturnType<Parameters<typeof retrying>[0]['mayPass']> =>
    error instanceof DownloadError && error.mayPass && { progressed: false, waitMs: error.retryAfterMs };
  return await retrying({ attempts: ATTEMPTS, baseMs: retryBaseMs, mostMs: 60_000, signal, mayPass }, ask);
}
