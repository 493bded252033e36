/** What a run answers for: the files that must still be there for the next one to have nothing to do. */
import type { PlannedComponent, PlannedTree } from '../resolve/plan.ts';
import { bootstrapPlace } from '../store/bootstrap-store.ts';
import { latestName, packagePlace } from '../store/package-store.ts';
import { manifestName, type Place, type Shelf } from '../store/shelf.ts';
import type { RunContext } from './run-context.ts';
import { treeFileNames } from '../store/tree-files.ts';

/** Manifests and tarballs of the packages and of the trees' bootstraps, and the small files that name them. */
export function outputPaths(
  { packages, bootstraps }: RunContext,
  components: readonly PlannedComponent[],
  trees: readonly PlannedTree[],
): readonly string[] {
  const { store } = packages;
  return [
    ...components.flatMap(({ id, name, variant }) => [
      ...artifactPaths(packages.shelf, packagePlace(id)),
      store.path(latestName(name, variant)),
    ]),
    ...trees.flatMap((tree) => [
      ...artifactPaths(bootstraps.shelf, bootstrapPlace(tree.bootstrap)),
      ...treeFileNames(tree).map((name) => store.path(name)),
    ]),
  ];
}

function artifactPaths(shelf: Shelf, place: Place): readonly string[] {
  const manifest = shelf.find(place);
  if (manifest === undefined) throw new Error(`${place.id} was made, but is not in the store`);
  return [shelf.store.path(manifestName(place)), shelf.tarball(place, manifest)];
}
