import { command } from '../command.ts';
import { print } from '../context.ts';

/** Downloads at once. */
const JOBS = 4;

export const pin = command({
  usage: 'pin <component> [to]',
  example: ['$0 pin curl ">=7.88 <8" --dry-run', 'the diff that moves curl to the newest 7.x'],
  options: (parser) =>
    parser
      .positional('component', { type: 'string', demandOption: true, describe: 'name, or name/variant' })
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
      }),
  run: async ({ component, to, dryRun, source, acceptChangedHash, ...args }, context) => {
    const [
      { loadPins, lookContext, warner },
      { openFetcher },
      pins,
      { onlyRecipe },
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
      { ...wish, recipe, dryRun, acceptChangedHash },
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
