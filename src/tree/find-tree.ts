/** Where the tree is: its root, its components, and the folder of its treeinfo files. */
import { basename, dirname, join, resolve } from 'node:path';
import type { FileView } from '../model/file-view.ts';
import { UserError } from '../model/errors.ts';
import { findVariants } from '../recipe/variant-files.ts';

/** Absolute paths. */
export interface TreeFolders {
  /** What messages are relative to; holds `builders/`, `builders.lock.json` and, by default, the work folder. */
  readonly root: string;
  /** The folder of component folders. */
  readonly packages: string;
  /** Holds `[variant.]treeinfo.json`: the root as in our own tree, or the packages folder as in DC/OS's. */
  readonly treeinfos: string;
}

/**
 * The tree of a folder: that of the folder itself, or else of the nearest one above with a `treeinfo.json`, beside
 * `packages/` or inside it.
 *
 * @param options.exact the folder was named by the user: it must be the root or the packages folder, not lie below, and
 *   treeinfo files of variants alone will do
 * @throws UserError TREE_NOT_FOUND
 */
export function findTree(view: FileView, startFolder: string, options: { readonly exact?: boolean } = {}): TreeFolders {
  const start = resolve(startFolder);
  for (let folder = start; ; folder = dirname(folder)) {
    const found =
      treeAt(view, folder, hasDefaultTree) ?? (folder === start ? treeAt(view, folder, hasAnyTree) : undefined);
    if (found !== undefined) return found;
    if (options.exact === true && view.kind(join(folder, 'packages')) === 'folder') {
      return { root: folder, packages: join(folder, 'packages'), treeinfos: join(folder, 'packages') };
    }
    if (options.exact === true || dirname(folder) === folder) break;
  }
  const where = options.exact === true ? `${start} is no tree` : `Neither ${start} nor a folder above it is a tree`;
  throw new UserError('TREE_NOT_FOUND', `${where}: there is no treeinfo.json beside or inside a packages folder.`, {
    hint: 'Go to a folder of the tree, or name it with --tree.',
  });
}

type HasTree = (view: FileView, folder: string) => boolean;

function treeAt(view: FileView, folder: string, hasTree: HasTree): TreeFolders | undefined {
  const inside = join(folder, 'packages');
  if (view.kind(inside) === 'folder') {
    if (hasTree(view, folder)) return { root: folder, packages: inside, treeinfos: folder };
    if (hasTree(view, inside)) return { root: folder, packages: inside, treeinfos: inside };
  }
  return basename(folder) === 'packages' ? treeAt(view, dirname(folder), hasTree) : undefined;
}

function hasDefaultTree(view: FileView, folder: string): boolean {
  return view.kind(join(folder, 'treeinfo.json')) === 'file';
}

function hasAnyTree(view: FileView, folder: string): boolean {
  return findVariants(view.names(folder) ?? [], 'treeinfo.json').variants.length > 0;
}
