import { throwCollected } from '../../model/errors.ts';
import { command } from '../command.ts';
import { warn, write } from '../context.ts';
import { load, treeOptions } from '../load.ts';
import { usableRepositories } from '../locations.ts';
import { checkMatrixOptions, MATRIX_FORMATS } from '../matrix-options.ts';
import { TRUST_OPTION, trustInRepositories } from '../trust.ts';

export const plan = command({
  usage: 'plan',
  example: ['$0 plan --variant base', 'what a build of the base tree would do'],
  options: (parser) =>
    treeOptions(parser)
      .option('all-trees', { type: 'boolean', default: false, describe: 'plan every treeinfo.json of the tree' })
      .option('repository', {
        type: 'string',
        array: true,
        default: new Array<string>(),
        describe: 'where else packages may be: a directory or URL; may be repeated',
      })
      .option('trust', TRUST_OPTION)
      .option('matrix', {
        choices: MATRIX_FORMATS,
        describe: 'print what several machines have to build: to read, as data, or for a pipeline',
      })
      .option('waves', { type: 'number', describe: 'with --matrix: at most so many, one after another (default: 3)' })
      .option('agents', { type: 'number', describe: 'with --matrix: at most so many jobs in a wave (default: 8)' })
      .option('durations', { type: 'string', describe: 'with --matrix: what "tree --json" printed elsewhere' })
      .option('mirror', {
        type: 'string',
        array: true,
        default: new Array<string>(),
        describe: 'with --matrix: where builds will find sources that were never published; may be repeated',
      }),
  run: async (args, context) => {
    checkMatrixOptions(args);
    const { matrix } = args;
    if (matrix !== undefined) {
      const { planMatrix } = await import('../plan-matrix.ts');
      return await planMatrix({ ...args, matrix }, context);
    }
    const more = args.allTrees ? { variants: 'all' as const, others: args.json } : {};
    const { tree, folders } = await load(args, context, more);
    if (args.json) {
      const [{ planJson }, { printJson }, { privateComponents }] = await Promise.all([
        import('../../resolve/plan-json.ts'),
        import('../../recipe/json-print.ts'),
        import('../../tree/component-notes.ts'),
      ]);
      const privates = privateComponents(tree.plan.components.values(), (warning) => warn(context, warning));
      const options = { ...tree, root: tree.folders.root, imageTags: tree.imageTags(), privates };
      write(context, printJson(planJson(tree.plan, options)));
      return tree.errors[0]?.exitCode ?? 0;
    }
    const { inspectPlan } = await import('../../build/inspect.ts');
    const { describePlan } = await import('../plan-text.ts');
    const states = await inspectPlan(tree.plan, folders, {
      repositories: await usableRepositories(args, context),
      trust: await trustInRepositories(args, tree.folders, context),
      signal: context.signal,
      warn: (warning) => warn(context, warning),
    });
    write(context, describePlan(tree.plan, states));
    throwCollected(tree.errors);
    return 0;
  },
});
