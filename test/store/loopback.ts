/** A web server on loopback that shows a folder, and can be told to misbehave for the next requests. */
import { createReadStream, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';

/** What becomes of one request instead of the file. */
type Mishap = 'busy' | 'cut' | 'forbidden';

export interface Loopback extends AsyncDisposable {
  readonly url: string;
  /** Consumed one for each request, first to last. */
  readonly mishaps: Mishap[];
  /** `METHOD path` of every request. */
  readonly requests: string[];
  /** Header `authorization` of the last request. */
  authorization: string | undefined;
}

export async function serve(folder: string): Promise<Loopback> {
  const state = { mishaps: [] as Mishap[], requests: [] as string[], authorization: undefined as string | undefined };
  const server = createServer((request, response) => {
    state.requests.push(`${request.method} ${request.url}`);
    state.authorization = request.headers.authorization;
    answer(join(folder, decodeURIComponent(request.url ?? '')), state.mishaps.shift(), request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  });
}

function answer(path: string, mishap: Mishap | undefined, request: IncomingMessage, response: ServerResponse): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (mishap === 'busy') return void response.writeHead(503).end();
  if (mishap === 'forbidden') return void response.writeHead(403).end();
  if (stats === undefined || stats.isDirectory()) return void response.writeHead(404).end();
  response.writeHead(200, { 'content-length': stats.size });
  if (request.method === 'HEAD') return void response.end();
  if (mishap !== 'cut') return void createReadStream(path).pipe(response);
  response.write('the begi', () => response.destroy());
}
