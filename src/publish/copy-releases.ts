/** Copies releases from one store to another, with the channels by which they were named. */
import { temporaryFolder } from '../host/files.ts';
import { inParallel } from '../host/in-parallel.ts';
import { UserError } from '../model/errors.ts';
import type { ArtifactStore, Listed, ReadableStore, Repository } from '../store/artifact-store.ts';
import { currentOf } from './channel.ts';
import { idOfTarball, MANIFEST, PROVENANCE, releaseFile, sideNames } from './layout.ts';
import { moveChannel, seeChannel, writePkgpandaFiles } from './move-channel.ts';
import { claiming } from './pending.ts';
import type { Place } from './pkgpanda-files.ts';
import { ProgressSum, type TellProgress } from './progress.ts';
import { channelNames, findRelease, type FoundRelease } from './read-release.ts';
import { MANIFEST_TYPE, plain, type Artifact, type Release } from './release-manifest.ts';
import { transferArtifact } from './transfer-artifact.ts';
import { planUpload, type UploadPlan } from './upload-plan.ts';
import { blobsOfRelease, intentOf } from './use-release.ts';
import type { TrustCheck } from '../sign/open-trust.ts';
import { requireTrust } from './judge-signature.ts';

export interface CopyRequest {
  readonly from: Repository;
  readonly to: ArtifactStore;
  readonly place: Place;
  /** Channels, releases, or beginnings of their ids; none: all channels. */
  readonly names: readonly string[];
  readonly trust: TrustCheck | undefined;
  readonly isDryRun: boolean;
  readonly jobs: number;
  /** A folder for files on their way through this machine. */
  readonly work: string;
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
  readonly onProgress: TellProgress;
}

export interface CopiedRelease {
  readonly release: string;
  /** The channel that has it in the target now; undefined: it was named by its id. */
  readonly channel: string | undefined;
  readonly copied: readonly Artifact[];
  readonly skipped: readonly Artifact[];
}

/** @throws UserError RELEASE_UNKNOWN, RELEASE_DAMAGED, SIGNATURE_REFUSED, STORE_CONFLICT, CHANNEL_MOVED */
export async function copyReleases(request: CopyRequest): Promise<readonly CopiedRelease[]> {
  const { from, names, signal } = request;
  const wanted = names.length > 0 ? names : await channelNames(from, signal);
  if (wanted.length === 0) {
    throw new UserError('RELEASE_UNKNOWN', `${from.location} shows no channels.`, {
      hint: 'Name the channels or releases that are to be copied.',
    });
  }
  const copied: CopiedRelease[] = [];
  for (const word of wanted) copied.push(await copyOne(request, await findRelease(from, word, signal)));
  return copied;
}

async function copyOne(request: CopyRequest, found: FoundRelease): Promise<CopiedRelease> {
  const { from, to, place, trust, isDryRun, signal, nowMs } = request;
  const { release } = found;
  const channel = found.channel?.name;
  if (trust !== undefined) await requireTrust(from, release, trust, signal);
  const seen = channel === undefined ? undefined : await seeChannel(to, channel, signal);
  const answer = ({ put, skip }: UploadPlan): CopiedRelease => {
    return { release: release.id, channel, copied: put.map(plain), skipped: skip.map(plain) };
  };
  if (isDryRun) return answer(planCopy(release, await to.list('', { signal })));
  return await claiming(to, intentOf(release, channel, place), request, async (present, isHeld) => {
    const plan = planCopy(release, present);
    await transfer(request, found, plan);
    // Else the manifest may be all that is left of the release.
    if (!(await isHeld())) return await copyOne(request, found);
    if (seen !== undefined) {
      const hasIt = seen.channel !== undefined && currentOf(seen.channel).release === release.id;
      if (!hasIt) await moveChannel(to, seen, release, { move: 'copy', from: from.location, nowMs: nowMs(), signal });
      await writePkgpandaFiles(to, release, seen.name, { place, signal });
    }
    return answer(plan);
  });
}

/** The bytes are in the other store. */
function planCopy(release: Release, present: ReadonlyMap<string, Listed>): UploadPlan {
  const blobs = blobsOfRelease(release).map((one) => ({ ...one, content: { text: '' }, isNamedByContent: true }));
  return planUpload(blobs, present);
}

/** Tarballs first, then what stands beside them, and the manifest of the release last. */
async function transfer(request: CopyRequest, { release, channel }: FoundRelease, { put }: UploadPlan): Promise<void> {
  const { from, to, jobs, signal, onProgress } = request;
  const notes = { release: release.id, ...(channel === undefined ? {} : { channel: channel.name }) };
  await using scratch = await temporaryFolder(request.work, 'copy');
  const progress = new ProgressSum('copying', put, onProgress);
  await inParallel(put, { jobs, signal }, (artifact, each) =>
    progress.count(artifact.bytes, (onBytes) =>
      transferArtifact(from, to, artifact, { scratch: scratch.path, notes, signal: each, onProgress: onBytes }),
    ),
  );
  const tarballs = release.manifest.artifacts.filter(({ name }) => idOfTarball(name) !== undefined);
  const sides = [...tarballs.flatMap(({ name }) => sideNames(name)), releaseFile(release.id, PROVENANCE)];
  await inParallel(sides, { jobs, signal }, (name, each) => copyText(from, to, name, { notes, signal: each }));
  const how = { condition: { kind: 'absent' }, contentType: MANIFEST_TYPE, notes, signal } as const;
  await to.writeText(releaseFile(release.id, MANIFEST), release.text, how);
}

interface TextOptions {
  readonly notes: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Nobody has to have signed anything: what is not there is not copied. */
async function copyText(from: ReadableStore, to: ArtifactStore, name: string, options: TextOptions): Promise<void> {
  const text = await from.readText(name, { signal: options.signal });
  if (text !== undefined) await to.writeText(name, text, { ...options, condition: { kind: 'absent' } });
}
