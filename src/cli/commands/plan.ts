import { command } from '../command.ts';
import { print, write } from '../context.ts';
import { load, treeOptions } from '../load.ts';

export const plan = command({
  usage: 'plan',
  example: ['$0 plan --variant base', 'what a build of the base tree would do'],
  options: (parser) =>
    treeOptions(parser)
      .option('all-trees', { type: 'boolean', default: false, describe: 'plan every treeinfo.json of the tree' })
      .option('repository', {
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'where else packages may be: a directory or URL; may be repeated',
      }),
  run: async (args, context) => {
    const more = args.allTrees ? { variants: 'all' as const, others: args.json } : {};
    const { tree, folders } = await load(args, context, more);
    if (args.json) {
      const { planJson } = await import('../../resolve/plan-json.ts');
      write(context, planJson(tree));
    } else {
      const { inspectPlan } = await import('../../build/inspect.ts');
      const { describePlan } = await import('../plan-text.ts');
      const states = await inspectPlan(tree.plan, folders, { repositories: args.repository, signal: context.signal });
      print(context, false, undefined, describePlan(tree.plan, states));
    }
    return 0;
  },
});
