/** Which DC/OS an image gets: what the last complete build of a tree made, or a release that was fetched. */
import { readTextNow } from '../host/quick-files.ts';
import type { Sha256 } from '../model/digest.ts';
import { UserError } from '../model/errors.ts';
import { isJsonArray, isJsonObject, member } from '../model/json.ts';
import { byCodePoint } from '../model/order.ts';
import { parsePackageId, type PackageId } from '../model/package-id.ts';
import { tryParsePythonJson } from '../model/python-json.ts';
import { fetchArtifacts } from '../publish/fetch-release.ts';
import type { TellProgress } from '../publish/progress.ts';
import { findRelease } from '../publish/read-release.ts';
import type { TrustCheck } from '../sign/open-trust.ts';
import type { Repository } from '../store/artifact-store.ts';
import { variantName, variantPrefix } from '../recipe/names.ts';
import type { BootstrapStore } from '../store/bootstrap-store.ts';
import type { Manifest } from '../store/manifest.ts';
import type { PackageStore } from '../store/package-store.ts';

interface DcosPackage {
  readonly id: PackageId;
  /** Of its tarball. */
  readonly sha256: Sha256;
  readonly manifest: Manifest;
}

export interface DcosSource {
  /** undefined: the default tree. */
  readonly variant: string | undefined;
  readonly bootstrap: string;
  /** All packages of the tree, those beside the bootstrap too; sorted by id. */
  readonly packages: readonly DcosPackage[];
  /** As release.json or the release says. */
  readonly version: string | undefined;
  /** Id of the release that it comes from; undefined: from builds of this tree. */
  readonly release: string | undefined;
}

export interface Stores {
  readonly packages: PackageStore;
  readonly bootstraps: BootstrapStore;
}

/** Name in the store of the file that tells what the last complete build of a variant was. */
function completeName(variant: string | undefined): string {
  return `complete/${variantPrefix(variant)}complete.latest.json`;
}

/** What was built of a variant last. @throws UserError BUILD_UNKNOWN */
export function builtTree(variant: string | undefined, stores: Stores, version: string | undefined): DcosSource {
  const text = readTextNow(stores.packages.store.path(completeName(variant)));
  const json = text === undefined ? undefined : tryParsePythonJson(text);
  const bootstrap = isJsonObject(json) ? member(json, 'bootstrap') : undefined;
  const packages = isJsonObject(json) ? member(json, 'packages') : undefined;
  if (typeof bootstrap !== 'string' || !isJsonArray(packages)) throw notBuilt(variant, 'was not built yet');
  const ids = packages.flatMap((id) => (typeof id === 'string' ? [parsePackageId(id)] : []));
  return sourceOf({ variant, bootstrap, ids, version, release: undefined }, stores);
}

export interface ReleaseOptions {
  readonly stores: Stores;
  readonly from: Repository;
  /** Only what it accepts is taken; undefined: everything that is what its manifest says. */
  readonly trust: TrustCheck | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: TellProgress;
}

const TRANSFERS = 8;

/**
 * A tree of a release, fetched into the store of this machine and verified.
 *
 * @param word a channel, the id of a release, or the beginning of one
 * @throws UserError RELEASE_UNKNOWN, SIGNATURE_REFUSED, RELEASE_DAMAGED, REPOSITORY_UNAVAILABLE
 */
export async function releasedTree(
  word: string,
  variant: string | undefined,
  { stores, from, trust, signal, onProgress }: ReleaseOptions,
): Promise<DcosSource> {
  const { release } = await findRelease(from, word, signal);
  const tree = release.manifest.trees.find((each) => each.variant === variant);
  if (tree === undefined) {
    const known = release.manifest.trees.map((each) => each.variant ?? 'default').join(', ');
    throw new UserError('RELEASE_UNKNOWN', `The release ${release.id} has no tree of ${variantName(variant)}.`, {
      hint: `Name one of its trees with --variant: ${known}.`,
    });
  }
  const common = { from, words: [release.id], trust, replace: false, jobs: TRANSFERS, signal, onProgress };
  await fetchArtifacts({ ...common, ...stores });
  const ids = tree.packages.map(parsePackageId);
  const { version } = release.manifest;
  return sourceOf({ variant, bootstrap: tree.bootstrap, ids, version, release: release.id }, stores);
}

/** @throws UserError BUILD_UNKNOWN if something of it is not in the store of this machine */
function sourceOf(
  tree: Omit<DcosSource, 'packages'> & { readonly ids: readonly PackageId[] },
  stores: Stores,
): DcosSource {
  const { variant, bootstrap, ids, version, release } = tree;
  if (stores.bootstraps.find(bootstrap) === undefined) throw notBuilt(variant, `lacks its bootstrap, ${bootstrap}`);
  const packages = ids.toSorted(byCodePoint).map((id): DcosPackage => {
    const manifest = stores.packages.find(id);
    if (manifest === undefined) throw notBuilt(variant, `lacks the package ${id}`);
    return { id, sha256: manifest.sha256, manifest };
  });
  return { variant, bootstrap, packages, version, release };
}

function notBuilt(variant: string | undefined, what: string): UserError {
  const option = variant === undefined ? '' : ` --variant ${variant}`;
  return new UserError('BUILD_UNKNOWN', `The bootstrap of ${variantName(variant)} is not there: the tree ${what}.`, {
    hint: `Run "dcos-build build${option}", or take a release with --release.`,
  });
}
