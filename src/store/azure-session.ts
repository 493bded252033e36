/** One container of Blob Storage: the library, loaded when it is first needed, and every request with tries and clear errors. */
import type { ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { retrying } from '../host/retry.ts';
import { cloudOfEndpoint } from '../model/azure-cloud.ts';
import { UserError } from '../model/errors.ts';
import { redactUrls } from '../model/url.ts';
import { explainFailure, explainIdentity, type Right } from './azure-errors.ts';
import { BrokenAnswer, failureOf } from './azure-failure.ts';
import type { AzurePlace } from './azure-place.ts';

export interface SessionOptions {
  /** Tries that may bring nothing, one after another. */
  readonly attempts: number;
  /** First wait between tries, in milliseconds; doubled for each further one, up to a minute. */
  readonly retryBaseMs: number;
  /** Longest silence of the service, in milliseconds. */
  readonly stallMs: number;
}

export interface Ask {
  readonly right: Right;
  readonly signal?: AbortSignal | undefined;
  /** Bytes to be sent: a slow line gets more time for more of them. */
  readonly bytes?: number;
  /** Whether the last try came further than those before. */
  readonly progressed?: () => boolean;
}

export interface Attempt {
  /** Aborted when the caller gives up, or when the service is silent for too long. */
  readonly signal: AbortSignal;
  /** Something came: the silence begins anew. */
  readonly alive: () => void;
  /** Whether an earlier try may have done the work, though its answer never came. */
  readonly isUnsure: boolean;
}

type Sdk = typeof import('@azure/storage-blob');

/** The slowest line that is waited for, in bytes a second. */
const SLOWEST = 64 * 1024;
const MOST_WAIT_MS = 60_000;

export class AzureSession {
  readonly place: AzurePlace;
  readonly #options: SessionOptions;
  #client: Promise<ContainerClient> | undefined;

  constructor(place: AzurePlace, options: SessionOptions) {
    this.place = place;
    this.#options = options;
  }

  /** The library. Half a second of start-up: only who talks to Azure loads it. */
  async sdk(): Promise<Sdk> {
    return await import('@azure/storage-blob');
  }

  async container(): Promise<ContainerClient> {
    return await (this.#client ??= this.#open());
  }

  /** @returns undefined if the account is not opened with its key */
  async key(): Promise<StorageSharedKeyCredential | undefined> {
    const { account, credential } = this.place;
    return credential.kind === 'key'
      ? new (await this.sdk()).StorageSharedKeyCredential(account, credential.key)
      : undefined;
  }

  /**
   * Does one request, again where that can help.
   *
   * @throws UserError STORE_FORBIDDEN, REPOSITORY_UNAVAILABLE; and what {@link answers} of the caller did not take
   */
  async ask<Result>(ask: Ask, work: (attempt: Attempt) => Promise<Result>): Promise<Result> {
    const { attempts, retryBaseMs } = this.#options;
    let tries = 0;
    try {
      return await retrying(
        {
          ...{ attempts, baseMs: retryBaseMs, mostMs: MOST_WAIT_MS, signal: ask.signal },
          mayPass: (error) => {
            const failure = failureOf(error, this.redact);
            const progressed = ask.progressed?.() ?? false;
            return failure?.mayPass === true && { progressed, waitMs: failure.retryAfterMs };
          },
        },
        async () => {
          tries += 1;
          return await this.#try(ask, tries > 1, work);
        },
      );
    } catch (error) {
      ask.signal?.throwIfAborted();
      throw this.#explain(error, ask.right);
    }
  }

  /** Takes what is secret out of a text. */
  readonly redact = (text: string): string => {
    const { credential } = this.place;
    const secrets =
      credential.kind === 'key'
        ? [credential.key]
        : credential.kind === 'sas'
          ? [credential.sas, new URLSearchParams(credential.sas).get('sig') ?? '']
          : [];
    const bare = secrets.filter(Boolean).reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
    return redactUrls(bare);
  };

  async #open(): Promise<ContainerClient> {
    const { endpoint, container, credential } = this.place;
    const { ContainerClient: Client } = await this.sdk();
    const url = `${endpoint}/${container}`;
    // Tries are ours alone: the library's own on top would multiply them.
    const options = { retryOptions: { maxTries: 1 } };
    if (credential.kind === 'sas') return new Client(`${url}?${credential.sas}`, undefined, options);
    if (credential.kind === 'key') return new Client(url, await this.key(), options);
    const { DefaultAzureCredential } = await import('@azure/identity');
    const authorityHost = cloudOfEndpoint(endpoint)?.authority;
    const identity = new DefaultAzureCredential(authorityHost === undefined ? {} : { authorityHost });
    return new Client(url, identity, options);
  }

  async #try<Result>(
    { signal, bytes = 0 }: Ask,
    isUnsure: boolean,
    work: (attempt: Attempt) => Promise<Result>,
  ): Promise<Result> {
    const patienceMs = this.#options.stallMs + (bytes / SLOWEST) * 1000;
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(), patienceMs);
    const stop = signal === undefined ? silence.signal : AbortSignal.any([signal, silence.signal]);
    try {
      return await work({ signal: stop, alive: () => void timer.refresh(), isUnsure });
    } catch (error) {
      if (signal?.aborted === true) throw error;
      if (silence.signal.aborted) throw new BrokenAnswer(`silent for ${Math.round(patienceMs / 1000)} s`);
      // The library says that it was aborted also when the other side has cut the body of an answer.
      if (error instanceof Error && error.name === 'AbortError') throw new BrokenAnswer('the connection was cut');
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #explain(error: unknown, right: Right): unknown {
    if (error instanceof UserError) return error;
    const explaining = { place: this.place, right, nowMs: Date.now() };
    if (isIdentityError(error)) return explainIdentity(this.redact(error.message.split('\n', 1)[0] ?? ''), explaining);
    const failure = failureOf(error, this.redact);
    if (failure !== undefined) return explainFailure(failure, explaining);
    if (!(error instanceof Error)) return error;
    // A bug is printed with its stack, and the library's errors carry URLs with signatures.
    const shown = new Error(this.redact(error.message));
    shown.stack = this.redact(error.stack ?? '');
    return shown;
  }
}

/** By their names, since the classes are in the library. */
function isIdentityError(error: unknown): error is Error {
  const names = ['CredentialUnavailableError', 'AggregateAuthenticationError', 'AuthenticationError'];
  return error instanceof Error && (names.includes(error.name) || error.name === 'AuthenticationRequiredError');
}
