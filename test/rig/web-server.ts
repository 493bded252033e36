/** A web server on the loopback interface whose answers the test decides. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback } from './loopback.ts';

export interface WebServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** `METHOD PATH` of every request so far, with ` RANGE` if it had one. */
  readonly requests: readonly string[];
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export async function serve(answer: Answer): Promise<WebServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const range = request.headers.range === undefined ? '' : ` ${request.headers.range}`;
    requests.push(`${request.method} ${request.url}${range}`);
    answer(request, response);
  });
  const { port, close } = await listenOnLoopback(server);
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    [Symbol.asyncDispose]: close,
  };
}

/** Serves these bytes with ranges, as any good server does. */
export function serveBytes(request: IncomingMessage, response: ServerResponse, bytes: Buffer, etag = '"1"'): void {
  const { range, 'if-range': ifRange } = request.headers;
  const [, start] = /^bytes=(\d+)-$/.exec(range ?? '') ?? [];
  const headers = { etag, 'accept-ranges': 'bytes' };
  if (start === undefined || (ifRange !== undefined && ifRange !== etag)) {
    response.writeHead(200, { ...headers, 'content-length': bytes.length }).end(bytes);
  } else if (Number(start) >= bytes.length) {
    response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
  } else {
    const rest = bytes.subarray(Number(start));
    const contentRange = `bytes ${start}-${bytes.length - 1}/${bytes.length}`;
    response.writeHead(206, { ...headers, 'content-range': contentRange, 'content-length': rest.length }).end(rest);
  }
}

/** Sends so many of the bytes, having announced all, and cuts the connection. */
export function serveCut(response: ServerResponse, bytes: Buffer, sent: number, headers: Record<string, string>): void {
  response.writeHead(200, { ...headers, 'content-length': bytes.length });
  response.write(bytes.subarray(0, sent), () => response.destroy());
}
