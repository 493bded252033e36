/** Pipes with a descriptor at each end. What Node calls a pipe is a socket, which no one can open as /dev/stderr. */
import { closeSync, constants, openSync, unlinkSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { temporaryBeside } from './files.ts';
import { run } from './process.ts';

/** Makes a named pipe at a path where nothing is yet. */
export async function makeNamedPipe(path: string): Promise<void> {
  const { status, stderr } = await run('mkfifo', ['-m', '600', path]);
  if (status !== 0) throw new Error(`mkfifo ${path}: ${stderr.trim()}`);
}

export interface Pipe extends Disposable {
  /** For the processes that write; this process gives its copy up with `closeWriter`, or the pipe never ends. */
  readonly writer: number;
  readonly closeWriter: () => void;
  /** What is written, piece by piece, until the last writer is gone. */
  readonly reader: Socket;
}

/** A pipe of its own, without a name by the time this returns. */
export async function openPipe(): Promise<Pipe> {
  const path = temporaryBeside(join(tmpdir(), 'dcos-build-pipe'));
  await makeNamedPipe(path);
  const readerFd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  unlinkSync(path);
  const reader = new Socket({ fd: readerFd, readable: true, writable: false });
  let writerOpen = true;
  const closeWriter = (): void => {
    if (writerOpen) closeSync(writer);
    writerOpen = false;
  };
  return {
    writer,
    closeWriter,
    reader,
    [Symbol.dispose]: () => {
      closeWriter();
      reader.destroy();
    },
  };
}
