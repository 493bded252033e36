/** What a run answers for: the files that must still be there for the next one to have nothing to do. */
import type { PackageId } from '../model/package-id.ts';
import type { PlannedTree } from '../resolve/plan.ts';
import { bootstrapPlace } from '../store/bootstrap-store.ts';
import { packagePlace } from '../store/package-store.ts';
import { manifestName, type Place, type Shelf } from '../store/shelf.ts';
import type { RunContext } from './run-context.ts';

/** Manifests and tarballs of the packages and of the trees' bootstraps. */
export function outputPaths(
  { packages, bootstraps }: RunContext,
  ids: Iterable<PackageId>,
  trees: readonly PlannedTree[],
): readonly string[] {
  return [
    ...[...ids].flatMap((id) => artifactPaths(packages.shelf, packagePlace(id))),
    ...trees.flatMap(({ bootstrap }) => artifactPaths(bootstraps.shelf, bootstrapPlace(bootstrap))),
  ];
}

function artifactPaths(shelf: Shelf, place: Place): readonly string[] {
  const manifest = shelf.find(place);
  if (manifest === undefined) throw new Error(`${place.id} was made, but is not in the store`);
  return [shelf.store.path(manifestName(place)), shelf.tarball(place, manifest)];
}
