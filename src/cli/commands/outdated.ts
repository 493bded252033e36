import { command } from '../command.ts';
import { print } from '../context.ts';
import { checkCounts } from '../option-values.ts';

export const outdated = command({
  usage: 'outdated [components..]',
  example: ['$0 outdated curl openssl', 'whether Debian has newer tarballs of these two'],
  options: (parser) =>
    parser
      .positional('components', {
        type: 'string',
        array: true,
        default: new Array<string>(),
        describe: 'names, or name/variant (default: all of the tree)',
      })
      .option('exit-code', { type: 'boolean', default: false, describe: 'exit with 4 if something is out of date' })
      .option('jobs', { alias: 'j', type: 'number', default: 8, describe: 'how many places are asked at once' }),
  run: async ({ components, exitCode, jobs, ...args }, context) => {
    checkCounts({ jobs });
    const [{ loadPins, lookContext }, { pinnedItems }, { findOutdated }, { describeOutdated }] = await Promise.all([
      import('../pin-run.ts'),
      import('../../pins/pinned-item.ts'),
      import('../../pins/outdated.ts'),
      import('../outdated-text.ts'),
    ]);
    const { recipes, cache } = loadPins(args, context, components);
    const items = recipes.flatMap(pinnedItems);
    const rows = await findOutdated(items, lookContext(items, cache, context), { jobs, signal: context.signal });
    print(context, args.json, { pins: rows }, describeOutdated(rows));
    if (rows.some(({ status }) => status === 'failed')) return 1;
    return exitCode && rows.some(({ status }) => status === 'outdated') ? 4 : 0;
  },
});
