/** The release.json of a tree, which bills of materials and release manifests name. */
import { join, posix } from 'node:path';
import type { FileView } from '../model/file-view.ts';
import { readRelease, type Release } from '../recipe/release.ts';
import { readJsonFile } from '../resolve/component-store.ts';
import type { TreeFolders } from './find-tree.ts';

/**
 * Which release the tree is.
 *
 * @returns undefined if there is no release.json beside treeinfo.json
 * @throws UserError, UserErrors TREE_INVALID
 */
export function findRelease(view: FileView, { root, treeinfos }: TreeFolders): Release | undefined {
  const path = join(treeinfos, 'release.json');
  if (view.kind(path) === 'missing') return undefined;
  return readRelease(readJsonFile(view, { path, shown: posix.relative(root, path) }, 'TREE_INVALID'));
}
