import { UserError } from '../../model/errors.ts';
import { TOOL_NAME, TOOL_VERSION } from '../../model/tool.ts';
import { command } from '../command.ts';
import { write, type Context } from '../context.ts';
import { billOptions, textOfBill } from '../load-bill.ts';

const FORMATTERS = {
  cyclonedx: async () => (await import('../../bom/cyclonedx.ts')).formatCycloneDx,
  spdx: async () => (await import('../../bom/spdx.ts')).formatSpdx,
} as const;

export const bom = command({
  usage: 'bom',
  example: ['$0 bom --format spdx -o dcos.spdx.json', 'the bill of materials of the tree as SPDX 2.3'],
  options: (parser) =>
    billOptions(parser)
      .option('format', {
        choices: ['cyclonedx', 'spdx'] as const,
        default: 'cyclonedx' as const,
        describe: 'CycloneDX 1.6 or SPDX 2.3, both as JSON',
      })
      .option('output', { alias: 'o', type: 'string', describe: 'write it into this file (default: print it)' }),
  run: async (args, context) => {
    const epoch = await epochOf(context);
    const text = await textOfBill(args, context, {
      request: { what: 'bom', format: args.format, epoch },
      make: async (bill, root) => {
        const { readBuilders } = await import('../../audit/read-builders.ts');
        const format = await FORMATTERS[args.format]();
        return format(bill, {
          epoch,
          tool: { name: TOOL_NAME, version: TOOL_VERSION },
          ...(root === undefined ? {} : { builders: readBuilders(bill, root) }),
        });
      },
    });
    if (args.output === undefined) {
      write(context, text);
      return 0;
    }
    const { writeOutput } = await import('../write-output.ts');
    await writeOutput(args.output, text, context);
    return 0;
  },
});

/** The time in the document: SOURCE_DATE_EPOCH, or the one that all builds have. @throws UserError USAGE */
async function epochOf({ env }: Context): Promise<number> {
  const { SOURCE_DATE_EPOCH: given } = env;
  if (given === undefined || given === '') return (await import('../../build/sandbox.ts')).SOURCE_DATE_EPOCH;
  if (/^\d{1,11}$/.test(given)) return Number(given);
  throw new UserError('USAGE', `SOURCE_DATE_EPOCH is ${JSON.stringify(given)}, which is no time.`, {
    hint: 'Give the seconds since 1970 as a whole number, or leave it unset.',
  });
}
