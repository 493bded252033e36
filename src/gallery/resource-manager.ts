/** Azure Resource Manager through its library, loaded only by who talks to it: who asks, where, and what was asked. */
import type { ComputeManagementClient } from '@azure/arm-compute';
import type { AzureCloud } from '../model/azure-cloud.ts';
import { explainArm, isNotFound, withCauses } from './arm-errors.ts';

/** One request that changes something, as it is sent. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly body?: unknown;
}

export interface ManagerOptions {
  readonly cloud: AzureCloud;
  readonly subscription: string;
  /** In place of that of the cloud. */
  readonly endpoint?: string | undefined;
  /** Whether requests that change something are only noted. What is there is read all the same. */
  readonly isDryRun: boolean;
  /** Between two looks at what is under way. */
  readonly pollMs: number;
  /** Longest silence of the service, in milliseconds. */
  readonly stallMs?: number;
  readonly signal: AbortSignal;
}

/** What the library gives for an operation that may take long. */
export interface Operation<Result> {
  submitted(): Promise<void>;
  pollUntilDone(options: { readonly abortSignal: AbortSignal }): Promise<Result>;
}

/** Something that the service has taken, and that may take long. */
export interface Begun<Result> {
  /** Waits for its end. */
  finish(): Promise<Result>;
}

/** Stands in the place of an answer in a dry run. */
class NotSent extends Error {}

/** As the library's retries know a connection that is lost. */
class Silence extends Error {
  override readonly name = 'RestError';
  readonly code = 'ETIMEDOUT';

  constructor(ms: number) {
    super(`silent for ${ms / 1000} s`);
  }
}

const STALL_MS = 120_000;
const TRIES = { maxRetries: 6, retryDelayInMs: 1000, maxRetryDelayInMs: 60_000 };

export class ResourceManager {
  readonly compute: ComputeManagementClient;
  readonly options: ManagerOptions;
  /** In their order. */
  readonly sent: readonly SentRequest[];

  private constructor(compute: ComputeManagementClient, options: ManagerOptions, sent: readonly SentRequest[]) {
    this.compute = compute;
    this.options = options;
    this.sent = sent;
  }

  static async open(options: ManagerOptions): Promise<ResourceManager> {
    const [{ ComputeManagementClient: Client }, { DefaultAzureCredential }] = await Promise.all([
      import('@azure/arm-compute'),
      import('@azure/identity'),
    ]);
    const { cloud, subscription, endpoint = cloud.resourceManager, isDryRun, stallMs = STALL_MS, signal } = options;
    const sent: SentRequest[] = [];
    const client = new Client(new DefaultAzureCredential({ authorityHost: cloud.authority }), subscription, {
      endpoint,
      credentials: { scopes: [`${cloud.resourceManager}/.default`] },
      retryOptions: TRIES,
      additionalPolicies: [
        {
          position: 'perCall',
          policy: {
            name: 'note what is changed',
            sendRequest: async (request, next) => {
              if (request.method === 'GET') return await next(request);
              const body = typeof request.body === 'string' ? { body: JSON.parse(request.body) } : {};
              sent.push({ method: request.method, url: request.url, ...body });
              if (isDryRun) throw new NotSent();
              return await next(request);
            },
          },
        },
        {
          position: 'perRetry',
          policy: {
            name: 'end a silence, and keep what an error says',
            sendRequest: async (request, next) => {
              request.timeout = stallMs;
              try {
                const response = await next(request);
                if (typeof response.bodyAsText === 'string') response.bodyAsText = withCauses(response.bodyAsText);
                return response;
              } catch (error) {
                // The library takes its own limit for an end that was asked for, and would try no more.
                if (signal.aborted || !(error instanceof Error) || error.name !== 'AbortError') throw error;
                throw new Silence(stallMs);
              }
            },
          },
        },
      ],
    });
    return new ResourceManager(client, options, sent);
  }

  /** Passed to every call of the library. */
  get call() {
    const { signal, pollMs } = this.options;
    return { abortSignal: signal, updateIntervalInMs: Math.max(pollMs, LEAST_POLL_MS) };
  }

  /**
   * Asks for something that may not be there.
   *
   * @param doing for the message: `The gallery dcos cannot be read`
   */
  async find<Found>(doing: string, ask: () => Promise<Found>): Promise<Found | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (isNotFound(error) && !isMissingGroup(error)) return undefined;
      throw this.#explain(error, doing);
    }
  }

  /** All pages of a list. @returns nothing if what it is a list of is not there */
  async list<Found>(doing: string, pages: AsyncIterable<Found>): Promise<readonly Found[]> {
    const all: Found[] = [];
    await this.find(doing, async () => {
      for await (const found of pages) all.push(found);
    });
    return all;
  }

  /** Has something changed, and waits until it is done. @returns undefined in a dry run */
  async change<Result>(doing: string, begin: () => Operation<Result>): Promise<Result | undefined> {
    const begun = await this.begin(doing, begin);
    return await begun?.finish();
  }

  /** Has something changed. @returns once the service has taken it; undefined in a dry run */
  async begin<Result>(doing: string, begin: () => Operation<Result>): Promise<Begun<Result> | undefined> {
    const { signal: abortSignal } = this.options;
    const trying = async <Value>(work: () => Promise<Value>): Promise<Value> => {
      try {
        return await work();
      } catch (error) {
        throw this.#explain(error, doing);
      }
    };
    try {
      const operation = await trying(async () => {
        const started = begin();
        await started.submitted();
        return { finish: () => started.pollUntilDone({ abortSignal }) };
      });
      return { finish: () => trying(operation.finish) };
    } catch (error) {
      if (error instanceof NotSent) return undefined;
      throw error;
    }
  }

  #explain(error: unknown, doing: string): unknown {
    this.options.signal.throwIfAborted();
    return explainArm(error, doing);
  }
}

const LEAST_POLL_MS = 20;

/** That is a mistake, and not something to be made. */
function isMissingGroup(error: unknown): boolean {
  return (
    error instanceof Error &&
    /ResourceGroupNotFound|SubscriptionNotFound/.test(`${'code' in error ? String(error.code) : ''} ${error.message}`)
  );
}
