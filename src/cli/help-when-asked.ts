/** Keeps yargs from laying out help that nobody has asked for. */
import type { Argv } from 'yargs';
import type { CommonArguments } from './context.ts';

/** What of yargs' inside is used; its version is pinned, and without it help is only made more often. */
interface Inside {
  getInternalMethods(): { getUsageInstance(): { cacheHelpMessage: () => void } };
}

/**
 * yargs lays out the help of every command that it runs, in case the command shows it when it has failed. Ours never
 * does, and the layout takes as long as to parse the line. Help that is asked for is made as before.
 */
export function leaveHelpUntilAsked(parser: Argv<CommonArguments>): void {
  if (hasInside(parser)) parser.getInternalMethods().getUsageInstance().cacheHelpMessage = () => {};
}

function hasInside(parser: object): parser is Inside {
  return 'getInternalMethods' in parser;
}
