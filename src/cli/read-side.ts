/** Reads what a word of the command line names, tree, release or bill, as the options of the command say. */
import type { AnyBill } from '../bom/any-bill.ts';
import { readSide } from '../audit/bill-side.ts';
import { UserError } from '../model/errors.ts';
import { warn, type Context } from './context.ts';
import { load, locate, type Located, type TreeArguments } from './load.ts';

/**
 * @param word undefined: the tree of the command
 * @throws UserError, as {@link readSide} does
 */
export async function readSideOf(word: string | undefined, args: TreeArguments, context: Context): Promise<AnyBill> {
  const readTree = async (more: Partial<TreeArguments>): Promise<AnyBill> => {
    const { tree, folders } = await load({ ...args, ...more }, context);
    const { readBill } = await import('../audit/read-bill.ts');
    return readBill(tree, folders, { warn: (warning) => warn(context, warning) });
  };
  if (word === undefined) return await readTree({});
  return await readSide(word, {
    cwd: context.cwd,
    variant: args.variant === 'default' ? undefined : args.variant,
    signal: context.signal,
    env: context.env,
    warn: (warning) => warn(context, warning),
    here: () => {
      const { treeFolders, folders } = locate(args, context);
      return { root: treeFolders.root, folders };
    },
    readTree: (tree, variant, out = args.out) => readTree({ tree, variant, out }),
  });
}

/** The tree that the command stands in, or that --tree names; undefined: there is none. */
export function locateIfThere(args: TreeArguments, context: Context): Located | undefined {
  try {
    return locate(args, context);
  } catch (error) {
    if (error instanceof UserError && error.code === 'TREE_NOT_FOUND') return undefined;
    throw error;
  }
}
