/** Processes of this machine. Every one that is started here is ended with the run that started it. */
import { constants } from 'node:os';
import { UserError } from '../model/errors.ts';
import { hasCode } from './files.ts';

export interface CommandOptions {
  readonly cwd?: string;
  /** The whole environment of the process; default: this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  readonly signal?: AbortSignal;
}

export interface CommandResult {
  /** Exit status; 128 + n if a signal n ended it. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end and returns what it printed, whatever its exit status.
 *
 * @throws UserError HOST_INCOMPLETE if there is no such program
 */
export async function run(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  // Only here: to load it takes three times as long as Node's own start, and most commands start no program.
  const { execa } = await import('execa');
  const result = await execa(program, args, {
    reject: false,
    stripFinalNewline: false,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env, extendEnv: false }),
    ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
  });
  if (result.code === 'ENOENT' && result.exitCode === undefined) throw programMissing(program, result);
  if (result.isCanceled) options.signal?.throwIfAborted();
  const signal = result.signal === undefined ? 0 : (constants.signals[result.signal] ?? 0);
  return { status: result.exitCode ?? 128 + signal, stdout: result.stdout, stderr: result.stderr };
}

/** The error for a program that this machine lacks. */
export function programMissing(program: string, cause: unknown): UserError {
  return new UserError('HOST_INCOMPLETE', `This machine has no program "${program}".`, {
    hint: 'Run "dcos-build doctor --fix", which installs what is missing.',
    cause,
  });
}

/** Whether there is a process of that number on this machine. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasCode(error, 'ESRCH');
  }
}

/** Whether this process is root's. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}
