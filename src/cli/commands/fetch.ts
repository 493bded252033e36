import { command } from '../command.ts';

const texts = { type: 'string', array: true, default: new Array<string>() } as const;

export const fetch = command({
  usage: 'fetch <names..>',
  example: ['$0 fetch stable --from az://ACCOUNT/dcos', 'fetch all of the release that the channel has'],
  options: (parser) =>
    parser
      .positional('names', { ...texts, demandOption: true, describe: 'ids of packages, channels, or releases' })
      .option('from', { type: 'string', describe: 'the store: a folder, URL, or a name of dcos-build.config.json' })
      .option('trust', { type: 'string', describe: 'keys that are trusted (default: trust.json beside treeinfo.json)' })
      .option('replace', { type: 'boolean', default: false, describe: 'also packages that are here already' })
      .option('transfers', { type: 'number', default: 8, describe: 'blobs read at once' })
      .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'show no progress' }),
  run: async (args, context) => {
    const { fetchNamed } = await import('../release/fetch.ts');
    return await fetchNamed(args, context);
  },
});
