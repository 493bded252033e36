import { command } from '../command.ts';
import { print, warn } from '../context.ts';
import { load, treeOptions } from '../load.ts';
import { usableRepositories } from '../locations.ts';
import { TRUST_OPTION, trustInRepositories } from '../trust.ts';

export const tree = command({
  usage: 'tree',
  example: ['$0 tree --variant base', 'the components of the base tree, and which of them are built'],
  options: (parser) =>
    treeOptions(parser)
      .option('repository', {
        type: 'string',
        array: true,
        default: new Array<string>(),
        describe: 'where else packages may be: a directory or URL; may be repeated',
      })
      .option('trust', TRUST_OPTION),
  run: async (args, context) => {
    const loaded = await load(args, context);
    const [{ listComponents }, { describeComponents }] = await Promise.all([
      import('../../build/list-components.ts'),
      import('../tree-text.ts'),
    ]);
    const components = await listComponents(loaded.tree, loaded.folders, {
      repositories: await usableRepositories(args, context),
      trust: await trustInRepositories(args, loaded.tree.folders, context),
      signal: context.signal,
      warn: (warning) => warn(context, warning),
    });
    print(context, args.json, { variant: loaded.variant, components }, describeComponents(components));
    return 0;
  },
});
