import { command } from '../command.ts';
import { treeOptions } from '../load.ts';

const texts = { type: 'string', array: true, default: new Array<string>() } as const;

export const publish = command({
  usage: 'publish [names..]',
  example: ['$0 publish openssl curl --to az://ACCOUNT/cache', 'upload two packages that are built'],
  repeatable: ['key'],
  options: (parser) =>
    treeOptions(parser)
      .positional('names', {
        ...texts,
        describe: 'components, or ids of packages (default: what is built of the tree)',
      })
      .option('to', { type: 'string', describe: 'the store: a folder, URL, or a name of dcos-build.config.json' })
      .option('dry-run', { alias: 'n', type: 'boolean', default: false, describe: 'say what would be written' })
      .option('transfers', { type: 'number', default: 8, describe: 'blobs written at once' })
      .option('key', { ...texts, describe: 'file with a private key to sign with; may be repeated' })
      .option('keyless', { type: 'boolean', default: false, describe: 'sign by a sigstore certificate' })
      .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'show no progress' }),
  run: async (args, context) => {
    const { publishBuilt } = await import('../release/publish.ts');
    return await publishBuilt(args, context);
  },
});
