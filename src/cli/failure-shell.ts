/** `--shell-on-failure`: a look into the sandbox of a build that failed. */
import pLimit from 'p-limit';
import type { RunView } from '../report/index.ts';
import type { Context } from './context.ts';

/** Is given what opens the shell of a sandbox, and resolves when that need not stand any longer. */
type OnFailedSandbox = (open: () => Promise<number>) => Promise<void>;

/** Opens the shells one after another, for there is one terminal and builds may fail at the same time. */
export function failureShell(view: RunView, context: Context): OnFailedSandbox {
  const inTurn = pLimit(1);
  return (open) =>
    inTurn(async () => {
      if (context.signal.aborted) return;
      using _suspended = view.suspend();
      context.stderr.write('This is the sandbox as it stood; leave it with "exit".\n');
      await open();
    });
}
