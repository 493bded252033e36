/** Packages from another repository into the store of this machine, verified before they are in it. */
import { remove, renameDurably, temporaryBeside } from '../host/files.ts';
import type { HashedBytes } from '../host/hash-file.ts';
import type { PackageId } from '../model/package-id.ts';
import type { ReadableStore, TransferOptions } from './artifact-store.ts';
import { parseManifest, type Manifest } from './manifest.ts';
import { packageFile, packagePlace, type PackageStore } from './package-store.ts';
import { manifestName } from './shelf.ts';

/** What became of it. A refused package counts as absent, but a person has to be told. */
export type Fetched =
  | { readonly kind: 'fetched'; readonly manifest: Manifest }
  | { readonly kind: 'missing' }
  | { readonly kind: 'refused'; readonly message: string; readonly hint: string };

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
  options: TransferOptions = {},
): Promise<Fetched> {
  const manifest = await readManifest(repository, id, options);
  if (manifest === undefined) return refuseUnverified(repository, id, options);
  const { file } = manifest;
  const { folder } = packagePlace(id);
  const temporary = temporaryBeside(packages.store.path(`${folder}/${file}`));
  try {
    await packages.store.makeFolder(folder);
    const received = await repository.get(`${folder}/${file}`, temporary, options);
    if (received === undefined) return withoutTarball(repository, id);
    if (received.sha256 !== manifest.sha256) {
      const aside = packages.store.path(`${folder}/${file}.corrupt`);
      await renameDurably(temporary, aside);
      return mismatch({ id, repository, manifest, received, aside });
    }
    return { kind: 'fetched', manifest: await packages.shelf.commit(packagePlace(id), temporary, manifest) };
  } finally {
    await remove(temporary);
  }
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

function withoutTarball(repository: ReadableStore, id: PackageId): Fetched {
  return {
    kind: 'refused',
    message: `${repository.location} has a manifest of ${id}, but not its tarball.`,
    hint: 'The repository is damaged, or being changed; tell those who run it.',
  };
}

interface Mismatch {
  readonly id: PackageId;
  readonly repository: ReadableStore;
  readonly manifest: Manifest;
  readonly received: HashedBytes;
  readonly aside: string;
}

function mismatch({ id, repository, manifest, received, aside }: Mismatch): Fetched {
  return {
    kind: 'refused',
    message:
      `${id} of ${repository.location} is not what its manifest says: ` +
      `expected sha256 ${manifest.sha256}, got ${received.sha256}; it is not used.`,
    hint: `What was received is kept as ${aside}. Tell those who run the repository.`,
  };
}
