/** Sockets that are files: programs that we start connect to them, nobody else can. */
import { createServer, type Socket } from 'node:net';
import { UserError } from '../model/errors.ts';

/** What the kernel keeps of a socket's path, its final zero included. */
const LONGEST_PATH = 108;

/** One side of a connection. */
export interface Connection {
  send(bytes: Uint8Array): void;
  onData(take: (bytes: Buffer) => void): void;
}

/**
 * Listens until the scope ends, and then cuts the connections, too.
 *
 * @throws UserError FOLDER_UNUSABLE if the path is longer than a socket's may be
 */
export async function listenOnSocket(path: string, accept: (connection: Connection) => void): Promise<AsyncDisposable> {
  refuseLongPath(path);
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    // Who was killed on the other side has said all it had to say.
    socket.on('error', () => socket.destroy());
    accept({
      send: (bytes) => {
        if (socket.writable) socket.write(bytes);
      },
      onData: (take) => socket.on('data', take),
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return {
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

/** @throws UserError FOLDER_UNUSABLE */
export function refuseLongPath(path: string): void {
  if (Buffer.byteLength(path) < LONGEST_PATH) return;
  throw new UserError('FOLDER_UNUSABLE', `The path ${path} is too long for a socket.`, {
    hint: 'Set TMPDIR to a folder with a shorter path.',
  });
}
