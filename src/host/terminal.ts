/** Programs that a person talks to on this terminal. */
import { spawn } from 'node:child_process';

/** What a program needs to know of the terminal to draw on it. */
export function terminalEnvironment(): Readonly<Record<string, string>> {
  return { TERM: process.env['TERM'] ?? 'dumb' };
}

/**
 * Takes the terminal back afterwards: a shell in a sandbox makes its own process group the one that Ctrl-C is for, and
 * cannot see, from in there, whose it was before.
 */
const BORROW_TERMINAL = ['-m', '-c', '"$@"; exit $?', 'bash'];

/** Hands this terminal to a program until it ends; returns its exit status, 128 + n if a signal n ended it. */
export function runOnTerminal(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<number> {
  const [first, ...rest] = process.stdin.isTTY ? ['bash', ...BORROW_TERMINAL, program, ...args] : [program, ...args];
  // Ctrl-C is for the program in front, not for us who wait behind it.
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  return new Promise<number>((resolve, reject) => {
    const child = spawn(first ?? program, rest, { env, stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 128));
  }).finally(() => process.off('SIGINT', ignore));
}
