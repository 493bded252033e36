/**
 * Publishes a release: what the store lacks of it, its manifest when all of that is there, then the channel, then
 * pkgpanda's files. Stopped anywhere, it leaves a store in which the channel has what it had, or the whole new release;
 * the next run goes on from there.
 */
import type { ArtifactStore, Listed } from '../store/artifact-store.ts';
import { isSigned, signPackages, signRelease, type Signing } from './attest.ts';
import { currentOf } from './channel.ts';
import type { ComposedRelease } from './compose-release.ts';
import { MANIFEST, releaseFile } from './layout.ts';
import { attestationName } from '../store/package-store.ts';
import { moveChannel, seeChannel, writePkgpandaFiles, type SeenChannel } from './move-channel.ts';
import { claiming, isMoving } from './pending.ts';
import type { Place } from './pkgpanda-files.ts';
import type { TellProgress } from './progress.ts';
import { MANIFEST_TYPE, plain, type Artifact } from './release-manifest.ts';
import { withHashes } from './published-hashes.ts';
import { upload } from './upload.ts';
import { planUpload, type LocalArtifact, type UploadPlan } from './upload-plan.ts';
import { intentOf } from './use-release.ts';

export interface CreateRequest {
  readonly store: ArtifactStore;
  readonly place: Place;
  readonly composed: ComposedRelease;
  readonly channel: string;
  /** undefined: the release is not signed. */
  readonly signing: Signing | undefined;
  /** Uploads at once. */
  readonly jobs: number;
  readonly signal: AbortSignal;
  /** When the channel is moved, in milliseconds since the epoch. */
  readonly nowMs: () => number;
  readonly onProgress: TellProgress;
}

export interface CreateAnswer {
  readonly release: string;
  readonly channel: string;
  /** What the channel had before; undefined: it is new. */
  readonly before: string | undefined;
  readonly uploaded: readonly Artifact[];
  /** What was there already. */
  readonly skipped: readonly Artifact[];
  /** Who signed it: nobody, if it is empty. */
  readonly signedBy: readonly string[];
  /** Whether the channel had it already, whole, so that there was nothing to do. */
  readonly isUnchanged: boolean;
}

/**
 * @throws UserError STORE_CONFLICT, STORE_CORRUPT, CHANNEL_MOVED (the release is published then), SIGNING_FAILED,
 *   REPOSITORY_UNAVAILABLE, STORE_FORBIDDEN
 */
export async function createRelease(request: CreateRequest): Promise<CreateAnswer> {
  const { store, composed, channel, signal, signing } = request;
  const { release } = composed;
  const seen = await seeChannel(store, channel, signal);
  const before = seen.channel === undefined ? undefined : currentOf(seen.channel).release;
  const signedBy = signing?.signers.map(({ description }) => description) ?? [];
  const answer = { release: release.id, channel, before, signedBy };
  if (before === release.id && (await isFinished(request))) {
    return { ...answer, uploaded: [], skipped: allArtifacts(composed).map(plain), isUnchanged: true };
  }
  return await claiming(store, intentOf(release, channel, request.place), request, async (present, isHeld) => {
    const { put, skip } = await bring(request, present);
    // Else the manifest may be all that is left of the release.
    if (!(await isHeld())) return await createRelease(request);
    await moveIfNew(request, seen);
    await writePkgpandaFiles(store, release, channel, request);
    return { ...answer, uploaded: put.map(plain), skipped: skip.map(plain), isUnchanged: false };
  });
}

/** Whether nobody has died between the move of the channel to this release and the end, and it is signed as it should. */
async function isFinished({ store, composed, channel, signing, nowMs, signal }: CreateRequest): Promise<boolean> {
  if (await isMoving(store, channel, { nowMs: nowMs(), signal })) return false;
  return signing === undefined || (await isSigned(store, composed.release, signing.signers, signal));
}

/** The manifest comes last: where it is, everything is. */
async function bring(request: CreateRequest, present: ReadonlyMap<string, Listed>): Promise<UploadPlan> {
  const { store, composed, channel, signal, signing } = request;
  const { release } = composed;
  const notes = { release: release.id, channel };
  const artifacts = allArtifacts(composed);
  const plan = planUpload(artifacts, await withHashes(store, artifacts, present, request));
  await upload(store, plan, { ...request, notes });
  if (signing !== undefined) {
    // Those for which nobody vouches in the store either.
    const lacking = new Map([...composed.unattested].filter(([id]) => !present.has(attestationName(id))));
    await signPackages(store, lacking, signing, { ...request, release, notes });
    await signRelease(store, release, signing, { signal, notes });
  }
  const how = { condition: { kind: 'absent' }, contentType: MANIFEST_TYPE, notes, signal } as const;
  await store.writeText(releaseFile(release.id, MANIFEST), release.text, how);
  return plan;
}

/** Somebody may have moved the channel to this very release already: then it is only left to finish. */
async function moveIfNew({ store, composed, signal, nowMs }: CreateRequest, seen: SeenChannel): Promise<void> {
  if (seen.channel !== undefined && currentOf(seen.channel).release === composed.release.id) return;
  await moveChannel(store, seen, composed.release, { move: 'create', from: undefined, nowMs: nowMs(), signal });
}

/** Everything of it by the names that it has in the store, less the manifest. */
export function allArtifacts({ release, artifacts, files }: ComposedRelease): readonly LocalArtifact[] {
  return [...artifacts, ...files.map((file) => ({ ...file, name: releaseFile(release.id, file.name) }))];
}
