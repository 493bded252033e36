/** The command line: the table of commands, the options they share, help and completion. */
import yargs, { type Argv } from 'yargs';
import { UserError } from '../model/errors.ts';
import { nearest } from '../model/did-you-mean.ts';
import { COMMANDS } from './commands/index.ts';
import type { CommonArguments, Context } from './context.ts';

/**
 * Parses a command line and runs its command. Only the module of that command is loaded: start time is what
 * users feel most often.
 *
 * @returns the exit status
 */
export async function parseAndRun(argv: readonly string[], context: Context): Promise<number> {
  let status = 0;
  const parser = commonOptions(yargs([...argv]), context);
  const asked = argv.find((word) => !word.startsWith('-'));
  for (const { name, describe, load } of COMMANDS) {
    if (name === asked) {
      const command = await load();
      parser.command<CommonArguments>({
        command: command.usage,
        describe,
        builder: (inner) => command.options(inner).example(command.example[0], command.example[1]),
        handler: async (args) => {
          status = await command.run(args, context);
        },
      });
    } else {
      parser.command(name, describe);
    }
  }
  addCompletion(parser, context);
  await parser.parseAsync();
  return status;
}

function commonOptions(parser: Argv, context: Context): Argv<CommonArguments> {
  return parser
    .scriptName('dcos-build')
    .usage('$0 <command> [options]\n\nResolves, builds, packs and publishes the DC/OS component tree.')
    .option('tree', { type: 'string', describe: 'folder of the tree (default: the nearest with a treeinfo.json)' })
    .option('out', { type: 'string', describe: 'work folder (default: out in the tree)' })
    .option('json', { type: 'boolean', default: false, describe: 'print data instead of text' })
    .group(['tree', 'out', 'json', 'help', 'version'], 'Common options:')
    .example('$0 build --variant quick', 'build the quick tree into out/repository')
    .epilogue('"dcos-build <command> --help" shows the options of one command, with an example.')
    .wrap(Math.min(120, context.stdout.columns ?? 100))
    .strict()
    .demandCommand(1, 1)
    .recommendCommands()
    .alias('h', 'help')
    .parserConfiguration({ 'strip-dashed': true, 'duplicate-arguments-array': true })
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message: string | undefined, error: Error | undefined) => {
      throw error ?? usageError(message ?? 'The command line is not understood.');
    });
}

function usageError(message: string): UserError {
  const unknown = /^Unknown (?:argument|command)s?: (\S+)/.exec(message)?.[1];
  const guess =
    unknown === undefined
      ? undefined
      : nearest(
          unknown,
          COMMANDS.map(({ name }) => name),
        );
  return new UserError('USAGE', message.startsWith('Not enough') ? 'No command was given.' : message, {
    hint: guess === undefined ? 'See "dcos-build --help".' : `Did you mean "${guess}"?`,
  });
}

/** Shell completion: commands and options by yargs, names of components and variants by us. */
function addCompletion(parser: Argv<CommonArguments>, context: Context): void {
  const complete: CompletionFunction = async (current, args, defaults) => {
    const { completeNames } = await import('./complete.ts');
    const names = await completeNames(current, args, context);
    if (names !== undefined) return names;
    return new Promise<string[]>((resolve, reject) => {
      void defaults((error, words) => (error === null ? resolve(words ?? []) : reject(error)));
    });
  };
  // @types/yargs knows the completion function only without its promise, which yargs 17 and later take.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  parser.completion('completion', 'print a completion script for bash or zsh', complete as never);
}

type CompletionFunction = (
  current: string,
  args: Readonly<Record<string, unknown>>,
  defaults: (done: (error: Error | null, words: string[] | undefined) => void) => unknown,
) => Promise<string[]>;
