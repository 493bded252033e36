/** Signs a release that is published already, and its packages: after a change of keys, or where several have to sign. */
import { inParallel } from '../host/in-parallel.ts';
import type { PackageId } from '../model/package-id.ts';
import { parsePackageId } from '../model/package-id.ts';
import { parseBundleLines } from '../sign/bundle-lines.ts';
import type { ArtifactStore } from '../store/artifact-store.ts';
import { readManifest } from '../store/fetch-package.ts';
import type { Manifest } from '../store/manifest.ts';
import { attestationName } from '../store/package-store.ts';
import { signPackages, signRelease, type Signing } from './attest.ts';
import type { Release } from './release-manifest.ts';

export interface SignAnewOptions {
  /** Packages read and signed at once. */
  readonly jobs: number;
  readonly signal: AbortSignal;
}

/**
 * Adds signatures to those that are there. Nothing is claimed of when a package was built: who signs later was not there.
 *
 * @returns how many packages were signed
 * @throws UserError SIGNING_FAILED
 */
export async function signAnew(
  store: ArtifactStore,
  release: Release,
  signing: Signing,
  { jobs, signal }: SignAnewOptions,
): Promise<number> {
  const keyids = signing.signers.flatMap((signer) => (signer.kind === 'key' ? [signer.keyid] : []));
  const ids = [...new Set(release.manifest.trees.flatMap(({ packages }) => packages))].map(parsePackageId);
  const found = await inParallel(ids, { jobs, signal }, async (id, each): Promise<[PackageId, Manifest][]> => {
    const text = await store.readText(attestationName(id), { signal: each });
    const has = new Set(
      parseBundleLines(text ?? '').flatMap(({ envelope }) => envelope.signatures.map(({ keyid }) => keyid)),
    );
    if (keyids.length === signing.signers.length && keyids.every((keyid) => has.has(keyid))) return [];
    const manifest = await readManifest(store, id, { signal: each });
    return manifest === undefined ? [] : [[id, manifest]];
  });
  const notes = { release: release.id };
  await signPackages(store, new Map(found.flat()), signing, { jobs, release, notes, signal });
  await signRelease(store, release, signing, { notes, signal });
  return found.flat().length;
}
