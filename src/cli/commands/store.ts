import { UserError } from '../../model/errors.ts';
import { command } from '../command.ts';
import { treeOptions } from '../load.ts';

export const store = command({
  usage: 'store <action>',
  example: ['$0 store gc --max-age 30d --max-size 20GiB --dry-run', 'what would be removed to keep the store small'],
  options: (parser) =>
    treeOptions(parser)
      .positional('action', {
        choices: ['ls', 'verify', 'gc'] as const,
        demandOption: true,
        describe: 'ls: list it; verify: hash every tarball; gc: remove what is no longer needed',
      })
      .option('dry-run', { alias: 'n', type: 'boolean', describe: 'gc: say what would be removed, and remove nothing' })
      .option('max-size', { type: 'string', describe: 'gc: remove the oldest until the rest is no larger, as 20GiB' })
      .option('max-age', { type: 'string', describe: 'gc: remove what is older, as 30d' }),
  run: async (args, context) => {
    const { action, dryRun, maxSize, maxAge } = args;
    if (action !== 'gc' && [dryRun, maxSize, maxAge].some((given) => given !== undefined)) {
      throw new UserError('USAGE', `--dry-run, --max-size and --max-age do nothing for "store ${action}".`, {
        hint: 'They go with "store gc".',
      });
    }
    const actions = await import('../store-actions.ts');
    return actions[action](args, context);
  },
});
