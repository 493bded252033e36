/** Small HTTP servers for programs that we start: on a socket in a folder of ours, or on the loopback interface. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refuseLongPath } from './unix-socket.ts';

export interface HttpRequest {
  readonly method: string;
  /** With its query. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Longer requests are cut: what is served here is asked for in a few hundred bytes. */
const LONGEST_BODY = 1_048_576;

/**
 * Serves until the scope ends.
 *
 * @param at path of a socket, or a port of 127.0.0.1, 0 for one that is free
 */
export async function serveHttp(
  at: string | number,
  answer: (request: HttpRequest) => HttpAnswer,
): Promise<AsyncDisposable & { readonly port: number }> {
  if (typeof at === 'string') refuseLongPath(at);
  const server = createServer((request, response) => {
    reply(request, response, answer).catch(() => {
      // The client went away in the middle of its request: there is nobody to answer.
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    if (typeof at === 'string') server.listen(at, resolve);
    else server.listen(at, '127.0.0.1', resolve);
  });
  return {
    port: portOf(server.address()),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function reply(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: HttpRequest) => HttpAnswer,
): Promise<void> {
  const body = await readBody(request);
  const { method = 'GET', headers } = request;
  const url = new URL(request.url ?? '/', 'http://guest.invalid');
  const { status, type, body: text } = answer({ method, url, headers, body });
  // Old clients make a connection for each request, and wait for its end.
  response.writeHead(status, { 'content-type': type, connection: 'close' }).end(text);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Buffer) || bytes > LONGEST_BODY) continue;
    chunks.push(chunk);
    bytes += chunk.length;
  }
  return Buffer.concat(chunks).toString();
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}
