/** What we say to a running QEMU, and what it tells. @see QEMU Machine Protocol */
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { listenOnSocket, type Connection } from '../host/unix-socket.ts';
import { z } from 'zod';

const message = z.object({
  id: z.number().optional(),
  return: z.unknown().optional(),
  error: z.object({ desc: z.string() }).optional(),
  event: z.string().optional(),
});

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class Qmp {
  readonly #onEvent: (name: string) => void;
  readonly #waiting = new Map<number, Waiting>();
  #connection: Connection | undefined;
  #last = 0;

  private constructor(onEvent: (name: string) => void) {
    this.#onEvent = onEvent;
  }

  /** Waits for QEMU at a socket, to which it connects when it starts. */
  static async listen(path: string, onEvent: (name: string) => void): Promise<AsyncDisposable & { readonly qmp: Qmp }> {
    const qmp = new Qmp(onEvent);
    const server = await listenOnSocket(path, (connection) => qmp.#attach(connection));
    return { qmp, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
  }

  /** @returns what QEMU answers. @throws Error with its words if it refuses, or is not there (any more) */
  execute(command: string, options: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const connection = this.#connection;
    if (connection === undefined) return Promise.reject(new Error('QEMU is not connected'));
    this.#last += 1;
    const id = this.#last;
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    connection.send(Buffer.from(`${JSON.stringify({ execute: command, arguments: options, id })}\n`));
    return answer;
  }

  /** Fails whatever still waits: QEMU has ended. */
  ended(): void {
    this.#connection = undefined;
    for (const { reject } of this.#waiting.values()) reject(new Error('QEMU has ended'));
    this.#waiting.clear();
  }

  #attach(connection: Connection): void {
    this.#connection = connection;
    const bytes = new PassThrough();
    connection.onData((piece) => bytes.write(piece));
    createInterface({ input: bytes }).on('line', (line) => this.#take(line));
    this.execute('qmp_capabilities').catch(() => undefined);
  }

  #take(line: string): void {
    const { id, return: value, error, event } = message.parse(JSON.parse(line));
    if (event !== undefined) this.#onEvent(event);
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    if (id === undefined || waiting === undefined) return;
    this.#waiting.delete(id);
    if (error === undefined) waiting.resolve(value);
    else waiting.reject(new Error(error.desc));
  }
}
