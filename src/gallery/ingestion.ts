/** The Product Ingestion API of Partner Center: who asks, tries, jobs that are waited for, and refusals in one sentence. */
import { askJson, type JsonAnswer } from '../host/http-json.ts';
import { DownloadError } from '../host/http-get.ts';
import { pause } from '../host/pause.ts';
import { UserError } from '../model/errors.ts';
import { redactUrls } from '../model/url.ts';
import { explainArm } from './arm-errors.ts';
import type { SentRequest } from './resource-manager.ts';
import { listOf, objectOf, schemaUrl, type Configuration } from './technical-configuration.ts';

export interface IngestionOptions {
  readonly endpoint: string;
  readonly isDryRun: boolean;
  readonly pollMs: number;
  readonly signal: AbortSignal;
}

export const INGESTION = 'https://graph.microsoft.com/rp/product-ingestion';
const SCOPE = 'https://graph.microsoft.com/.default';
/** Of `configure` itself, of submissions, and of the reading side. */
export const API_VERSION = '2022-03-01-preview2';
/** Of technical configurations: writes are taken with the newest one only, so that it can be set. */
export const CONFIGURATION_SCHEMA = '2026-04-01-preview1';
const TRIES = { attempts: 5, retryBaseMs: 500, stallMs: 120_000 };
const LEAST_POLL_MS = 20;

export class Ingestion {
  readonly #options: IngestionOptions;
  readonly #sent: SentRequest[] = [];
  #token: (() => Promise<string>) | undefined;

  constructor(options: IngestionOptions) {
    this.#options = options;
  }

  /** What changes something, in its order, as it is sent; signatures of URLs are left out where it is shown. */
  get sent(): readonly SentRequest[] {
    return this.#sent;
  }

  /** The one of that name. @throws UserError AZURE_REFUSED if there is none */
  async findOne(kind: 'product' | 'plan', name: string, query: Readonly<Record<string, string>>): Promise<string> {
    const { body } = await this.#get(kind, { ...query, externalId: name });
    const [found] = listOf(objectOf(body)?.['value']);
    const id = found?.['id'];
    if (typeof id === 'string') return id;
    throw new UserError('AZURE_REFUSED', `Partner Center has no ${kind === 'product' ? 'offer' : 'plan'} "${name}".`, {
      hint: 'Look whether the name is right, and whether who runs this has the role of a manager in that account.',
    });
  }

  /** @returns undefined: there is none */
  async read(path: string, query: Readonly<Record<string, string>> = {}): Promise<Configuration | undefined> {
    const { status, body } = await this.#get(path, query);
    return status === 404 ? undefined : objectOf(body);
  }

  /** Has something changed, and waits until it is. @throws UserError AZURE_REFUSED with the errors of the job */
  async configure(resource: Configuration, doing: string): Promise<void> {
    const body = { $schema: schemaUrl('configure', API_VERSION), resources: [resource] };
    const url = this.#url('configure', { $version: API_VERSION });
    this.#sent.push({ method: 'POST', url: url.href, body });
    if (this.#options.isDryRun) return;
    let job = jobOf(await this.#ask({ method: 'POST', url, body }));
    const status = `configure/${String(job['jobId'])}/status`;
    for (;;) {
      const { jobStatus, jobResult } = job;
      if (jobStatus === 'completed') {
        if (jobResult === 'succeeded') return;
        throw jobFailure(job, doing);
      }
      await pause(Math.max(this.#options.pollMs, LEAST_POLL_MS), this.#options.signal);
      job = jobOf(await this.#get(status, { $version: API_VERSION }));
    }
  }

  async #get(path: string, query: Readonly<Record<string, string>>): Promise<JsonAnswer> {
    return await this.#ask({ method: 'GET', url: this.#url(path, { $version: API_VERSION, ...query }) });
  }

  #url(path: string, query: Readonly<Record<string, string>>): URL {
    const url = new URL(`${this.#options.endpoint}/${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }

  async #ask(request: {
    readonly method: 'GET' | 'POST';
    readonly url: URL;
    readonly body?: unknown;
  }): Promise<JsonAnswer> {
    const { signal } = this.#options;
    const token = await this.#bearer();
    try {
      const answer = await askJson({ ...request, headers: { authorization: `Bearer ${token}` } }, { ...TRIES, signal });
      if (answer.status < 400 || answer.status === 404) return answer;
      throw refusal(answer);
    } catch (error) {
      if (!(error instanceof DownloadError)) throw error;
      throw new UserError('AZURE_UNAVAILABLE', `Partner Center does not answer (${redactUrls(error.message)}).`, {
        hint: 'Look whether this machine has a network, and run the same command again.',
        cause: error,
      });
    }
  }

  async #bearer(): Promise<string> {
    try {
      this.#token ??= await openToken(this.#options.signal);
      return await this.#token();
    } catch (error) {
      throw explainArm(error, 'Partner Center cannot be asked');
    }
  }
}

async function openToken(abortSignal: AbortSignal): Promise<() => Promise<string>> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  const credential = new DefaultAzureCredential();
  return async () => (await credential.getToken(SCOPE, { abortSignal })).token;
}

/** @throws UserError AZURE_REFUSED for what says nothing of a job, which would be asked for again and again */
function jobOf(answer: JsonAnswer): Configuration {
  const job = objectOf(answer.body);
  if (answer.status < 400 && typeof job?.['jobStatus'] === 'string') return job;
  throw refusal(answer);
}

function refusal({ status, body }: JsonAnswer): UserError {
  const error = objectOf(objectOf(body)?.['error']) ?? {};
  const told = redactUrls([error['code'], error['message']].filter((part) => typeof part === 'string').join(': '));
  const what = told === '' ? `answers ${status}` : `answers ${status} ${told.replace(/\.$/, '')}`;
  if (status === 401 || status === 403) {
    return new UserError('AZURE_FORBIDDEN', `Partner Center ${what}.`, {
      hint: 'Who runs this has to be a user or an application of the Partner Center account, as a manager.',
    });
  }
  const isOut = status === 429 || status >= 500;
  return new UserError(isOut ? 'AZURE_UNAVAILABLE' : 'AZURE_REFUSED', `Partner Center ${what}.`, {
    hint: isOut
      ? 'Run the same command again in some minutes.'
      : 'Look what the message names; --dry-run prints the request.',
  });
}

function jobFailure({ errors, jobResult }: Configuration, doing: string): UserError {
  const told = listOf(errors).map(({ code, message }) => `${String(code)}: ${String(message)}`.replace(/\.$/, ''));
  const what = told.length === 0 ? String(jobResult) : told.join('; ');
  return new UserError('AZURE_REFUSED', `${doing}: ${redactUrls(what)}.`, {
    hint: 'Look at the offer in Partner Center; nothing of this change was taken.',
  });
}
