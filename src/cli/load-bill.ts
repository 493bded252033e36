/** Loads the bill of materials that a command works on: of the tree, or of what a repository published. */
import type { Argv } from 'yargs';
import type { Bill } from '../bom/bill.ts';
import type { CommonArguments, Context } from './context.ts';
import { warn } from './context.ts';
import { load, treeOptions, type Loaded, type TreeArguments, type TreeOptions } from './load.ts';

/** As they are declared. */
export type BillOptions = TreeOptions & { readonly published: string | undefined };

export interface BillArguments extends TreeArguments {
  readonly published: string | undefined;
}

export interface LoadedBill {
  readonly bill: Bill;
  /** undefined: the bill is that of a repository. */
  readonly loaded: Loaded | undefined;
}

/** Declares `--published`, and the options by which a tree is found. */
export function billOptions(parser: Argv<CommonArguments>): Argv<BillOptions> {
  return treeOptions(parser).option('published', {
    type: 'string',
    describe: 'of what this repository published last, a directory or URL, instead of the tree',
  });
}

/** @throws UserError, UserErrors; warnings go to standard error */
export async function loadBill(args: BillArguments, context: Context): Promise<LoadedBill> {
  const tell = (warning: Parameters<typeof warn>[1]): void => warn(context, warning);
  if (args.published !== undefined) {
    const { readPublishedBill } = await import('../build/read-published-bill.ts');
    const variant = args.variant === 'default' ? undefined : args.variant;
    const bill = await readPublishedBill(args.published, { variant, signal: context.signal, warn: tell });
    return { bill, loaded: undefined };
  }
  const loaded = await load(args, context);
  const { readBill } = await import('../build/read-bill.ts');
  return { bill: readBill(loaded.tree, loaded.folders, { warn: tell }), loaded };
}
