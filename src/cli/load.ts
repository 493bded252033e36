/** Loads the tree that a command works on, as its options say. */
import { resolve } from 'node:path';
import { findTree, type TreeFolders } from '../tree/find-tree.ts';
import { foldersBelow, type Folders } from '../tree/folders.ts';
import type { LoadedTree, LoadOptions } from '../tree/load-plan.ts';
import { RecordingFileView } from '../host/file-view.ts';
import { throwCollected, UserError } from '../model/errors.ts';
import { nearest } from '../model/did-you-mean.ts';
import { labelOf } from '../resolve/graph.ts';
import type { ComponentKey, Plan } from '../resolve/plan.ts';
import type { Argv } from 'yargs';
import { outFolder, startFolder, type CommonArguments, type Context } from './context.ts';

/** Options of every command that plans a tree, as they are declared. */
export type TreeOptions = CommonArguments & {
  readonly variant: string | undefined;
  readonly 'builder-ids': string | undefined;
};

/** The same, as yargs hands them over. */
export interface TreeArguments extends CommonArguments {
  readonly variant: string | undefined;
  readonly builderIds: string | undefined;
  readonly offline?: boolean;
  readonly mirror?: readonly string[];
}

export interface Loaded {
  readonly tree: LoadedTree;
  readonly folders: Folders;
  readonly variant: string | undefined;
}

/** Declares `--variant` and `--builder-ids`. */
export function treeOptions(parser: Argv<CommonArguments>): Argv<TreeOptions> {
  return parser
    .option('variant', {
      type: 'string',
      describe: 'which treeinfo.json: "base" is base.treeinfo.json (default: none)',
    })
    .option('builder-ids', { type: 'string', describe: 'JSON file with the ids of builder images by name' });
}

/** Where the tree and its work folder are; nothing of it is read but names. */
export interface Located {
  readonly treeFolders: TreeFolders;
  readonly folders: Folders;
  readonly variant: string | undefined;
  /** Notes what is looked at from here on. */
  readonly view: RecordingFileView;
}

/** @throws UserError TREE_NOT_FOUND */
export function locate(args: TreeArguments, context: Context): Located {
  const view = new RecordingFileView();
  const treeFolders = findTree(view, startFolder(context, args), { exact: args.tree !== undefined });
  const folders = foldersBelow(outFolder(context, args, treeFolders.root));
  return { view, treeFolders, folders, variant: args.variant === 'default' ? undefined : args.variant };
}

/**
 * Reads the tree.
 *
 * @param more overrides what the options say, such as `variants: 'all'`
 * @throws UserError, UserErrors; warnings go to standard error
 */
export async function load(
  args: TreeArguments,
  context: Context,
  more: LoadOptions = {},
  located: Located = locate(args, context),
): Promise<Loaded> {
  const { treeFolders, folders, variant, view } = located;
  // Only here: a build that finds nothing to do never reads the tree, and the reader is most of the program.
  const { loadTree } = await import('../tree/load-plan.ts');
  const tree = await loadTree(
    treeFolders,
    {
      variants: [variant],
      ...(args.builderIds === undefined ? {} : { builderIds: resolve(context.cwd, args.builderIds) }),
      imageId: async (image) => (await import('../executor/oci-engine.ts')).imageIdIfKnown(image),
      checkoutUpstream: async (source) => {
        const { checkoutUpstream } = await import('../tree/upstream.ts');
        const { offline = false, mirror: mirrors = [] } = args;
        return checkoutUpstream(source, folders, { offline, mirrors, signal: context.signal });
      },
      ...more,
    },
    view,
  );
  throwCollected(more.variants === 'all' ? [] : tree.errors);
  for (const { message } of tree.warnings) context.stderr.write(`warning: ${message}\n`);
  return { tree, folders, variant };
}

/**
 * The component that a person named: `name` or `name/variant`; a name alone will do if the plan has one variant of it.
 *
 * @throws UserError COMPONENT_UNKNOWN
 */
export function findComponent(plan: Plan, text: string): ComponentKey {
  const labels = new Map([...plan.components.keys()].map((key) => [labelOf(key), key]));
  const exact = labels.get(text);
  if (exact !== undefined) return exact;
  const variants = [...plan.components.values()].filter(({ name }) => name === text).map(({ key }) => key);
  const [only, ...others] = variants;
  if (only !== undefined && others.length === 0) return only;
  const guess = nearest(text, labels.keys());
  throw new UserError('COMPONENT_UNKNOWN', `The tree has no component "${text}".`, {
    hint:
      variants.length > 1
        ? `It has ${variants.map(labelOf).join(' and ')}.`
        : guess === undefined
          ? '"dcos-build tree" lists its components.'
          : `Did you mean "${guess}"?`,
  });
}
