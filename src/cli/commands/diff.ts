import { UserError } from '../../model/errors.ts';
import { command } from '../command.ts';
import { print } from '../context.ts';
import { treeOptions } from '../load.ts';

export const diff = command({
  usage: 'diff <before> <after>',
  example: ['$0 diff HEAD~3 . --variant base', 'what the last three commits changed in the base tree'],
  options: (parser) =>
    treeOptions(parser)
      .positional('before', {
        type: 'string',
        demandOption: true,
        describe: 'tree or repository, file or URL with a bill, git revision; #base: a variant',
      })
      .positional('after', { type: 'string', demandOption: true, describe: 'the same' })
      .option('markdown', { type: 'boolean', default: false, describe: 'print Markdown, for release notes' })
      .option('exit-code', { type: 'boolean', default: false, describe: 'end with status 4 if they differ' }),
  run: async (args, context) => {
    if (args.markdown && args.json) {
      throw new UserError('USAGE', '--markdown and --json do not go together.', { hint: 'Give one of them.' });
    }
    const [{ readSideOf }, { diffBills, isDifferent }, { describeDiff, diffMarkdown }] = await Promise.all([
      import('../read-side.ts'),
      import('../../bom/diff-bills.ts'),
      import('../diff-text.ts'),
    ]);
    const before = await readSideOf(args.before, args, context);
    const after = await readSideOf(args.after, args, context);
    const found = diffBills(before, after);
    const describe = args.markdown ? diffMarkdown : describeDiff;
    print(context, args.json, found, describe(found, { before: args.before, after: args.after }));
    return args.exitCode && isDifferent(found) ? 4 : 0;
  },
});
