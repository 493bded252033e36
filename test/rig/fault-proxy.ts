/**
 * An HTTP proxy before a server on loopback, which does to each request what the test says: answers in its place, cuts the
 * connection, sends less or other bytes than came, lets time pass. It counts all requests by method.
 */
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { listenOnLoopback } from './loopback.ts';

/** What becomes of one request. Offsets count bytes of a body, from 0. */
export type Fault =
  /** The proxy answers itself. */
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** The connection is cut before the server hears of it. */
  | { readonly kind: 'cut-request' }
  /** The server has done its work, and the connection is cut before the answer. */
  | { readonly kind: 'cut-answer' }
  /** The connection is cut in the middle of the answer's body. */
  | { readonly kind: 'cut-body'; readonly after: number }
  /** The answer is shorter than the server's, and says so itself: nothing but its content can tell. */
  | { readonly kind: 'truncate'; readonly to: number }
  /** One bit of the answer's body is another one. */
  | { readonly kind: 'flip'; readonly at: number }
  /** One bit of the request's body is another one. */
  | { readonly kind: 'flip-request'; readonly at: number }
  /** The answer's body comes in pieces with pauses. */
  | { readonly kind: 'slow'; readonly pieceBytes: number; readonly pauseMs: number }
  /** No answer ever. */
  | { readonly kind: 'silent' }
  /** The server's clock is another one than that of this machine. */
  | { readonly kind: 'clock'; readonly offsetMs: number };

export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  /** How many came before, of all. */
  readonly index: number;
  /** How many of this method and URL came before: 0 is the first try. */
  readonly tries: number;
}

/** What to do to a request; undefined: nothing. */
export type Script = (asked: Asked) => Fault | undefined;

export class FaultProxy implements AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Every request in the order of arrival. */
  readonly asked: Asked[] = [];
  /** Can be changed at any time. */
  script: Script;
  readonly #target: URL;
  readonly #close: () => Promise<void>;

  private constructor(url: string, target: string, script: Script, close: () => Promise<void>) {
    this.url = url;
    this.#target = new URL(target);
    this.script = script;
    this.#close = close;
  }

  static async start(target: string, script: Script = () => undefined): Promise<FaultProxy> {
    const server = createServer((request, response) => void proxy.#serve(request, response));
    // Cut connections are what this is for.
    server.on('clientError', (_error, socket) => socket.destroy());
    const { port, close } = await listenOnLoopback(server);
    const proxy = new FaultProxy(`http://127.0.0.1:${port}`, target, script, close);
    return proxy;
  }

  /** How many requests there were of a method. */
  count(method: string): number {
    return this.asked.filter((each) => each.method === method).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const tries = this.asked.filter((each) => each.method === method && each.url === url).length;
    const asked: Asked = { method, url, headers, index: this.asked.length, tries };
    this.asked.push(asked);
    const fault = this.script(asked);
    try {
      await this.#act(fault, request, response);
    } catch {
      // A connection that ended on either side while bytes were under way.
      response.destroy();
    }
  }

  async #act(fault: Fault | undefined, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (fault?.kind === 'cut-request') return void request.socket.destroy();
    const sent = await buffer(request);
    if (fault?.kind === 'silent') return;
    if (fault?.kind === 'status') return void response.writeHead(fault.status, fault.headers).end();
    if (fault?.kind === 'flip-request') flip(sent, fault.at);
    const answer = await this.#forward(request, sent);
    if (fault?.kind === 'cut-answer') return void (answer.resume(), request.socket.destroy());
    const body = await buffer(answer);
    await respond(response, answer, body, fault);
  }

  async #forward({ method = 'GET', url, headers }: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
    return await new Promise((resolve, reject) => {
      const { hostname, port } = this.#target;
      const forwarded = ask({ hostname, port, method, path: url, headers }, resolve);
      forwarded.on('error', reject);
      forwarded.end(body);
    });
  }
}

async function respond(
  response: ServerResponse,
  { statusCode = 500, headers }: IncomingMessage,
  body: Buffer,
  fault: Fault | undefined,
): Promise<void> {
  if (fault?.kind === 'clock') {
    const date = new Date(Date.now() + fault.offsetMs).toUTCString();
    return void response.writeHead(statusCode, { ...headers, date }).end(body);
  }
  if (fault?.kind === 'truncate') {
    const rest = body.subarray(0, fault.to);
    const { 'content-length': _length, ...others } = headers;
    return void response.writeHead(statusCode, { ...others, 'content-length': rest.length }).end(rest);
  }
  response.writeHead(statusCode, headers);
  if (fault?.kind === 'cut-body') {
    return void response.write(body.subarray(0, fault.after), () => response.destroy());
  }
  if (fault?.kind === 'flip') flip(body, fault.at);
  if (fault?.kind === 'slow') {
    for (let at = 0; at < body.length && !response.destroyed; at += fault.pieceBytes) {
      response.write(body.subarray(at, at + fault.pieceBytes));
      await sleep(fault.pauseMs);
    }
    return void response.end();
  }
  response.end(body);
}

function flip(bytes: Buffer, at: number): void {
  const index = at % Math.max(bytes.length, 1);
  if (bytes.length > 0) bytes[index] = (bytes[index] ?? 0) ^ 1;
}

/** The fault for the first so many requests that match; further ones are let through. */
export function first(times: number, fault: Fault, matches: (asked: Asked) => boolean = () => true): Script {
  let left = times;
  return (asked) => {
    if (left === 0 || !matches(asked)) return undefined;
    left -= 1;
    return fault;
  };
}

/**
 * Faults at random, the same for the same seed and order of requests.
 *
 * @param share of requests that get one, 0 to 1
 * @param faults what they get, each as often as the others
 */
export function seeded(seed: number, share: number, faults: readonly Fault[]): Script {
  const random = generator(seed);
  return () => (random() < share ? faults[Math.floor(random() * faults.length)] : undefined);
}

/** Numbers from 0 to 1: mulberry32, which is small and even enough to choose faults. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
