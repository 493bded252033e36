import { UserError } from '../../model/errors.ts';
import { command } from '../command.ts';
import { billOptions } from '../load-bill.ts';

export const licenses = command({
  usage: 'licenses',
  example: ['$0 licenses --deny AGPL-3.0-or-later', 'check that no component needs a licence that may not be used'],
  options: (parser) =>
    billOptions(parser)
      .option('format', {
        choices: ['text', 'html'] as const,
        default: 'text' as const,
        describe: 'the list as text or as a page of HTML; --json gives data',
      })
      .option('output', { alias: 'o', type: 'string', describe: 'write it into this file (default: print it)' })
      .option('allow', {
        type: 'string',
        array: true,
        default: new Array<string>(),
        describe: 'check instead that every component can be used under these licences; may be repeated',
      })
      .option('deny', {
        type: 'string',
        array: true,
        default: new Array<string>(),
        describe: 'check instead that no component needs these licences; may be repeated',
      })
      .option('notice', {
        type: 'string',
        describe: 'write all licence texts out of the built packages into this file instead',
      }),
  run: async (args, context) => {
    const isCheck = args.allow.length + args.deny.length > 0;
    if (args.notice !== undefined && (isCheck || args.output !== undefined || args.published !== undefined)) {
      throw new UserError('USAGE', '--notice goes with none of --output, --allow, --deny and --published.', {
        hint: 'Run the command twice.',
      });
    }
    if (isCheck && args.output !== undefined) {
      throw new UserError('USAGE', '--output does not go with --allow and --deny.', { hint: 'Leave it out.' });
    }
    const actions = await import('../licence-actions.ts');
    if (isCheck) return actions.check(args, context);
    return args.notice === undefined ? actions.list(args, context) : actions.notice(args.notice, args, context);
  },
});
