/** Packages from another repository into the store of this machine, verified before they are in it. */
import type { PackageId } from '../model/package-id.ts';
import { parseBundleLines } from '../sign/bundle-lines.ts';
import type { TrustCheck } from '../sign/open-trust.ts';
import type { ReadableStore, TransferOptions } from './artifact-store.ts';
import { fetchTarball, type Fetched, type FetchTarballOptions, type Refused } from './fetch-tarball.ts';
import { parseManifest, type Manifest } from './manifest.ts';
import { attestationName, packageFile, packagePlace, type PackageStore } from './package-store.ts';
import { manifestName } from './shelf.ts';

export interface FetchPackageOptions extends FetchTarballOptions {
  /** Whom the package has to be signed by; undefined: it need not be signed by itself. */
  readonly trust?: TrustCheck | undefined;
}

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
 * What was signed about a package, judged before anything large is fetched.
 *
 * @returns the text of its attestations; undefined: there are none, and need not be
 * @throws UserError REPOSITORY_UNAVAILABLE
 */
export async function readAttestations(
  repository: ReadableStore,
  manifest: Manifest & { readonly id: PackageId },
  { trust, ...options }: TransferOptions & Pick<FetchPackageOptions, 'trust'> = {},
): Promise<string | undefined | Refused> {
  const text = await repository.readText(attestationName(manifest.id), options);
  const verdict = await trust?.package(text, manifest);
  if (verdict?.kind === 'refused') {
    const message = `${manifest.id} of ${repository.location} is refused: ${verdict.why}; it is not used.`;
    return { kind: 'refused', isUntrusted: true, message, hint: verdict.hint };
  }
  // Servers that answer every request with some page have no attestations.
  return text === undefined || parseBundleLines(text).length === 0 ? undefined : text;
}

/**
 * Fetches one package, if the repository has it, with what was signed about it.
 *
 * @throws UserError REPOSITORY_UNAVAILABLE, DISK_FULL
 */
export async function fetchPackage(
  packages: PackageStore,
  repository: ReadableStore,
  id: PackageId,
  { trust, ...options }: FetchPackageOptions = {},
): Promise<Fetched> {
  const manifest = await readManifest(repository, id, options);
  if (manifest === undefined) return await refuseUnverified(repository, id, options);
  const attestations = await readAttestations(repository, { ...manifest, id }, { ...options, trust });
  if (typeof attestations === 'object') return attestations;
  const beside = attestations === undefined ? {} : { [`${id}.intoto.jsonl`]: attestations };
  const what = { place: packagePlace(id), manifest };
  return await fetchTarball(packages.shelf, repository, what, { ...options, beside: { ...options.beside, ...beside } });
}

/** A repository that pkgpanda made has tarballs and no manifests: say so, or it looks as if it were empty. */
export async function refuseUnverified(
  repository: ReadableStore,
  id: PackageId,
  options: TransferOptions,
): Promise<{ readonly kind: 'missing' } | Refused> {
  const { folder } = packagePlace(id);
  const name = `${folder}/${packageFile(id, 'xz')}`;
  if (!(await repository.has(name, options))) return { kind: 'missing' };
  return {
    kind: 'refused',
    message: `${id} of ${repository.location} has no manifest, so that its bytes cannot be verified; it is not used.`,
    hint: 'Repositories made by pkgpanda have none: publish with dcos-build what is to be fetched.',
  };
}
