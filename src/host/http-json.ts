/** Requests to services that speak JSON: any method, a body, and tries where another one can help. */
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { DownloadError, explainConnection, transportOf } from './http-get.ts';
import { retrying } from './retry.ts';

export interface JsonRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

export interface JsonAnswer {
  readonly status: number;
  /** undefined: none, or no JSON. */
  readonly body: unknown;
}

export interface JsonOptions {
  readonly signal?: AbortSignal | undefined;
  /** Tries in all. */
  readonly attempts: number;
  /** First wait between tries, in milliseconds. */
  readonly retryBaseMs: number;
  /** Longest silence of the server, in milliseconds. */
  readonly stallMs: number;
}

const TRANSIENT = [408, 429, 500, 502, 503, 504];

/** An answer that another try may better. */
class Passing extends Error {
  readonly answer: JsonAnswer;
  readonly waitMs: number;

  constructor(answer: JsonAnswer, waitMs: number) {
    super(`HTTP ${answer.status}`);
    this.answer = answer;
    this.waitMs = waitMs;
  }
}

/**
 * @returns whatever the service answers in the end, refusals too
 * @throws DownloadError if it does not answer
 */
export async function askJson(request: JsonRequest, options: JsonOptions): Promise<JsonAnswer> {
  const { signal, attempts, retryBaseMs: baseMs, stallMs } = options;
  const mayPass = (error: unknown): ReturnType<Parameters<typeof retrying>[0]['mayPass']> => {
    if (error instanceof Passing) return { progressed: false, waitMs: error.waitMs };
    return error instanceof DownloadError && error.mayPass;
  };
  try {
    return await retrying({ attempts, baseMs, mostMs: 60_000, signal, mayPass }, async () => {
      const response = await send(request, { stallMs, signal });
      const answer = { status: response.statusCode ?? 0, body: parse(await bodyOf(response)) };
      if (TRANSIENT.includes(answer.status)) throw new Passing(answer, retryAfterMs(response));
      return answer;
    });
  } catch (error) {
    if (error instanceof Passing) return error.answer;
    throw error;
  }
}

async function send(
  { method, url, headers, body }: JsonRequest,
  { stallMs, signal }: Pick<JsonOptions, 'stallMs' | 'signal'>,
): Promise<IncomingMessage> {
  const transport = await transportOf(url.protocol);
  const content = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const sizes = content === undefined ? {} : { 'content-type': 'application/json', 'content-length': content.length };
  return await new Promise((resolve, reject) => {
    const settings = { method, agent: transport.agent, ...(signal === undefined ? {} : { signal }) };
    const sent = transport.request(url, { ...settings, headers: { accept: 'application/json', ...headers, ...sizes } });
    sent.setTimeout(stallMs, () =>
      sent.destroy(new DownloadError(`silent for ${stallMs / 1000} s`, { mayPass: true })),
    );
    sent.on('response', resolve);
    sent.on('error', (error) => reject(explainConnection(error)));
    sent.end(content);
  });
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  try {
    return await text(response);
  } catch (error) {
    throw explainConnection(error);
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function retryAfterMs({ headers }: IncomingMessage): number {
  const after = headers['retry-after'] ?? '';
  const seconds = /^\d+$/.test(after) ? Number(after) : (Date.parse(after) - Date.now()) / 1000;
  return seconds > 0 ? seconds * 1000 : 0;
}
