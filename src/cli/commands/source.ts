import { command } from '../command.ts';
import { treeOptions } from '../load.ts';

export const source = command({
  usage: 'source <action> [place] [components..]',
  example: ['$0 source mirror /srv/mirror --variant base', 'copy everything that the base tree is pinned to'],
  options: (parser) =>
    treeOptions(parser)
      .positional('action', {
        choices: ['mirror', 'verify', 'ls'] as const,
        demandOption: true,
        describe: 'mirror: copy all pinned sources to a store; verify: read a mirror through; ls: list sources',
      })
      .positional('place', {
        type: 'string',
        describe: 'a folder, az://ACCOUNT/CONTAINER, a Blob URL, or a name of dcos-build.config.json; verify: any URL',
      })
      .positional('components', {
        type: 'string',
        array: true,
        default: new Array<string>(),
        describe: 'only these and what they require (default: the whole tree)',
      })
      .option('mirror', {
        type: 'string',
        array: true,
        default: new Array<string>(),
        describe: 'mirror: fetch from this directory or URL first; may be repeated',
      })
      .option('offline', { type: 'boolean', default: false, describe: 'mirror: use only what is on this machine' })
      .option('jobs', { alias: 'j', type: 'number', default: 8, describe: 'downloads and copies at once' }),
  run: async (args, context) => {
    const actions = await import('../source-actions.ts');
    return actions[args.action](args, context);
  },
});
