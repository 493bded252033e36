import type { Argv } from 'yargs';
import { command } from '../command.ts';
import type { CommonArguments } from '../context.ts';
import { treeOptions } from '../load.ts';
import { TRUST_OPTION } from '../trust.ts';

export const build = command({
  usage: 'build [components..]',
  example: ['$0 build --variant base --jobs 4', 'build what is missing of the base tree, four components at once'],
  options: (parser) => viewOptions(sandboxOptions(runOptions(treeOptions(parser)))),
  run: async (args, context) => {
    const { runBuild } = await import('../run-build.ts');
    return runBuild(args, context);
  },
});

function runOptions<Declared extends CommonArguments>(parser: Argv<Declared>) {
  return parser
    .positional('components', {
      type: 'string',
      array: true,
      default: new Array<string>(),
      describe: 'build only these and what they require',
    })
    .option('only', { type: 'string', array: true, default: new Array<string>(), describe: 'the same, as an option' })
    .option('jobs', {
      alias: 'j',
      type: 'number',
      describe: 'components at once (default: cores)',
    })
    .option('keep-going', {
      alias: 'k',
      type: 'boolean',
      default: false,
      describe: 'after a failure go on with what does not need it',
    })
    .option('force', { type: 'boolean', default: false, describe: 'build though the store has it' })
    .option('check', { type: 'boolean', default: false, describe: 'build twice and compare byte by byte' })
    .option('dry-run', { alias: 'n', type: 'boolean', default: false, describe: 'show what would be done' })
    .option('repository', {
      type: 'string',
      array: true,
      default: new Array<string>(),
      describe: 'fetch packages from this directory or URL instead of building them; may be repeated',
    })
    .option('trust', TRUST_OPTION)
    .option('mirror', {
      type: 'string',
      array: true,
      default: new Array<string>(),
      describe: 'look for sources by hash in this directory or URL first; may be repeated',
    })
    .option('offline', {
      type: 'boolean',
      default: false,
      describe: 'use no network; what is missing is an error at once',
    })
    .option('downloads', { type: 'number', default: 4, describe: 'downloads at once' });
}

function sandboxOptions<Declared>(parser: Argv<Declared>) {
  return parser
    .option('compression', { choices: ['xz', 'zst'] as const, default: 'xz' as const, describe: 'of packages' })
    .option('timeout', {
      type: 'number',
      default: 7200,
      describe: 'seconds that a build may take',
    })
    .option('memory', {
      type: 'number',
      describe: 'MiB that a build may use (default: 80% of all)',
    })
    .option('shell-on-failure', {
      type: 'boolean',
      default: false,
      describe: 'open a shell in the sandbox that failed',
    });
}

/** Declares `--trace`, `--quiet` and `--verbose`. */
export function viewOptions<Declared>(parser: Argv<Declared>) {
  return parser
    .option('trace', { type: 'string', describe: 'write a Chrome trace of the run to this file' })
    .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'tell failures and the end only' })
    .option('verbose', { type: 'boolean', default: false, describe: 'show what the builds print' });
}
