/** The view of a run on this terminal, as the options and the terminal want it. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { makeReporter, viewKind, type RunView } from '../report/index.ts';
import { useColour, type Context } from './context.ts';

export interface ViewArguments {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly trace: string | undefined;
}

/** Opens the view; it leaves the terminal clean however the process ends. */
export async function openView(args: ViewArguments, context: Context): Promise<RunView> {
  const { stdout, stderr, cwd } = context;
  const { json, quiet, verbose, trace } = args;
  const isTerminal = stderr.isTTY && context.env['TERM'] !== 'dumb';
  const view = await makeReporter(viewKind({ json, quiet, isTerminal }), {
    stdout,
    stderr,
    hasColour: useColour(context),
    isVerbose: verbose,
    now: Date.now,
    setTimer: (callback, delayMs) => setTimeout(callback, delayMs).unref(),
    ...(trace === undefined ? {} : { writeTrace: (text) => writeFileSync(resolve(cwd, trace), text) }),
  });
  process.once('exit', () => view[Symbol.dispose]());
  return view;
}
