import { command } from '../command.ts';
import { treeOptions } from '../load.ts';

export const log = command({
  usage: 'log <component>',
  example: ['$0 log curl', 'what the last build of curl printed'],
  options: (parser) =>
    treeOptions(parser)
      .positional('component', { type: 'string', demandOption: true, describe: 'name, or name/variant' })
      .option('path', { type: 'boolean', default: false, describe: 'print only where the log is' })
      .option('follow', { alias: 'f', type: 'boolean', default: false, describe: 'go on until the build has ended' }),
  run: async (args, context) => {
    const { showLog } = await import('../show-log.ts');
    await showLog(args, context);
    return 0;
  },
});
