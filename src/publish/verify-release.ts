/** Proves that a published release is whole: every byte of it, everything that its packages need, and who vouches for it. */
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { remove, temporaryFolder } from '../host/files.ts';
import { inParallel } from '../host/in-parallel.ts';
import { isJsonArray, isJsonObject, member } from '../model/json.ts';
import { parsePackageId } from '../model/package-id.ts';
import { tryParsePythonJson } from '../model/python-json.ts';
import type { ReadableStore, Repository } from '../store/artifact-store.ts';
import { readManifest } from '../store/fetch-package.ts';
import { buildIdsOf, type Manifest } from '../store/manifest.ts';
import { idOfTarball } from './layout.ts';
import { ProgressSum, type TellProgress } from './progress.ts';
import { findRelease } from './read-release.ts';
import type { Artifact, Release, ReleaseTree } from './release-manifest.ts';
import { blobsOfRelease } from './use-release.ts';
import type { TrustCheck } from '../sign/open-trust.ts';
import { judgePackage, judgeRelease, type Judgement } from './judge-signature.ts';

export interface VerifyRequest {
  readonly store: Repository;
  /** A channel, a release, or the beginning of its id. */
  readonly name: string;
  /** undefined: nobody is trusted in particular, and signatures are only told of. */
  readonly trust: TrustCheck | undefined;
  readonly jobs: number;
  /** A folder for what is read. */
  readonly work: string;
  readonly signal: AbortSignal;
  readonly onProgress: TellProgress;
}

/** One thing that is wrong. */
export interface Finding {
  readonly name: string;
  readonly kind: 'missing' | 'damaged' | 'incomplete' | 'untrusted' | 'differs';
  /** A sentence without its full stop. */
  readonly what: string;
}

export interface Verdict {
  readonly release: string;
  readonly channel: string | undefined;
  readonly blobs: number;
  readonly bytes: number;
  readonly signature: Judgement;
  readonly findings: readonly Finding[];
}

/** @throws UserError RELEASE_UNKNOWN, RELEASE_DAMAGED (a manifest that is none), REPOSITORY_UNAVAILABLE, STORE_FORBIDDEN */
export async function verifyRelease(request: VerifyRequest): Promise<Verdict & { readonly found: Release }> {
  const { store, name, trust, signal } = request;
  const { release, channel } = await findRelease(store, name, signal);
  const blobs = blobsOfRelease(release);
  const damage = await readAll(request, blobs);
  const manifests = await readManifests(request, release);
  const signature = await judgeRelease(store, release, trust, signal);
  const untrusted: readonly Finding[] =
    signature.kind === 'refused' ? [{ name: release.id, kind: 'untrusted', what: signature.why }] : [];
  const packages = trust === undefined ? [] : await untrustedPackages(request, manifests, trust);
  return {
    ...{ release: release.id, channel: channel?.name, blobs: blobs.length, signature, found: release },
    bytes: blobs.reduce((sum, blob) => sum + blob.bytes, 0),
    findings: [
      ...damage,
      ...manifests.findings,
      ...(await treeFindings(request, release, manifests.byId)),
      ...untrusted,
      ...packages,
    ],
  };
}

async function readAll(request: VerifyRequest, blobs: readonly Artifact[]): Promise<readonly Finding[]> {
  const { store, jobs, signal, work, onProgress } = request;
  await using scratch = await temporaryFolder(work, 'verify');
  const progress = new ProgressSum('reading', blobs, onProgress);
  const findings = await inParallel(
    blobs,
    { jobs, signal },
    async ({ name, sha256, bytes }, each): Promise<Finding[]> => {
      const path = join(scratch.path, randomBytes(8).toString('hex'));
      const got = await progress.count(bytes, (onBytes) =>
        store.get(name, path, { signal: each, onProgress: onBytes }),
      );
      await remove(path);
      if (got === undefined) return [{ name, kind: 'missing', what: 'it is not there' }];
      if (got.sha256 === sha256) return [];
      return [{ name, kind: 'damaged', what: `expected sha256 ${sha256}, got ${got.sha256}` }];
    },
  );
  return findings.flat();
}

interface Manifests {
  readonly byId: ReadonlyMap<string, Manifest>;
  readonly findings: readonly Finding[];
}

/** Those of packages: by them packages are fetched. */
async function readManifests({ store, jobs, signal }: VerifyRequest, { manifest }: Release): Promise<Manifests> {
  const tarballs = manifest.artifacts.filter(
    ({ name }) => name.startsWith('packages/') && idOfTarball(name) !== undefined,
  );
  const byId = new Map<string, Manifest>();
  const findings = await inParallel(tarballs, { jobs, signal }, async ({ name, sha256 }, each): Promise<Finding[]> => {
    const place = idOfTarball(name) ?? '';
    const id = parsePackageId(place.slice(place.lastIndexOf('/') + 1));
    const found = await readManifest(store, id, { signal: each });
    if (found === undefined) return [{ name: `${place}.manifest.json`, kind: 'missing', what: 'it is not there' }];
    byId.set(id, found);
    if (found.sha256 === sha256) return [];
    const what = `it names a tarball with sha256 ${found.sha256}, the release one with ${sha256}`;
    return [{ name: `${place}.manifest.json`, kind: 'damaged', what }];
  });
  return { byId, findings: findings.flat() };
}

/** Whether each tree has its bootstrap, all of its packages, and all that those were built with. */
async function treeFindings(
  { store, signal }: VerifyRequest,
  { manifest }: Release,
  manifests: ReadonlyMap<string, Manifest>,
): Promise<readonly Finding[]> {
  const tarballs = new Set(manifest.artifacts.flatMap(({ name }) => idOfTarball(name)?.replace(/^.*\//, '') ?? []));
  const findings: Finding[] = [];
  for (const tree of manifest.trees) {
    const name = tree.variant ?? 'default';
    const ids = new Set(tree.packages);
    const lacks = [tree.bootstrap, ...tree.packages].filter((id) => !tarballs.has(id));
    const required = tree.packages.flatMap((id) => requirementsOf(manifests.get(id)));
    const unmet = required.filter((id) => !ids.has(id));
    const active = (await activeOf(store, tree, signal)).filter((id) => !ids.has(id));
    for (const id of new Set([...lacks, ...unmet, ...active])) {
      findings.push({
        name: `tree ${name}`,
        kind: 'incomplete',
        what: `it needs ${id}, which the release does not have`,
      });
    }
  }
  return findings;
}

function requirementsOf(manifest: Manifest | undefined): readonly string[] {
  const buildIds = manifest === undefined ? undefined : buildIdsOf(manifest);
  const requires = buildIds === undefined ? undefined : member(buildIds, 'requires');
  return isJsonArray(requires) ? requires.filter((id) => typeof id === 'string') : [];
}

async function activeOf(
  store: ReadableStore,
  { bootstrap }: ReleaseTree,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const value = tryParsePythonJson((await store.readText(`bootstrap/${bootstrap}.active.json`, { signal })) ?? '');
  return isJsonArray(value) && !isJsonObject(value) ? value.filter((id) => typeof id === 'string') : [];
}

async function untrustedPackages(
  { store, jobs, signal }: VerifyRequest,
  { byId }: Manifests,
  trust: TrustCheck,
): Promise<readonly Finding[]> {
  const findings = await inParallel(
    [...byId.values()],
    { jobs, signal },
    async (manifest, each): Promise<Finding[]> => {
      const verdict = await judgePackage(store, manifest, trust, each);
      return verdict.kind === 'accepted' ? [] : [{ name: manifest.id, kind: 'untrusted', what: verdict.why }];
    },
  );
  return findings.flat();
}
