import { UserError } from '../../model/errors.ts';
import { command } from '../command.ts';
import { TRUST_OPTION } from '../trust.ts';

export const key = command({
  usage: 'key <action> [what]',
  example: ['$0 key new release.pem', 'make a key to sign releases with, and print its entry for trust.json'],
  options: (parser) =>
    parser
      .positional('action', {
        choices: ['new', 'trust', 'revoke', 'ls'] as const,
        demandOption: true,
        describe: 'new: make a key; trust: add one to the trust file; revoke: mark one; ls: list them',
      })
      .positional('what', {
        type: 'string',
        describe: 'new, trust: a file; revoke: the id of a key, or its first digits',
      })
      .option('trust', TRUST_OPTION)
      .option('name', { type: 'string', describe: 'new, trust: what people call the key (default: as its file)' })
      .option('reason', { type: 'string', describe: 'revoke: why, for those whose signatures are refused' }),
  run: async (args, context) => {
    const { action, name, reason } = args;
    const refuse = (option: string, goesWith: string): never => {
      throw new UserError('USAGE', `${option} does nothing for "key ${action}".`, {
        hint: `It goes with ${goesWith}.`,
      });
    };
    if (name !== undefined && action !== 'new' && action !== 'trust') refuse('--name', '"key new" and "key trust"');
    if (reason !== undefined && action !== 'revoke') refuse('--reason', '"key revoke"');
    if (args.trust !== undefined && action === 'new') refuse('--trust', 'the other actions');
    const actions = await import('../key-actions.ts');
    return actions.ACTIONS[action](args, context);
  },
});
