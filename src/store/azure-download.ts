/**
 * One blob to wherever its bytes go, hashed while it comes. A cut connection is gone on with; what is not what the metadata
 * says is fetched anew.
 */
import { createHash } from 'node:crypto';
import { Sha256Stream, toSha256, type Sha256 } from '../model/digest.ts';
import type { HashedBytes } from '../host/hash-file.ts';
import { DamagedArtifact, type TransferOptions } from './artifact-store.ts';
import { BrokenAnswer, failureOf } from './azure-failure.ts';
import { showPlace } from './azure-place.ts';
import type { AzureSession, Attempt } from './azure-session.ts';
import { SHA256_KEY } from './azure-write.ts';

/** Where the bytes go. */
export interface Sink {
  readonly write: (chunk: Uint8Array, position: number) => Promise<void>;
  /** What was written was not right: it begins again. */
  readonly empty: () => Promise<void>;
}

export interface Received extends HashedBytes {
  readonly version: string;
}

/** Times that the whole is fetched before the blob itself is taken to be damaged. */
const MOST_FETCHES = 3;
/** Asked for as a range up to here, the answer says how long the blob is, whatever becomes of its body. */
const FAR = 2 ** 48;

/**
 * @param blob in the container, prefix included
 * @returns undefined if there is none of that name
 * @throws DamagedArtifact if what is there is not what its metadata says
 */
export async function downloadBlob(
  session: AzureSession,
  blob: string,
  sink: Sink,
  options: TransferOptions = {},
): Promise<Received | undefined> {
  const first = new Download(session, blob, sink, options);
  for (let fetches = 1, download = first; ; fetches += 1, download = new Download(session, blob, sink, options)) {
    if (!(await download.receive())) return undefined;
    const { damage, received } = download.end();
    if (damage === undefined) return received;
    if (fetches === MOST_FETCHES) throw damaged(session, blob, damage);
    await sink.empty();
  }
}

interface Mismatch {
  readonly expected: string;
  readonly actual: string;
}

class Download {
  readonly #session: AzureSession;
  readonly #blob: string;
  readonly #sink: Sink;
  readonly #options: TransferOptions;
  #sha256 = new Sha256Stream();
  #md5 = createHash('md5');
  #bytes = 0;
  #seenBefore = 0;
  /** Of the version that was begun; undefined: nothing has come. */
  #version: string | undefined;
  #total: number | undefined;
  #expectedSha256: Sha256 | undefined;
  #expectedMd5: string | undefined;

  constructor(session: AzureSession, blob: string, sink: Sink, options: TransferOptions) {
    this.#session = session;
    this.#blob = blob;
    this.#sink = sink;
    this.#options = options;
  }

  /** @returns whether there is such a blob */
  async receive(): Promise<boolean> {
    const progressed = (): boolean => {
      const isFurther = this.#bytes > this.#seenBefore;
      this.#seenBefore = Math.max(this.#bytes, this.#seenBefore);
      return isFurther;
    };
    const ask = { right: 'r', signal: this.#options.signal, progressed } as const;
    return await this.#session.ask(ask, async (attempt) => {
      try {
        await this.#attempt(attempt);
        return true;
      } catch (error) {
        const failure = failureOf(error, this.#session.redact);
        if (failure?.code === 'BlobNotFound') return false;
        if (failure?.status === 412 && this.#version !== undefined) {
          await this.#startOver();
          throw new BrokenAnswer('it was replaced while it was fetched');
        }
        // There is no first byte to ask for.
        if (failure?.status === 416 && this.#bytes === 0 && (await this.#isEmpty(attempt))) return true;
        throw error;
      }
    });
  }

  end(): { readonly received: Received; readonly damage: Mismatch | undefined } {
    const sha256 = this.#sha256.digest();
    const md5 = this.#md5.digest('hex');
    const received = { sha256, bytes: this.#bytes, version: this.#version ?? '' };
    if (this.#expectedSha256 !== undefined) {
      const isRight = sha256 === this.#expectedSha256;
      return {
        received,
        damage: isRight ? undefined : { expected: `sha256 ${this.#expectedSha256}`, actual: `sha256 ${sha256}` },
      };
    }
    const isRight = this.#expectedMd5 === undefined || this.#expectedMd5 === md5;
    return { received, damage: isRight ? undefined : { expected: `md5 ${this.#expectedMd5}`, actual: `md5 ${md5}` } };
  }

  async #attempt({ signal, alive }: Attempt): Promise<void> {
    if (this.#bytes === this.#total) return;
    const client = (await this.#session.container()).getBlobClient(this.#blob);
    const response = await client.download(this.#bytes, FAR, {
      abortSignal: signal,
      maxRetryRequests: 0,
      ...(this.#version === undefined ? {} : { conditions: { ifMatch: this.#version } }),
    });
    const { readableStreamBody: body, contentRange, etag, metadata, blobContentMD5 } = response;
    const [, start, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(contentRange ?? '') ?? [];
    if (body === undefined || Number(start) !== this.#bytes)
      throw new BrokenAnswer('it sent another part than was asked for');
    this.#version ??= etag;
    this.#total = Number(total);
    this.#expectedSha256 = toSha256(metadata?.[SHA256_KEY] ?? '');
    this.#expectedMd5 = blobContentMD5 === undefined ? undefined : Buffer.from(blobContentMD5).toString('hex');
    for await (const chunk of body) {
      alive();
      await this.#take(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    }
    if (this.#bytes !== this.#total) throw new BrokenAnswer(`${this.#bytes} bytes came of ${this.#total}`);
  }

  async #take(chunk: Uint8Array): Promise<void> {
    await this.#sink.write(chunk, this.#bytes);
    this.#sha256.update(chunk);
    if (this.#expectedSha256 === undefined) this.#md5.update(chunk);
    this.#bytes += chunk.length;
    this.#options.onProgress?.(this.#bytes, this.#total);
  }

  async #isEmpty({ signal }: Attempt): Promise<boolean> {
    const client = (await this.#session.container()).getBlobClient(this.#blob);
    const { contentLength, etag } = await client.getProperties({ abortSignal: signal });
    this.#version = etag;
    return contentLength === 0;
  }

  async #startOver(): Promise<void> {
    await this.#sink.empty();
    this.#sha256 = new Sha256Stream();
    this.#md5 = createHash('md5');
    this.#bytes = 0;
    this.#version = undefined;
    this.#total = undefined;
  }
}

function damaged(session: AzureSession, blob: string, { expected, actual }: Mismatch): DamagedArtifact {
  const { place } = session;
  const name = blob.slice(place.prefix.length);
  return new DamagedArtifact(
    `${name} of ${showPlace(place)} is not what was written: it should have the ${expected}, but has ${actual}.`,
    {
      hint: 'It came so several times over: look who changed it, remove it, and publish it anew.',
      expected,
      actual,
    },
  );
}
