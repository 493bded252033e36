/** Artifacts below an HTTP(S) URL, read-only: what a web server, a CDN or a Blob container shows of a repository. */
import { remove } from '../host/files.ts';
import type { HashedBytes } from '../host/hash-file.ts';
import { fetchText, isThere, type TextOptions } from '../host/http-text.ts';
import { download, DownloadError } from '../host/network.ts';
import { toSha256 } from '../model/digest.ts';
import { UserError } from '../model/errors.ts';
import type { ReadableStore, TransferOptions } from './artifact-store.ts';

export interface HttpStoreOptions {
  /** Tries in all. */
  readonly attempts?: number;
  /** First wait between tries, in milliseconds. */
  readonly retryBaseMs?: number;
  /** Longest silence of the server, in milliseconds. */
  readonly stallMs?: number;
}

export class HttpStore implements ReadableStore {
  readonly location: string;
  readonly #base: URL;
  readonly #options: Omit<TextOptions, 'signal'>;

  /** @param base a user name and password in it are sent as basic authentication; its query goes with each request */
  constructor(base: string, { attempts = 4, retryBaseMs = 500, stallMs = 60_000 }: HttpStoreOptions = {}) {
    this.#base = new URL(base);
    if (!this.#base.pathname.endsWith('/')) this.#base.pathname += '/';
    this.location = `${this.#base.origin}${this.#base.pathname}`;
    this.#options = { attempts, retryBaseMs, stallMs };
  }

  async has(name: string, { signal }: TransferOptions = {}): Promise<boolean> {
    return this.#explained(signal, () => isThere(this.#url(name), { ...this.#options, signal }));
  }

  async readText(name: string, { signal }: TransferOptions = {}): Promise<string | undefined> {
    return this.#explained(signal, () => fetchText(this.#url(name), { ...this.#options, signal }));
  }

  async get(name: string, path: string, options: TransferOptions = {}): Promise<HashedBytes | undefined> {
    try {
      return await this.#explained(options.signal, () => this.#download(name, path, options));
    } finally {
      // It would allow to go on after a restart, but a package is fetched under a name of this process alone.
      await remove(`${path}.state`);
    }
  }

  async #download(name: string, path: string, options: TransferOptions): Promise<HashedBytes | undefined> {
    try {
      const { sha256, bytes } = await download(this.#url(name).href, path, { ...this.#options, ...options });
      const digest = toSha256(sha256);
      if (digest === undefined) throw new Error(`not a SHA-256: ${sha256}`);
      return { sha256: digest, bytes };
    } catch (error) {
      if (error instanceof DownloadError && error.isAbsent) return undefined;
      throw error;
    }
  }

  /** Ids may hold `+` and `@`, which servers read in more than one way unless they are escaped. */
  #url(name: string): URL {
    const url = new URL(name.split('/').map(encodeURIComponent).join('/'), this.#base);
    url.search = this.#base.search;
    return url;
  }

  async #explained<Result>(signal: AbortSignal | undefined, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof DownloadError)) throw error;
      const message = `The repository ${this.location} cannot be read: ${error.message}.`;
      const hint = 'Look whether the address is right and can be reached from here.';
      throw new UserError('REPOSITORY_UNAVAILABLE', message, { hint, cause: error });
    }
  }
}
