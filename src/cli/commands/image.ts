import { command } from '../command.ts';

export const image = command({
  usage: 'image <action> <file> [to]',
  example: ['$0 image inspect node.vhd', 'what a VHD says of itself, and whether Azure would take it'],
  options: (parser) =>
    parser
      .positional('action', {
        choices: ['inspect', 'test', 'upload'] as const,
        demandOption: true,
        describe:
          'inspect: show footer, sizes and partitions, and hold them against the rules of Azure; ' +
          'test: the same with all rules on the system inside; ' +
          'upload: write what is not zero to a page blob',
      })
      .positional('file', { type: 'string', demandOption: true, describe: 'a VHD' })
      .positional('to', { type: 'string', describe: 'upload: az://ACCOUNT/CONTAINER/FOLDER, a Blob URL, or a storage' })
      .option('name', { type: 'string', describe: 'upload: name of the blob (default: that of the file)' })
      .option('dry-run', { alias: 'n', type: 'boolean', default: false, describe: 'upload: only say which requests' })
      .option('verify', { type: 'boolean', default: true, describe: 'upload: read the blob back in the end' })
      .option('junit', { type: 'string', describe: 'test: also write the findings to this file, as JUnit XML' })
      .option('format', {
        choices: ['text', 'self-test'] as const,
        default: 'text' as const,
        describe: "test: print text, or JSON as the Marketplace's self-test service does",
      })
      .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'upload: show no progress' }),
  run: async (args, context) => {
    const actions = await import('../image-actions.ts');
    return actions[args.action](args, context);
  },
});
