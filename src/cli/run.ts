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
  stopOnClosedPipe(cancel);
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

/** `dcos-build tree | head` must end quietly, and a build that nobody looks at any more stops as after Ctrl-C. */
function stopOnClosedPipe(cancel: AbortController): void {
  const onClosed = (stream: NodeJS.WriteStream, stop: () => void): void => {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      stop();
    });
  };
  onClosed(process.stdout, () => process.exit(0));
  onClosed(process.stderr, () => {
    const hint = 'Run the same command again: it goes on where it stopped.';
    cancel.abort(new UserError('CANCELLED', 'Nobody reads what it says any more.', { hint }));
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
