/**
 * Publishes a release: what the store lacks of it, its manifest when all of that is there, then the channel, then
 * pkgpanda's files. Stopped anywhere, it leaves a store in which the channel has what it had, or the whole new release;
 * the next run goes on from there.
 */
import type { ArtifactStore, Listed } from '../store/artifact-store.ts';
import { isSigned, signPackages, signRelease, type Signing } from './attest.ts';
import { currentOf } from './channel.ts';
import type { ComposedRelease } from './compose-release.ts';
import { MANIFEST, PROVENANCE, releaseFile, sideNames } from './layout.ts';
import { attestationName } from '../store/package-store.ts';
import { moveChannel, seeChannel, writePkgpandaFiles, type SeenChannel } from './move-channel.ts';
import { announce, pendingPrefix, readCondemned, settle } from './pending.ts';
import type { Place } from './pkgpanda-files.ts';
import type { TellProgress } from './progress.ts';
import { MANIFEST_TYPE, type Artifact } from './release-manifest.ts';
import { upload } from './upload.ts';
import { planUpload, type LocalArtifact, type UploadPlan } from './upload-plan.ts';

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
  await announce(store, { release: release.id, channel, names: namesOf(composed) }, signal);
  const plan = await bring(request);
  await moveIfNew(request, seen);
  await writePkgpandaFiles(store, release, channel, request);
  const announced = await store.list(pendingPrefix(release.id), { signal });
  await settle(store, announced.keys(), channel, signal);
  const skipped = [...plan.skip, ...plan.touch].map(plain);
  return { ...answer, uploaded: plan.put.map(plain), skipped, isUnchanged: false };
}

/** What would be written. Nothing is. @throws UserError STORE_CONFLICT, REPOSITORY_UNAVAILABLE, STORE_FORBIDDEN */
export async function planCreate({ store, composed, signal }: CreateRequest): Promise<UploadPlan> {
  return planUpload(allArtifacts(composed), await store.list('', { signal }), new Set());
}

/** Whether nobody has died between the move of the channel to this release and the end, and it is signed as it should. */
async function isFinished({ store, composed: { release }, signal, signing }: CreateRequest): Promise<boolean> {
  if ((await store.list(pendingPrefix(release.id), { signal })).size > 0) return false;
  return signing === undefined || (await isSigned(store, release, signing.signers, signal));
}

/** The manifest comes last: where it is, everything is. */
async function bring(request: CreateRequest): Promise<UploadPlan> {
  const { store, composed, channel, signal, signing } = request;
  const { release } = composed;
  const notes = { release: release.id, channel };
  const present = await store.list('', { signal });
  const condemned = await readCondemned(store, present, signal);
  const plan = planUpload(allArtifacts(composed), present, condemned);
  await upload(store, plan, { ...request, notes });
  if (signing !== undefined) {
    const lacking = await withoutAttestation({ composed, present, condemned, store, signal });
    await signPackages(store, lacking, signing, { ...request, release, notes });
    await signRelease(store, release, signing, { signal, notes });
  }
  const manifest = releaseFile(release.id, MANIFEST);
  if (present.has(manifest) && condemned.has(manifest)) await store.touch(manifest, { signal });
  const how = { condition: { kind: 'absent' }, contentType: MANIFEST_TYPE, notes, signal } as const;
  await store.writeText(manifest, release.text, how);
  return plan;
}

interface AttestationSearch {
  readonly composed: ComposedRelease;
  readonly present: ReadonlyMap<string, Listed>;
  readonly condemned: ReadonlySet<string>;
  readonly store: ArtifactStore;
  readonly signal: AbortSignal;
}

/** The packages for which nobody vouches in the store; what somebody is about to remove is kept from that. */
async function withoutAttestation({ composed, present, condemned, store, signal }: AttestationSearch) {
  const lacking = [];
  for (const entry of composed.unattested) {
    const name = attestationName(entry[0]);
    const isKept = present.has(name) && (!condemned.has(name) || (await store.touch(name, { signal })));
    if (!isKept) lacking.push(entry);
  }
  return new Map(lacking);
}

/** Somebody may have moved the channel to this very release already: then it is only left to finish. */
async function moveIfNew({ store, composed, signal, nowMs }: CreateRequest, seen: SeenChannel): Promise<void> {
  if (seen.channel !== undefined && currentOf(seen.channel).release === composed.release.id) return;
  await moveChannel(store, seen, composed.release, { move: 'create', from: undefined, nowMs: nowMs(), signal });
}

/** With the names that its files have in the store. */
function allArtifacts({ release, artifacts, files }: ComposedRelease): readonly LocalArtifact[] {
  return [...artifacts, ...files.map((file) => ({ ...file, name: releaseFile(release.id, file.name) }))];
}

function namesOf(composed: ComposedRelease): readonly string[] {
  const { id } = composed.release;
  const own = [MANIFEST, PROVENANCE].map((file) => releaseFile(id, file));
  return [...new Set([...allArtifacts(composed).flatMap(({ name }) => [name, ...sideNames(name)]), ...own])];
}

function plain({ name, sha256, bytes, mediaType }: Artifact): Artifact {
  return { name, sha256, bytes, mediaType };
}
