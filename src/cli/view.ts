/** The view of a run on this terminal, as the options and the terminal want it. */
import { writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { makeFolderNow } from '../host/make-folder.ts';
import { UserError } from '../model/errors.ts';
import { eventTime } from '../report/clock.ts';
import { makeReporter, viewKind, type RunView, type ViewKind } from '../report/index.ts';
import { useColour, type Context } from './context.ts';

export interface ViewArguments {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly trace: string | undefined;
}

/**
 * Opens the view; it leaves the terminal clean however the process ends.
 *
 * @param given which one; by default as the options and the terminal want it
 * @throws UserError USAGE if the trace cannot be written
 */
export async function openView(args: ViewArguments, context: Context, given?: ViewKind): Promise<RunView> {
  const { stdout, stderr, cwd } = context;
  const { json, quiet, verbose, trace } = args;
  const isTerminal = stderr.isTTY && context.env['TERM'] !== 'dumb';
  const view = await makeReporter(given ?? viewKind({ json, quiet, isTerminal }), {
    stdout,
    stderr,
    hasColour: useColour(context),
    isVerbose: verbose,
    now: eventTime,
    setTimer: (callback, delayMs) => setTimeout(callback, delayMs).unref(),
    ...(trace === undefined ? {} : { writeTrace: traceWriter(resolve(cwd, trace), context) }),
  });
  process.once('exit', () => view[Symbol.dispose]());
  return view;
}

/** Makes the file at once: that it cannot be is better said before hours of building than after. */
function traceWriter(path: string, context: Context): (text: string) => void {
  try {
    makeFolderNow(dirname(path));
    writeFileSync(path, '');
  } catch (error) {
    throw new UserError('USAGE', `The trace cannot be written: ${describe(error)}.`, {
      hint: 'Name a file that can be made with --trace.',
      cause: error,
    });
  }
  return (text) => {
    try {
      writeFileSync(path, text);
    } catch (error) {
      context.stderr.write(`warning: the trace could not be written: ${describe(error)}\n`);
    }
  };
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
}
