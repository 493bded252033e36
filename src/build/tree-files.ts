/** The small files that tell what a tree's last complete build was (facts: pkgpanda 14, 15). */
import type { PackageId } from '../model/package-id.ts';
import { sorted } from '../model/order.ts';
import { formatPythonJson } from '../model/python-json.ts';
import { canonicalHash } from '../resolve/canonical-hash.ts';
import type { PlannedTree } from '../resolve/plan.ts';
import type { ArtifactStore } from '../store/artifact-store.ts';

/**
 * Writes what names the tree's bootstrap and packages, when all of them are in the store: `complete.latest.json` last,
 * for it promises the rest.
 */
export async function writeTreeFiles(store: ArtifactStore, tree: PlannedTree): Promise<void> {
  const prefix = tree.variant === undefined ? '' : `${tree.variant}.`;
  await writePackageList(store, tree.packages);
  await store.writeText(`bootstrap/${prefix}bootstrap.latest`, tree.bootstrap);
  await store.writeText(`complete/${prefix}complete.latest.json`, formatComplete(tree));
}

/** The text of `complete.latest.json`. */
export function formatComplete({ bootstrap, packages }: Pick<PlannedTree, 'bootstrap' | 'packages'>): string {
  return formatPythonJson({ bootstrap, packages: sorted(packages) });
}

/** Writes the list by which a node learns which packages to fetch; returns the list's id. */
export async function writePackageList(store: ArtifactStore, packages: readonly PackageId[]): Promise<string> {
  const ids = sorted(packages);
  const id = canonicalHash(ids);
  // One line, as Python's json.dumps gives it. Ids are ASCII.
  await store.writeText(`package_lists/${id}.package_list.json`, `[${ids.map((each) => `"${each}"`).join(', ')}]`);
  return id;
}
