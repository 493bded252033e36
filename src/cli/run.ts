/** Runs one command line: signals, errors and the exit status. The only place that prints errors. */
import { UserError, UserErrors } from '../model/errors.ts';
import type { Context } from './context.ts';
import { describeErrors, errorsToJson } from './errors.ts';
import { parseAndRun } from './parse.ts';

/** @returns the exit status: 0, or that of the error (docs/exit-codes.md); 130 after Ctrl-C */
export async function main(argv: readonly string[]): Promise<number> {
  const cancel = new AbortController();
  const context: Context = {
    cwd: process.cwd(),
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    signal: cancel.signal,
  };
  stopOnSignals(cancel);
  stopOnClosedPipe();
  try {
    return await parseAndRun(argv, context);
  } catch (error) {
    return fail(error, argv.includes('--json'), context);
  }
}

/** The first signal asks the run to stop cleanly, the second ends it: sandboxes die with their parent. */
function stopOnSignals(cancel: AbortController): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (cancel.signal.aborted) process.exit(130);
      cancel.abort(
        new UserError('CANCELLED', `Stopped by ${signal}.`, {
          hint: 'Run the same command again: it goes on where it stopped.',
        }),
      );
    });
  }
}

/** `dcos-build tree | head` must end quietly. */
function stopOnClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

function fail(error: unknown, json: boolean, context: Context): number {
  if (error instanceof UserError || error instanceof UserErrors) {
    if (json) context.stdout.write(`${JSON.stringify(errorsToJson(error), undefined, 2)}\n`);
    else context.stderr.write(describeErrors(error, context));
    return error.exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  context.stderr.write(`This is a bug in dcos-build; please report it with these lines:\n${stack}\n`);
  return 70;
}
