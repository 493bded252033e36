/** Uploads packages without a release: for other machines to fetch instead of building them. */
import { inParallel } from '../host/in-parallel.ts';
import { UserError } from '../model/errors.ts';
import type { PackageId } from '../model/package-id.ts';
import type { ArtifactStore } from '../store/artifact-store.ts';
import type { Manifest } from '../store/manifest.ts';
import { attestationName, type PackageStore } from '../store/package-store.ts';
import { signPackages, type Signing } from './attest.ts';
import { packageArtifacts } from './local-artifacts.ts';
import { claiming } from './pending.ts';
import type { TellProgress } from './progress.ts';
import { withHashes } from './published-hashes.ts';
import { plain, type Artifact } from './release-manifest.ts';
import { upload } from './upload.ts';
import { planUpload, type UploadPlan } from './upload-plan.ts';

export interface PublishRequest {
  readonly packages: PackageStore;
  readonly ids: readonly PackageId[];
  readonly to: ArtifactStore;
  /** undefined: they are not signed. */
  readonly signing: Signing | undefined;
  readonly isDryRun: boolean;
  readonly jobs: number;
  readonly signal: AbortSignal;
  readonly onProgress: TellProgress;
}

export interface PublishAnswer {
  readonly uploaded: readonly Artifact[];
  readonly skipped: readonly Artifact[];
}

/** @throws UserError BUILD_UNKNOWN for what is not built, STORE_CONFLICT, STORE_CORRUPT, SIGNING_FAILED */
export async function publishPackages(request: PublishRequest): Promise<PublishAnswer> {
  const { packages, ids, to, signing, isDryRun, jobs, signal } = request;
  const manifests = new Map(ids.map((id) => [id, mustFind(packages, id)]));
  const lists = await inParallel([...manifests], { jobs, signal }, ([id, manifest]) =>
    packageArtifacts(packages.store, id, manifest),
  );
  const artifacts = lists.flat();
  const names = [...artifacts.map(({ name }) => name), ...ids.map(attestationName)];
  if (isDryRun) {
    const there = await to.list('packages/', { signal });
    return answer(planUpload(artifacts, await withHashes(to, artifacts, there, request)));
  }
  return await claiming(to, { release: 'packages', channel: undefined, names }, request, async (present) => {
    const plan = planUpload(artifacts, await withHashes(to, artifacts, present, request));
    await upload(to, plan, request);
    if (signing !== undefined) {
      const attested = new Set([...present.keys(), ...artifacts.map(({ name }) => name)]);
      const lacking = new Map([...manifests].filter(([id]) => !attested.has(attestationName(id))));
      await signPackages(to, lacking, signing, request);
    }
    return answer(plan);
  });
}

function answer({ put, skip }: UploadPlan): PublishAnswer {
  return { uploaded: put.map(plain), skipped: skip.map(plain) };
}

function mustFind(packages: PackageStore, id: PackageId): Manifest {
  const manifest = packages.find(id);
  if (manifest !== undefined) return manifest;
  throw new UserError('BUILD_UNKNOWN', `${id} is not in the store of this machine.`, {
    hint: 'Build it first: dcos-build build.',
  });
}
