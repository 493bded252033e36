/** The command line: the table of commands, the options they share, help and completion. */
import yargs, { type Argv } from 'yargs';
import { COMMANDS } from './commands/index.ts';
import { write, type CommonArguments, type Context } from './context.ts';
import { usageError } from './usage-error.ts';

/** How the completion script asks: this, the program as it was typed, and the words of the line so far. */
const COMPLETION_KEY = '--get-yargs-completions';

/** Common options that take a value. */
const VALUED_OPTIONS = ['--tree', '--out'];

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
  let usage: string | undefined;
  const parser = commonOptions(yargs([...argv]), context).fail((message, error: Error | undefined) => {
    if (isCompletion) return;
    const names = COMMANDS.map(({ name }) => name);
    throw error ?? usageError(message, usage, names);
  });
  const asked = commandIn(words);
  for (const { name, describe, load } of COMMANDS) {
    if (name === asked) {
      const command = await load();
      usage = command.usage;
      parser.command<CommonArguments>({
        command: command.usage,
        describe,
        builder: (inner) => command.options(inner).example(command.example[0], command.example[1]),
        handler: async (args) => {
          // yargs calls it for a line that is only to be completed, too.
          if (!isCompletion) status = await command.run(args, context);
        },
      });
    } else {
      parser.command(name, describe);
    }
  }
  parser.completion('completion', 'print a completion script for bash or zsh');
  await parser.parseAsync();
  return status;
}

/** Names of components and variants come from us; yargs knows commands and options. */
async function completesNames(words: readonly string[], context: Context): Promise<boolean> {
  const { completeNames } = await import('./complete.ts');
  const names = completeNames(words, context);
  if (names !== undefined) write(context, names.join('\n'));
  return names !== undefined;
}

/** The first word that is neither an option nor the value of one that stands before the command. */
function commandIn(words: readonly string[]): string | undefined {
  return words.find((word, index) => !word.startsWith('-') && !VALUED_OPTIONS.includes(words[index - 1] ?? ''));
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
    .alias('h', 'help')
    .parserConfiguration({ 'strip-dashed': true, 'duplicate-arguments-array': true })
    .exitProcess(false)
    .showHelpOnFail(false);
}
