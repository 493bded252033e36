/** The command line: the table of commands, the options they share, help and completion. */
import yargs, { type Argv } from 'yargs';
import { TOOL_VERSION } from '../model/tool.ts';
import { commandWord } from './command-word.ts';
import { COMMANDS } from './commands/index.ts';
import { write, type CommonArguments, type Context } from './context.ts';
import { leaveHelpUntilAsked } from './help-when-asked.ts';
import { checkValues } from './option-values.ts';
import { usageError } from './usage-error.ts';

/** How the completion script asks: this, the program as it was typed, and the words of the line so far. */
const COMPLETION_KEY = '--get-yargs-completions';

/** An option that may be repeated takes one value each time, and leaves the words behind it to the command. */
const SETTINGS = { 'strip-dashed': true, 'greedy-arrays': false };

/**
 * Parses a command line and runs its command. Only the module of that command is loaded: start time is what
 * users feel most often.
 *
 * @returns the exit status
 */
export async function parseAndRun(argv: readonly string[], context: Context): Promise<number> {
  const isCompletion = argv[0] === COMPLETION_KEY;
  const words = isCompletion ? argv.slice(2) : argv;
  if (isCompletion && (await completesNames(words, context))) return 0;
  let status = 0;
  let running: { readonly usage: string; readonly parser: Argv<CommonArguments> } | undefined;
  const parser = commonOptions(yargs([...argv]), context, words).fail((message, error: Error | undefined) => {
    if (isCompletion) return;
    throw error ?? new Refusal(message);
  });
  const asked = commandWord(words);
  for (const { name, describe, load } of commandsToKnow(isCompletion ? undefined : asked)) {
    if (name === asked) {
      const command = await load();
      parser.command<CommonArguments>({
        command: command.usage,
        describe,
        builder: (inner) => {
          running = {
            usage: command.usage,
            parser: command.options(inner).example(command.example[0], command.example[1]),
          };
          leaveHelpUntilAsked(running.parser);
          return running.parser;
        },
        handler: async (args) => {
          // yargs calls it for a line that is only to be completed, too.
          if (isCompletion) return;
          checkValues(args, words, command.repeatable);
          status = await command.run(args, context);
        },
      });
    } else {
      parser.command(name, describe);
    }
  }
  parser.completion('completion', 'print a completion script for bash or zsh');
  try {
    await parser.parseAsync();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw usageError(error.message, {
      commands: COMMANDS.map(({ name }) => name),
      command: running?.usage,
      help: (await running?.parser.getHelp()) ?? '',
    });
  }
  return status;
}

/** Who has named a command needs no other; the list of all is for who has not, or asks for it. */
function commandsToKnow(asked: string | undefined): typeof COMMANDS {
  const named = COMMANDS.filter(({ name }) => name === asked);
  return named.length > 0 ? named : COMMANDS;
}

/** That yargs refuses the command line. */
class Refusal extends Error {}

/** Names of components and variants come from us; yargs knows commands and options. */
async function completesNames(words: readonly string[], context: Context): Promise<boolean> {
  const { completeNames } = await import('./complete.ts');
  const names = completeNames(words, context);
  if (names !== undefined) write(context, names.join('\n'));
  return names !== undefined;
}

/** yargs lays out the help of every command that it runs, shown or not; to break its lines is half the cost of that. */
function asksForHelp(words: readonly string[]): boolean {
  return words.some((word) => word === '--help' || /^-[a-z]*h/.test(word));
}

function commonOptions(parser: Argv, context: Context, words: readonly string[]): Argv<CommonArguments> {
  // Version and language are not left to yargs: it looks into the nearest package.json and the environment.
  return parser
    .scriptName('dcos-build')
    .version(TOOL_VERSION)
    .locale('en')
    .usage('$0 <command> [options]\n\nResolves, builds, packs and publishes the DC/OS component tree.')
    .option('tree', { type: 'string', describe: 'folder of the tree (default: the nearest with a treeinfo.json)' })
    .option('out', { type: 'string', describe: 'work folder (default: out in the tree)' })
    .option('json', { type: 'boolean', default: false, describe: 'print data instead of text' })
    .group(['tree', 'out', 'json', 'help', 'version'], 'Common options:')
    .example('$0 build --variant quick', 'build the quick tree into out/repository')
    .epilogue('"dcos-build <command> --help" shows the options of one command, with an example.')
    .wrap(asksForHelp(words) ? Math.min(120, context.stdout.columns ?? 100) : null)
    .strict()
    .demandCommand(1, 1)
    .alias('h', 'help')
    .parserConfiguration(SETTINGS)
    .exitProcess(false)
    .showHelpOnFail(false);
}
