/**
 * GET over http(s) for downloads: the bytes as the server sends them (`fetch` would unpack a .gz that a server labels
 * as an encoding), redirects, proxies from the environment, and an end to servers that fall silent.
 */
import type { Agent, IncomingMessage, request as httpRequest } from 'node:http';
import { redactUrls } from '../model/url.ts';

export interface GetOptions {
  /** Default: GET. */
  readonly method?: 'HEAD';
  readonly headers: Readonly<Record<string, string>>;
  /** Longest silence in milliseconds, while connecting too. */
  readonly stallMs: number;
  readonly signal?: AbortSignal | undefined;
}

const MOST_REDIRECTS = 10;

interface Transport {
  readonly request: typeof httpRequest;
  readonly agent: Agent;
}

const proxyEnv = { ...process.env };
const transports = new Map<string, Promise<Transport>>();

/** Only here: to load Node's own client takes as long as Node's start, and most runs fetch nothing. */
export function transportOf(protocol: string): Promise<Transport> {
  const loaded = transports.get(protocol) ?? load(protocol);
  transports.set(protocol, loaded);
  return loaded;
}

async function load(protocol: string): Promise<Transport> {
  const client = protocol === 'https:' ? await import('node:https') : await import('node:http');
  return { request: client.request, agent: new client.Agent({ keepAlive: true, proxyEnv }) };
}

interface DownloadErrorOptions extends ErrorOptions {
  readonly mayPass: boolean;
  readonly retryAfterMs?: number;
  readonly isAbsent?: boolean;
}

/** A failure of the connection, or what the server said instead of the file. */
export class DownloadError extends Error {
  /** Whether another try at the same URL can help. */
  readonly mayPass: boolean;
  /** How long the server asked us to wait, in milliseconds. */
  readonly retryAfterMs: number;
  /** Whether the other side answered that it has no such file. */
  readonly isAbsent: boolean;

  constructor(message: string, options: DownloadErrorOptions) {
    super(redactUrls(message), options);
    this.name = 'DownloadError';
    this.mayPass = options.mayPass;
    this.retryAfterMs = options.retryAfterMs ?? 0;
    this.isAbsent = options.isAbsent ?? false;
  }
}

/** The response with status 200, 206, 304 or 416, its body unread. @throws DownloadError for any other */
export async function get(url: URL, options: GetOptions): Promise<IncomingMessage> {
  let at = url;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const response = await request(at, options);
    const status = response.statusCode ?? 0;
    if ([200, 206, 304, 416].includes(status)) return response;
    response.resume();
    const location = response.headers.location;
    if (![301, 302, 303, 307, 308].includes(status) || location === undefined) throw refusedWith(response, status);
    at = redirected(at, location);
  }
  throw new DownloadError(`more than ${MOST_REDIRECTS} redirects`, { mayPass: false });
}

/** The user and password of a URL go nowhere but to the server that they are for. */
function redirected(from: URL, location: string): URL {
  if (!URL.canParse(location, from.href)) throw new DownloadError('a redirect to no URL', { mayPass: false });
  const to = new URL(location, from.href);
  if (to.protocol !== 'http:' && to.protocol !== 'https:') {
    throw new DownloadError(`a redirect to ${to.protocol}`, { mayPass: false });
  }
  if (to.origin === from.origin && to.username === '') {
    to.username = from.username;
    to.password = from.password;
  }
  return to;
}

async function request(url: URL, { method, headers, stallMs, signal }: GetOptions): Promise<IncomingMessage> {
  const transport = await transportOf(url.protocol);
  return await new Promise((resolve, reject) => {
    const optional = { ...(signal === undefined ? {} : { signal }), ...(method === undefined ? {} : { method }) };
    const settings = { headers, agent: transport.agent, ...optional };
    const sent = transport.request(url, settings);
    sent.setTimeout(stallMs, () =>
      sent.destroy(new DownloadError(`silent for ${stallMs / 1000} s`, { mayPass: true })),
    );
    sent.on('response', resolve);
    sent.on('error', (error) => reject(explainConnection(error)));
    sent.end();
  });
}

/** Errors of the connection with words; what a name server or a certificate says will be the same in a second. */
export function explainConnection(error: unknown): unknown {
  if (error instanceof DownloadError || !(error instanceof Error) || error.name === 'AbortError') return error;
  const code = 'code' in error ? String(error.code) : '';
  const mayPass =
    /^(?:ECONN|ETIMEDOUT|EPIPE|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENETDOWN|HPE_|ERR_STREAM_PREM|UND_)/.test(code);
  // Node's word for a body that ends before it is whole.
  const isCut = error.message === 'aborted';
  const message = isCut ? 'the connection was cut off' : error.message === '' ? code : error.message;
  return new DownloadError(message, { mayPass: mayPass || isCut, cause: error });
}

function refusedWith({ headers, statusMessage }: IncomingMessage, status: number): DownloadError {
  const after = headers['retry-after'] ?? '';
  const seconds = /^\d+$/.test(after) ? Number(after) : (Date.parse(after) - Date.now()) / 1000;
  return new DownloadError(`HTTP ${status} ${statusMessage ?? ''}`.trim(), {
    mayPass: status >= 500 || status === 429 || status === 408,
    retryAfterMs: seconds > 0 ? seconds * 1000 : 0,
    isAbsent: status === 404 || status === 410,
  });
}
