/** Pipes with a descriptor at each end. What Node calls a pipe is a socket, which no one can open as /dev/stderr. */
import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, unlinkSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryBeside } from './files.ts';

/** Not run() of process.ts: to load what that stands on takes longer than a small build. */
const runFile = promisify(execFile);

/** Makes named pipes at paths where nothing is yet. */
export async function makeNamedPipes(paths: readonly string[]): Promise<void> {
  await runFile('mkfifo', ['-m', '600', ...paths]);
}

export interface Pipe extends Disposable {
  /** For the processes that write; this process gives its copy up with `closeWriter`, or the pipe never ends. */
  readonly writer: number;
  readonly closeWriter: () => void;
  /** What is written, piece by piece, until the last writer is gone. */
  readonly reader: Socket;
}

/** How many pipes one mkfifo makes: to start that program costs more than all else about the output of a small build. */
const AT_A_TIME = 16;

interface Ends {
  readonly reader: number;
  readonly writer: number;
}

/** Pipes that were made along with others and are not in use yet. */
const spare: Ends[] = [];

/** A pipe of its own, without a name by the time this returns. */
export async function openPipe(): Promise<Pipe> {
  const ends = spare.pop() ?? (await makeEnds());
  const { writer } = ends;
  const reader = new Socket({ fd: ends.reader, readable: true, writable: false });
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

async function makeEnds(): Promise<Ends> {
  const paths = Array.from({ length: AT_A_TIME }, () => temporaryBeside(join(tmpdir(), 'dcos-build-pipe')));
  await makeNamedPipes(paths);
  const [ends, ...others] = paths.map(openEnds);
  if (ends === undefined) throw new Error('no pipe was made');
  spare.push(...others);
  return ends;
}

function openEnds(path: string): Ends {
  // The reader first and without waiting: each end alone would wait for the other.
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  unlinkSync(path);
  return { reader, writer };
}
