import { UserError } from '../../model/errors.ts';
import { command } from '../command.ts';
import { print } from '../context.ts';
import { findComponent, load, treeOptions } from '../load.ts';

export const why = command({
  usage: 'why <component>',
  example: ['$0 why curl', 'what changed since the last build of curl, in it or in what it requires'],
  options: (parser) =>
    treeOptions(parser)
      .positional('component', { type: 'string', demandOption: true, describe: 'name, or name/variant' })
      .option('requires', { type: 'string', describe: 'show instead how it comes to require this component' })
      .option('against', { type: 'string', describe: 'compare with this earlier id, or the beginning of one' }),
  run: async (args, context) => {
    if (args.requires !== undefined && args.against !== undefined) {
      throw new UserError('USAGE', '--requires and --against do not go together.', { hint: 'Give one of them.' });
    }
    const { tree, folders } = await load(args, context);
    const key = findComponent(tree.plan, args.component);
    const [{ explainComponent, explainRequirement }, { describeExplanation, describePaths }] = await Promise.all([
      import('../../build/why.ts'),
      import('../why-text.ts'),
    ]);
    if (args.requires === undefined) {
      const explanation = await explainComponent(tree.plan, key, { folders, against: args.against });
      print(context, args.json, explanation, describeExplanation(explanation));
    } else {
      const paths = explainRequirement(tree.plan, key, findComponent(tree.plan, args.requires));
      print(context, args.json, paths, describePaths(paths));
    }
    return 0;
  },
});
