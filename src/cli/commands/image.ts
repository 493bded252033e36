import { command } from '../command.ts';

export const image = command({
  usage: 'image <action> <file>',
  example: ['$0 image inspect node.vhd', 'what a VHD says of itself, and whether Azure would take it'],
  options: (parser) =>
    parser
      .positional('action', {
        choices: ['inspect'] as const,
        demandOption: true,
        describe: 'inspect: show footer, sizes and partitions, and hold them against the rules of Azure',
      })
      .positional('file', { type: 'string', demandOption: true, describe: 'a VHD' }),
  run: async (args, context) => {
    const actions = await import('../image-actions.ts');
    return actions[args.action](args, context);
  },
});
