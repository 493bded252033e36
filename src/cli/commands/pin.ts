import { command } from '../command.ts';
import { print } from '../context.ts';
import { treeOptions } from '../load.ts';

/** Downloads at once. */
const JOBS = 4;

export const pin = command({
  usage: 'pin [component] [to]',
  example: ['$0 pin curl ">=7.88 <8" --dry-run', 'the diff that moves curl to the newest 7.x'],
  options: (parser) =>
    treeOptions(parser)
      .positional('component', {
        type: 'string',
        describe: 'name, or name/variant; with --verify also none, for the whole tree',
      })
      .positional('to', {
        type: 'string',
        describe:
          'version or range; for git a branch, tag or commit too (default: the newest that component.json allows)',
      })
      .option('dry-run', { alias: 'n', type: 'boolean', default: false, describe: 'print the diff, and write nothing' })
      .option('source', { type: 'string', describe: 'move this source only, or this package of a deb source' })
      .option('accept-changed-hash', {
        type: 'boolean',
        default: false,
        describe: 'take a file that upstream replaced under the same version',
      })
      .option('verify', { type: 'boolean', default: false, describe: 'ask upstream whether pins still hold' })
      .option('jobs', { alias: 'j', type: 'number', describe: 'verify: questions and downloads at once (default: 8)' }),
  run: async (all, context) => {
    const { verifyOrMove } = await import('../pin-verify.ts');
    const wanted = verifyOrMove(all);
    if (wanted.kind === 'verify') return await wanted.run(context);
    const { component } = wanted;
    const { to, dryRun, source, acceptChangedHash, ...args } = all;
    const [
      { loadPins, lookContext, warner },
      { openFetcher },
      pins,
      { onlyRecipe, otherVariants },
      { requestedItems },
      { describePin },
    ] = await Promise.all([
      import('../pin-run.ts'),
      import('../../pins/fetcher.ts'),
      import('../../pins/pin.ts'),
      import('../../pins/read-pins.ts'),
      import('../../pins/requested-items.ts'),
      import('../pin-text.ts'),
    ]);
    const { recipes, cache } = loadPins(args, context, [component]);
    const wish = { wanted: to, source };
    const recipe = onlyRecipe(recipes, component);
    const { signal } = context;
    const result = await pins.pin(
      { ...wish, recipe, others: otherVariants(recipes, recipe), dryRun, acceptChangedHash },
      {
        context: lookContext(requestedItems(recipe, wish), cache, context),
        fetcher: openFetcher({ cache, signal, onWarning: warner(context) }),
        jobs: JOBS,
        signal,
      },
    );
    print(context, args.json, result, describePin(result, dryRun));
    return 0;
  },
});
