/**
 * Storage accounts of the public cloud by their own names: an https proxy that leads each of them to an Azurite, which takes
 * the account from the host. All else that a program asks for through it is refused.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Azurite, SasOptions } from './azurite.ts';
import { listenOnLoopback } from './loopback.ts';

const DAY_MS = 86_400_000;
const HOST = /^[a-z0-9]{3,24}\.blob\.core\.windows\.net:443$/;

export class CloudStorage implements AsyncDisposable {
  /** For the environment of who is to ask through it; servers on loopback are asked directly. */
  readonly env: Readonly<Record<string, string>>;
  readonly #azurite: Azurite;
  readonly #close: () => Promise<void>;

  private constructor(azurite: Azurite, port: number, close: () => Promise<void>) {
    this.env = { HTTPS_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: '127.0.0.1' };
    this.#azurite = azurite;
    this.#close = close;
  }

  /** @param tls files with a certificate and its key, for those hosts */
  static async start(azurite: Azurite, tls: { readonly cert: string; readonly key: string }): Promise<CloudStorage> {
    const port = Number(new URL(azurite.url).port);
    const options = { cert: readFileSync(tls.cert), key: readFileSync(tls.key) };
    const inside = createTlsServer(options, (plain) => {
      const onward = connect(port, '127.0.0.1');
      plain.pipe(onward).pipe(plain);
      for (const end of [plain, onward]) end.on('error', () => void (plain.destroy(), onward.destroy()));
    });
    const proxy = createServer((_, response) => void response.writeHead(501).end());
    proxy.on('connect', ({ url = '' }, socket) => {
      const isKnown = HOST.test(url);
      socket.on('error', () => void socket.destroy());
      socket.write(`HTTP/1.1 ${isKnown ? '200 Connection established' : '502 Bad Gateway'}\r\n\r\n`);
      if (isKnown) inside.emit('connection', socket);
      else socket.end();
    });
    const listening = await listenOnLoopback(proxy);
    return new CloudStorage(azurite, listening.port, listening.close);
  }

  /** A URL as the Marketplace wants it. @param path container and name */
  sasUrl(path: string, options: SasOptions = {}): string {
    const [container = ''] = path.split('/');
    const rights = { permissions: 'rl', startsInMs: -2 * DAY_MS, expiresInMs: 30 * DAY_MS, ...options };
    return `https://devstoreaccount1.blob.core.windows.net/${path}?${this.#azurite.sas(container, rights)}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}
