/** Takes a file into the cache whose hash nobody has pinned yet: it is there under the hash that it turns out to have. */
import { join } from 'node:path';
import { renameDurably } from '../host/files.ts';
import { lock } from '../host/lock.ts';
import { download, DownloadError, type Downloaded, removePartial } from '../host/network.ts';
import { sha256 } from '../model/digest.ts';
import { UserError } from '../model/errors.ts';
import { redactUrls } from '../model/url.ts';

export interface TakeInOptions {
  /** Absolute path of the cache folder, as in {@link SourcesOptions.cache}. */
  readonly cache: string;
  readonly retryBaseMs: number;
  readonly signal: AbortSignal;
  readonly onWarning: (message: string) => void;
}

/**
 * Downloads what an http, https or file URL holds now, afresh.
 *
 * @param label what a person calls it, for messages
 * @throws UserError SOURCE_UNAVAILABLE, also for a web page in place of a file
 */
export async function takeIn(url: string, label: string, options: TakeInOptions): Promise<Downloaded> {
  const { cache, retryBaseMs, signal, onWarning } = options;
  const name = sha256(url);
  using _held = await lock(join(cache, 'locks', `take-in-${name}.lock`), { signal });
  const part = join(cache, 'taken-in', name);
  // What an earlier run left may be of a file that was replaced since.
  await removePartial(part);
  try {
    const got = await download(url, part, {
      signal,
      retryBaseMs,
      onRetry: (reason, waitMs) =>
        onWarning(`${label}: ${redactUrls(url)}: ${reason}; again in ${Math.ceil(waitMs / 1000)} s.`),
    });
    if (got.contentType?.startsWith('text/html') === true) throw unavailable(url, label, 'a web page came');
    await renameDurably(part, join(cache, 'sources', 'sha256', got.sha256));
    return got;
  } catch (error) {
    throw error instanceof DownloadError ? unavailable(url, label, error.message, error) : error;
  } finally {
    await removePartial(part);
  }
}

function unavailable(url: string, label: string, reason: string, cause?: unknown): UserError {
  return new UserError('SOURCE_UNAVAILABLE', `${label}: ${redactUrls(url)}: ${reason}.`, {
    hint: 'Check the address and the network, then run the same command again: nothing was changed.',
    cause,
  });
}
