/** Views of a run: picks the one that fits where its output goes, and lets a trace be taken beside it. */
import type { BuildEvent } from '../model/event.ts';
import { unreachable } from '../model/unreachable.ts';
import type { Reporter, RunView } from './reporter.ts';

export type { RunView } from './reporter.ts';

/** `warnings`: of a run whose caller answers in JSON, failures and all. */
export type ViewKind = 'terminal' | 'plain' | 'quiet' | 'warnings' | 'json';

export interface ViewFlags {
  readonly json: boolean;
  readonly quiet: boolean;
  /** Whether standard error is a terminal on which the cursor can be moved (TERM is not `dumb`). */
  readonly isTerminal: boolean;
}

/** What the views need of this machine. */
export interface Surroundings {
  readonly stdout: Writer;
  readonly stderr: Writer;
  /** Whether colours are wanted; logs in a pipe never have any. */
  readonly hasColour: boolean;
  readonly isVerbose: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** As setTimeout, with a timer that does not keep the process alive; disposing it cancels. */
  readonly setTimer: (callback: () => void, delayMs: number) => Disposable;
  /** Takes the text of a trace file, once, at the end of the run. */
  readonly writeTrace?: (json: string) => void;
}

/** A stream; those of terminals know their size. */
interface Writer {
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  write(text: string): unknown;
}

/** Of a terminal that does not say how large it is. */
const DEFAULT_SIZE = { columns: 80, rows: 24 } as const;

export function viewKind({ json, quiet, isTerminal }: ViewFlags): ViewKind {
  if (json) return 'json';
  if (quiet) return 'quiet';
  return isTerminal ? 'terminal' : 'plain';
}

/** JSON goes to standard output, every other view to standard error. */
export async function makeReporter(kind: ViewKind, surroundings: Surroundings): Promise<RunView> {
  const view = await makeView(kind, surroundings);
  const { writeTrace } = surroundings;
  if (writeTrace === undefined) return combine([view]);
  const { TraceReporter } = await import('./trace.ts');
  return combine([view, new TraceReporter(writeTrace)]);
}

async function makeView(kind: ViewKind, surroundings: Surroundings): Promise<Reporter | RunView> {
  const { stdout, stderr, hasColour, isVerbose, now, setTimer } = surroundings;
  const write = (text: string): void => void stderr.write(text);
  switch (kind) {
    case 'json': {
      const { JsonLinesReporter } = await import('./json-lines.ts');
      return new JsonLinesReporter((text) => void stdout.write(text));
    }
    case 'quiet':
    case 'plain': {
      const { PlainReporter } = await import('./plain.ts');
      return new PlainReporter({ write, detail: kind === 'quiet' ? 'quiet' : isVerbose ? 'verbose' : 'normal' });
    }
    case 'warnings': {
      const plain = await makeView('quiet', surroundings);
      const isForIt = ({ type }: BuildEvent): boolean => type === 'run-started' || type === 'notice';
      return {
        report: (event) => (isForIt(event) ? plain.report(event) : undefined),
        [Symbol.dispose]: () => plain[Symbol.dispose](),
      };
    }
    case 'terminal': {
      const [{ TerminalReporter }, { painted, unpainted }] = await Promise.all([
        import('./terminal.ts'),
        import('./paint.ts'),
      ]);
      const size = (): { columns: number; rows: number } => ({
        // A pseudo-terminal that nobody gave a size has one of 0.
        columns: stderr.columns || DEFAULT_SIZE.columns,
        rows: stderr.rows || DEFAULT_SIZE.rows,
      });
      return new TerminalReporter({ write, size, now, setTimer, paint: hasColour ? painted : unpainted, isVerbose });
    }
    default:
      return unreachable(kind);
  }
}

/** One reporter that passes everything on to several, in order. */
function combine(reporters: readonly (Reporter | RunView)[]): RunView {
  return {
    report(event: BuildEvent): void {
      for (const reporter of reporters) reporter.report(event);
    },
    suspend(): Disposable {
      const suspended = new DisposableStack();
      for (const reporter of reporters) if ('suspend' in reporter) suspended.use(reporter.suspend());
      return suspended;
    },
    [Symbol.dispose](): void {
      for (const reporter of reporters) reporter[Symbol.dispose]();
    },
  };
}
