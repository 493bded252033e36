/** Signs a release and its packages: statements of who made them of what, beside them in the store. */
import { inParallel } from '../host/in-parallel.ts';
import type { Sha256 } from '../model/digest.ts';
import type { PackageId } from '../model/package-id.ts';
import { packageDependency } from '../sign/attest-package.ts';
import { expectRelease } from '../sign/attest-release.ts';
import { appendBundleLines } from '../sign/bundle-lines.ts';
import { signPackage, signRelease as signStatement } from '../sign/sign-package.ts';
import type { Signer } from '../sign/signer.ts';
import type { RunDetails } from '../sign/statement.ts';
import { isSignedByAll } from '../sign/verify.ts';
import type { ArtifactStore, Attributes } from '../store/artifact-store.ts';
import type { Manifest } from '../store/manifest.ts';
import { attestationName } from '../store/package-store.ts';
import { MANIFEST, PROVENANCE, releaseFile } from './layout.ts';
import type { Release } from './release-manifest.ts';

export interface Signing {
  /** At least one. */
  readonly signers: readonly Signer[];
  /** When packages were built, for those that were built here. */
  readonly runs: ReadonlyMap<PackageId, RunDetails>;
  /** Of the release, up to now. */
  readonly run: () => RunDetails;
}

export interface AttestOptions extends Pick<Attributes, 'notes'> {
  readonly signal: AbortSignal;
}

export const ATTESTATION_TYPE = 'application/vnd.in-toto.bundle';

/** Somebody else may sign the same file at the same time. */
const TRIES = 20;

/**
 * Vouches for packages of which nobody does in the store.
 *
 * @throws UserError SIGNING_FAILED
 */
export async function signPackages(
  store: ArtifactStore,
  packages: ReadonlyMap<PackageId, Manifest>,
  signing: Signing,
  options: AttestOptions & { readonly jobs: number; readonly release?: Release },
): Promise<void> {
  const { jobs, release } = options;
  const requirements = release === undefined ? new Map<string, Sha256>() : hashesOf(release);
  const treeCommit = release?.manifest.commit;
  await inParallel([...packages], { jobs, signal: options.signal }, async ([id, manifest], signal) => {
    const run = { ...signing.runs.get(id), requirements, ...(treeCommit === undefined ? {} : { treeCommit }) };
    const lines = await signPackage(manifest, { run, signers: signing.signers, signal });
    await addLines(store, attestationName(id), lines, { ...options, signal });
  });
}

/**
 * Vouches for the manifest of a release, in which all of it is named by hash. Who has done so already does not again.
 *
 * @throws UserError SIGNING_FAILED
 */
export async function signRelease(
  store: ArtifactStore,
  release: Release,
  { signers, run }: Signing,
  options: AttestOptions,
): Promise<void> {
  if (await isSigned(store, release, signers, options.signal)) return;
  const { manifest } = release;
  const plan = manifest.files.find(({ name }) => name === 'plan.json');
  const hashes = hashesOf(release);
  const ids = [...new Set(manifest.trees.flatMap(({ packages }) => packages))];
  const attested = {
    subjects: [subjectOf(release)],
    name: manifest.name,
    version: manifest.version,
    variants: manifest.trees.map(({ variant }) => variant ?? 'default'),
    ...(manifest.commit === undefined ? {} : { treeCommit: manifest.commit }),
    parameters: { tag: manifest.tag },
    planDigest: plan?.sha256 ?? release.sha256,
    dependencies: ids.map((id) => packageDependency(id, hashes.get(id))),
  };
  const lines = await signStatement(attested, { run: run(), signers, signal: options.signal });
  // A line that says this with these ids and stands there already is not what it seems, else we were not here.
  await addLines(store, releaseFile(release.id, PROVENANCE), lines, { ...options, isReplacing: true });
}

/** What the statement of a release is about. */
export function subjectOf({ id, sha256 }: Release): { readonly name: string; readonly sha256: Sha256 } {
  return { name: releaseFile(id, MANIFEST), sha256 };
}

/** Whether each of them has signed this very release. */
export async function isSigned(
  store: ArtifactStore,
  release: Release,
  signers: readonly Signer[],
  signal: AbortSignal,
): Promise<boolean> {
  const text = await store.readText(releaseFile(release.id, PROVENANCE), { signal });
  return isSignedByAll(text ?? '', expectRelease(subjectOf(release)), signers);
}

/** Tarballs of the release by the id of their package. */
function hashesOf({ manifest }: Release): ReadonlyMap<string, Sha256> {
  return new Map(
    manifest.artifacts.flatMap(({ name, sha256 }) => {
      const id = /^packages\/[^/]+\/(.+)\.tar\.(?:xz|zst)$/.exec(name)?.[1];
      return id === undefined ? [] : [[id, sha256] as const];
    }),
  );
}

/** What others have written there stays. */
async function addLines(
  store: ArtifactStore,
  name: string,
  lines: readonly string[],
  { notes = {}, signal, isReplacing = false }: AttestOptions & { readonly isReplacing?: boolean },
): Promise<void> {
  for (let left = TRIES; left > 0; left -= 1) {
    const found = await store.readVersion(name, { signal });
    const text = appendBundleLines(found?.text, lines, isReplacing);
    if (text === found?.text) return;
    const condition =
      found === undefined ? { kind: 'absent' as const } : { kind: 'version' as const, version: found.version };
    const how = { condition, cache: 'no-cache', contentType: ATTESTATION_TYPE, notes, signal } as const;
    if (await store.writeText(name, text, how)) return;
  }
  throw new Error(`${name} is written by others all the time`);
}
