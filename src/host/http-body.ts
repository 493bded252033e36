/** The body of a response, piece by piece, and nothing lost that has come. */
import type { IncomingMessage } from 'node:http';
import { explainConnection } from './http-get.ts';

const MOST_QUEUED_BYTES = 2 ** 20;

/**
 * Unlike the response's own iterator, which drops what it has buffered when the connection is cut, this hands out all
 * that came before it throws (a DownloadError): a download on a bad line then gets further with each try. To be called at once when the
 * response is there, since a connection may be cut at any moment after that.
 */
export function bodyOf(response: IncomingMessage): AsyncIterable<Uint8Array> {
  const queue: Uint8Array[] = [];
  let queuedBytes = 0;
  let failure: Error | undefined;
  let closed = false;
  let wake = (): void => undefined;
  response.on('data', (chunk: Uint8Array) => {
    queue.push(chunk);
    queuedBytes += chunk.length;
    if (queuedBytes > MOST_QUEUED_BYTES) response.pause();
    wake();
  });
  response.on('error', (error) => {
    failure = error;
    wake();
  });
  response.on('close', () => {
    closed = true;
    wake();
  });
  const untilEvent = async (): Promise<void> => {
    const event = new Promise<void>((resolve) => {
      wake = resolve;
    });
    response.resume();
    await event;
  };
  async function* pieces(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const chunk = queue.shift();
        if (chunk !== undefined) {
          queuedBytes -= chunk.length;
          yield chunk;
        } else if (failure !== undefined) throw explainConnection(failure);
        else if (closed) return;
        else await untilEvent();
      }
    } finally {
      response.destroy();
    }
  }
  return pieces();
}
