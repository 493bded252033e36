/** Packages from another repository into the store of this machine, verified before they are in it. */
import type { PackageId } from '../model/package-id.ts';
import type { ReadableStore, TransferOptions } from './artifact-store.ts';
import { fetchTarball, type Fetched, type FetchTarballOptions } from './fetch-tarball.ts';
import { parseManifest, type Manifest } from './manifest.ts';
import { packageFile, packagePlace, type PackageStore } from './package-store.ts';
import { manifestName } from './shelf.ts';

/** The manifest of a package in a repository; undefined if it has none. @throws UserError REPOSITORY_UNAVAILABLE */
export async function readManifest(
  repository: ReadableStore,
  id: PackageId,
  options?: TransferOptions,
): Promise<Manifest | undefined> {
  const text = await repository.readText(manifestName(packagePlace(id)), options);
  return text === undefined ? undefined : parseManifest(text, id);
}

/**
 * Fetches one package, if the repository has it.
 *
 * @throws UserError REPOSITORY_UNAVAILABLE, DISK_FULL
 */
export async function fetchPackage(
  packages: PackageStore,
  repository: ReadableStore,
  id: PackageId,
  options: FetchTarballOptions = {},
): Promise<Fetched> {
  const manifest = await readManifest(repository, id, options);
  if (manifest === undefined) return await refuseUnverified(repository, id, options);
  return await fetchTarball(packages.shelf, repository, { place: packagePlace(id), manifest }, options);
}

/** A repository that pkgpanda made has tarballs and no manifests: say so, or it looks as if it were empty. */
export async function refuseUnverified(
  repository: ReadableStore,
  id: PackageId,
  options: TransferOptions,
): Promise<Fetched> {
  const { folder } = packagePlace(id);
  const name = `${folder}/${packageFile(id, 'xz')}`;
  if (!(await repository.has(name, options))) return { kind: 'missing' };
  return {
    kind: 'refused',
    message: `${id} of ${repository.location} has no manifest, so that its bytes cannot be verified; it is not used.`,
    hint: 'Repositories made by pkgpanda have none: publish with dcos-build what is to be fetched.',
  };
}
