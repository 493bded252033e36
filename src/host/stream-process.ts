/** A program whose standard output flows to us as bytes; it is ended together with all it started. */
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { hasCode } from './files.ts';
import { programMissing } from './process.ts';

export interface StreamProcessOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Reads standard output to its end, by iteration. Without it the program's output is thrown away. */
  readonly read?: (stdout: Readable) => Promise<void>;
  /** An open file that the program finds as {@link INHERITED_DESCRIPTOR}. */
  readonly descriptor?: number;
  /** What the program finds on its standard input, of which it need not read all. Without it there is none. */
  readonly input?: Uint8Array;
}

export interface StreamProcessEnd {
  /** Exit status; undefined if a signal ended it. */
  readonly status: number | undefined;
  /** The first part of what it said on standard error. */
  readonly stderr: string;
}

export const INHERITED_DESCRIPTOR = 3;
const MOST_STDERR = 16_384;

/**
 * Runs a program to its end, with what it started, in a process group of its own. If reading fails, or the
 * signal is given, the whole group is killed and gone when this throws.
 *
 * @throws UserError HOST_INCOMPLETE if there is no such program
 */
export async function streamProcess(
  program: string,
  args: readonly string[],
  options: StreamProcessOptions,
): Promise<StreamProcessEnd> {
  const { env, signal, read, descriptor, input } = options;
  signal?.throwIfAborted();
  const child = spawn(program, args, {
    env,
    detached: true,
    stdio: [
      input === undefined ? 'ignore' : 'pipe',
      read === undefined ? 'ignore' : 'pipe',
      'pipe',
      ...(descriptor === undefined ? [] : [descriptor]),
    ],
  });
  // When a program exits, Node throws away what nobody has begun to read, unless somebody listens for it.
  child.stdout?.on('readable', () => undefined);
  const kill = (): void => killGroup(child.pid);
  const closed = new Promise<number | undefined>((resolve, reject) => {
    child.on('error', (error) => reject(hasCode(error, 'ENOENT') ? programMissing(program, error) : error));
    // Not `exit`: closed means that no process of the group holds our end of a pipe any more.
    child.on('close', (code) => resolve(code ?? undefined));
  });
  child.stdin?.on('error', (error) => {
    if (!hasCode(error, 'EPIPE')) child.emit('error', error);
  });
  child.stdin?.end(input);
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (stderr.length < MOST_STDERR) stderr += text;
  });
  signal?.addEventListener('abort', kill);
  try {
    const reading = child.stdout === null ? undefined : read?.(child.stdout).catch(failAfter(kill, closed));
    const [status] = await Promise.all([closed, reading]);
    signal?.throwIfAborted();
    return { status, stderr };
  } finally {
    signal?.removeEventListener('abort', kill);
  }
}

/** Kills what still runs, waits until it is gone, and only then hands the failure on. */
function failAfter(kill: () => void, closed: Promise<unknown>): (error: unknown) => Promise<never> {
  return async (error) => {
    kill();
    await closed;
    throw error;
  };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}
