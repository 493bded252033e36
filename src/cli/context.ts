/** What a command may see of the terminal it was started from. */
import { join, resolve } from 'node:path';

/** Options that every command takes. */
export interface CommonArguments {
  readonly tree: string | undefined;
  readonly out: string | undefined;
  readonly json: boolean;
}

export interface Context {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Aborted by the first Ctrl-C or SIGTERM; the second ends the process at once. */
  readonly signal: AbortSignal;
}

/** Prints a result on standard output: the data under `--json`, else the text. */
export function print(context: Context, json: boolean, data: unknown, text: string): void {
  write(context, json ? JSON.stringify(data, undefined, 2) : text);
}

/** Writes text to standard output, ended by a line feed. */
export function write(context: Context, text: string): void {
  context.stdout.write(text === '' || text.endsWith('\n') ? text : `${text}\n`);
}

/** Tells a person what is odd, and what to do, on standard error. */
export function warn(context: Context, { message, hint }: { readonly message: string; readonly hint: string }): void {
  context.stderr.write(`warning: ${message} ${hint}\n`);
}

/** Whether standard error may be coloured: a terminal, and no NO_COLOR; FORCE_COLOR overrides. */
export function useColour(context: Context): boolean {
  const { NO_COLOR: never, FORCE_COLOR: always } = context.env;
  if (always !== undefined && always !== '' && always !== '0') return true;
  return (never === undefined || never === '') && context.stderr.isTTY;
}

/** Where the command starts to look for the tree: `--tree`, or the current folder. */
export function startFolder(context: Context, common: Pick<CommonArguments, 'tree'>): string {
  return resolve(context.cwd, common.tree ?? '.');
}

/** The work folder: `--out`, or `out` in the tree's root. */
export function outFolder(context: Context, common: Pick<CommonArguments, 'out'>, treeRoot: string): string {
  return common.out === undefined ? join(treeRoot, 'out') : resolve(context.cwd, common.out);
}
