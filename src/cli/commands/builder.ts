import { command } from '../command.ts';
import { print } from '../context.ts';
import { locate, treeOptions } from '../load.ts';
import { usableMirrors } from '../locations.ts';

export const builder = command({
  usage: 'builder <action> [names..]',
  example: ['$0 builder lock debian', 'pin every package of builders/debian.json to what the archive has today'],
  options: (parser) =>
    treeOptions(parser)
      .positional('action', {
        choices: ['lock', 'build', 'ls'] as const,
        demandOption: true,
        describe: 'lock: write builders/<name>.lock.json; build: make the root; ls: list builders',
      })
      .positional('names', {
        type: 'string',
        array: true,
        default: new Array<string>(),
        describe: 'builders (default: all of builders/)',
      })
      .option('offline', { type: 'boolean', default: false, describe: 'build: use only what is in the cache' })
      .option('mirror', {
        type: 'string',
        array: true,
        default: new Array<string>(),
        describe: 'build: look for packages by hash in this directory or URL first; may be repeated',
      }),
  run: async (args, context) => {
    const { treeFolders, folders } = locate(args, context);
    const workflow = await import('../../build/builder-roots.ts');
    const roots = workflow.openBuilders({
      root: treeFolders.root,
      folders,
      offline: args.offline,
      mirrors: await usableMirrors(args, context),
      signal: context.signal,
    });
    const say = (text: string): void => void context.stderr.write(`${text}\n`);
    const answers = await roots[args.action](args.names, say);
    print(context, args.json, answers, workflow.describeBuilders(answers));
    return 0;
  },
});
