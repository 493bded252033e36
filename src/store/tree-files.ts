/** The small files that tell what a tree's last complete build was (facts: pkgpanda 14, 15). */
import { sorted } from '../model/order.ts';
import { formatPythonJson } from '../model/python-json.ts';
import { variantPrefix } from '../recipe/names.ts';
import { canonicalHash } from '../resolve/canonical-hash.ts';
import type { PlannedTree } from '../resolve/plan.ts';
import type { ArtifactStore } from './artifact-store.ts';

type NamedTree = Pick<PlannedTree, 'variant' | 'bootstrap' | 'packages'>;

/**
 * Writes what names the tree's bootstrap and packages, when all of them are in the store: `complete.latest.json` last,
 * for it promises the rest.
 */
export async function writeTreeFiles(store: ArtifactStore, tree: NamedTree): Promise<void> {
  for (const [name, text] of treeFiles(tree)) await store.writeText(name, text);
}

/** Names of those files in the store. */
export function treeFileNames(tree: NamedTree): readonly string[] {
  return treeFiles(tree).map(([name]) => name);
}

/** Names and texts in the order in which they are to be written. */
function treeFiles({ variant, bootstrap, packages }: NamedTree): readonly (readonly [name: string, text: string])[] {
  const prefix = variantPrefix(variant);
  return [
    packageListFile(packages),
    [`bootstrap/${prefix}bootstrap.latest`, bootstrap],
    [`complete/${prefix}complete.latest.json`, formatPythonJson({ bootstrap, packages: sorted(packages) })],
  ];
}

/** Name and text of the list by which nodes learn which packages to fetch. */
export function packageListFile(packages: readonly string[]): readonly [name: string, text: string] {
  const ids = sorted(packages);
  return [`package_lists/${canonicalHash(ids)}.package_list.json`, formatPackageList(ids)];
}

/** One line, as Python's json.dumps gives it. Ids are ASCII. */
function formatPackageList(ids: readonly string[]): string {
  return `[${ids.map((id) => `"${id}"`).join(', ')}]`;
}
