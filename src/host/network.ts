/** Downloads into a file: resumable, tried again, hashed on the way. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256 } from '../model/digest.ts';
import { explainDiskFull, requireSpace } from './disk-space.ts';
import { hasCode, isMissing, readTextIfThere, remove, writeFileDurably } from './files.ts';
import { bodyOf } from './http-body.ts';
import { DownloadError, get } from './http-get.ts';
import { retrying } from './retry.ts';
import { makeFolderNow } from './make-folder.ts';

export { DownloadError } from './http-get.ts';

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (bytes: number, totalBytes: number | undefined) => void;
  /** Told when another try is about to be made. */
  readonly onRetry?: (reason: string, waitMs: number) => void;
  /** Tries that may bring nothing, one after another. Default: 5. */
  readonly attempts?: number;
  /** First wait between tries, in milliseconds. Default: 500. */
  readonly retryBaseMs?: number;
  /** Longest silence of the server in milliseconds. Default: one minute. */
  readonly stallMs?: number;
}

export interface Downloaded {
  readonly sha1: string;
  readonly sha256: string;
  readonly bytes: number;
  /** As the server labelled it: a web page where a tarball was expected says what went wrong. */
  readonly contentType: string | undefined;
  /** Whether some of it came from an earlier try. */
  readonly resumed: boolean;
  /** What the server calls this version of the file: an ETag or a date; undefined: it has no name for it. */
  readonly validator: string | undefined;
}

const PIECE = 2 ** 18;
const PROTOCOLS = ['http:', 'https:', 'file:'];

/**
 * Fetches a URL (http, https or file) into `path`. What an earlier, interrupted call left there is gone on with if the
 * server vouches that the file is still the same one; `<path>.state` remembers which one that was.
 *
 * @throws DownloadError when the tries are used up; UserError DISK_FULL
 */
export async function download(url: string, path: string, options: DownloadOptions = {}): Promise<Downloaded> {
  makeFolderNow(dirname(path));
  if (!PROTOCOLS.includes(URL.parse(url)?.protocol ?? '')) {
    throw new DownloadError('only http, https and file URLs can be fetched', { mayPass: false });
  }
  const transfer = new Transfer(url, path, options);
  await transfer.takeUp();
  try {
    return await retrying(
      {
        attempts: options.attempts ?? 5,
        baseMs: options.retryBaseMs ?? 500,
        mostMs: 60_000,
        signal: options.signal,
        mayPass: (error) =>
          error instanceof DownloadError &&
          error.mayPass && { progressed: transfer.progressed(), waitMs: error.retryAfterMs },
        onRetry: (error, waitMs) => options.onRetry?.(error instanceof Error ? error.message : '', waitMs),
      },
      () => transfer.attempt(),
    );
  } catch (error) {
    throw explainDiskFull(error, path);
  }
}

/** Both hashes of a file that is here. */
export async function digestsOf(path: string, signal?: AbortSignal): Promise<{ sha1: string; sha256: string }> {
  const hashes = newHashes();
  for await (const chunk of createReadStream(path, {
    highWaterMark: PIECE,
    ...(signal === undefined ? {} : { signal }),
  })) {
    hashes.sha1.update(chunk);
    hashes.sha256.update(chunk);
  }
  return { sha1: hashes.sha1.digest('hex'), sha256: hashes.sha256.digest('hex') };
}

/** Forgets a partial download. */
export async function removePartial(path: string): Promise<void> {
  await remove(path);
  await remove(`${path}.state`);
}

/** One download over all its tries; the hashes go on where the file does. */
class Transfer {
  readonly #url: URL;
  readonly #path: string;
  readonly #options: DownloadOptions;
  #hashes = newHashes();
  /** Bytes of the file that the hashes have seen. */
  #bytes = 0;
  /** What the server calls the version of the file that was begun; undefined: nothing that can be gone on with. */
  #validator: string | undefined;
  #resumed = false;
  /** The furthest that any try has come. */
  #seenBefore = 0;

  constructor(url: string, path: string, options: DownloadOptions) {
    this.#url = new URL(url);
    this.#path = path;
    this.#options = options;
  }

  /** Whether the last try came further than all before it: one that starts over and ends at the same place did not. */
  progressed(): boolean {
    const progressed = this.#bytes > this.#seenBefore;
    this.#seenBefore = Math.max(this.#bytes, this.#seenBefore);
    return progressed;
  }

  /** Takes up what an earlier process left of this URL's file; it is read once, for the hashes. */
  async takeUp(): Promise<void> {
    const [name, validator] = ((await readTextIfThere(`${this.#path}.state`)) ?? '').split('\n');
    if (name !== this.#name() || validator === undefined || validator === '') return;
    try {
      for await (const chunk of createReadStream(this.#path, { highWaterMark: PIECE })) this.#hash(chunk);
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    this.#validator = validator;
    this.#seenBefore = this.#bytes;
  }

  async attempt(): Promise<Downloaded> {
    const contentType = this.#url.protocol === 'file:' ? await this.#copy() : await this.#request();
    return {
      sha1: this.#hashes.sha1.digest('hex'),
      sha256: this.#hashes.sha256.digest('hex'),
      bytes: this.#bytes,
      contentType,
      resumed: this.#resumed,
      validator: this.#validator,
    };
  }

  async #copy(): Promise<undefined> {
    const from = fileURLToPath(this.#url);
    try {
      const { size } = await stat(from);
      await this.#receive(createReadStream(from, { highWaterMark: PIECE }), size);
    } catch (error) {
      if (!isMissing(error) && !hasCode(error, 'EISDIR') && !hasCode(error, 'EACCES')) throw error;
      const isAbsent = isMissing(error);
      throw new DownloadError(error instanceof Error ? error.message : '', { mayPass: false, isAbsent, cause: error });
    }
  }

  async #request(): Promise<string | undefined> {
    const from = this.#validator === undefined ? 0 : this.#bytes;
    const range = from === 0 ? {} : { range: `bytes=${from}-`, 'if-range': this.#validator ?? '' };
    const response = await get(this.#url, {
      headers: { 'user-agent': 'dcos-build', 'accept-encoding': 'identity', ...range },
      stallMs: this.#options.stallMs ?? 60_000,
      signal: this.#options.signal,
    });
    const body = bodyOf(response);
    const continues = response.statusCode === 206 && from > 0 && startOf(response) === from;
    if (response.statusCode !== 200 && !continues) {
      response.destroy();
      await this.#startOver(undefined);
      throw new DownloadError('the server did not go on where the file ends', { mayPass: true });
    }
    if (!continues) await this.#startOver(validatorOf(response));
    else this.#resumed = true;
    const length = response.headers['content-length'];
    await this.#receive(body, length === undefined ? undefined : this.#bytes + Number(length));
    return response.headers['content-type'];
  }

  async #receive(chunks: AsyncIterable<Uint8Array>, total: number | undefined): Promise<void> {
    if (total !== undefined) await requireSpace(this.#path, total - this.#bytes);
    await using file = await open(this.#path, this.#bytes === 0 ? 'w' : 'r+');
    for await (const chunk of chunks) {
      await writeAll(file, chunk, this.#bytes);
      this.#hash(chunk);
      this.#options.onProgress?.(this.#bytes, total);
    }
    if (total !== undefined && this.#bytes !== total) {
      throw new DownloadError(`${this.#bytes} bytes came of ${total}`, { mayPass: true });
    }
  }

  /** A validator is remembered before the first byte is written, so that no part is ever without its own. */
  async #startOver(validator: string | undefined): Promise<void> {
    this.#hashes = newHashes();
    this.#bytes = 0;
    this.#resumed = false;
    this.#validator = validator;
    await removePartial(this.#path);
    if (validator !== undefined) await writeFileDurably(`${this.#path}.state`, `${this.#name()}\n${validator}\n`);
  }

  #hash(chunk: Uint8Array): void {
    this.#hashes.sha1.update(chunk);
    this.#hashes.sha256.update(chunk);
    this.#bytes += chunk.length;
  }

  /** The URL may hold a secret, so it is not written down. */
  #name(): string {
    return sha256(this.#url.href);
  }
}

function newHashes(): { readonly sha1: Hash; readonly sha256: Hash } {
  return { sha1: createHash('sha1'), sha256: createHash('sha256') };
}

/** Weak ETags say that two files mean the same, not that their bytes are. */
function validatorOf({ headers }: IncomingMessage): string | undefined {
  const { etag, 'last-modified': modified } = headers;
  return etag !== undefined && !etag.startsWith('W/') ? etag : modified;
}

function startOf({ headers }: IncomingMessage): number | undefined {
  const [, start] = /^bytes (\d+)-/.exec(headers['content-range'] ?? '') ?? [];
  return start === undefined ? undefined : Number(start);
}

async function writeAll(file: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < chunk.length;) {
    at += (await file.write(chunk, at, chunk.length - at, position + at)).bytesWritten;
  }
}
