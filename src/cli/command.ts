/** What one file of `commands/` exports. */
import type { ArgumentsCamelCase, Argv } from 'yargs';
import type { CommonArguments, Context } from './context.ts';

/** One command with its own options erased, as the table holds it. */
export interface Command {
  /** In yargs' notation: `log <component>`. */
  readonly usage: string;
  /** A command line (with `$0` for the program) and what it does. */
  readonly example: readonly [string, string];
  /** Options that take one value in other commands, and several in this one. */
  readonly repeatable?: readonly string[];
  options(parser: Argv<CommonArguments>): Argv<CommonArguments>;
  /** @returns the exit status */
  run(args: CommonArguments, context: Context): Promise<number>;
}

/** Checks that `run` takes what `options` declares, then forgets the type of it. */
export function command<Declared extends CommonArguments>(definition: {
  readonly usage: string;
  readonly example: readonly [string, string];
  readonly repeatable?: readonly string[];
  readonly options: (parser: Argv<CommonArguments>) => Argv<Declared>;
  readonly run: (args: ArgumentsCamelCase<Declared>, context: Context) => Promise<number>;
}): Command {
  return definition;
}
