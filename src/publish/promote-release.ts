/** Moves channels to releases that are there: promotion, and the way back. No artifact is written. */
import { UserError } from '../model/errors.ts';
import type { ArtifactStore } from '../store/artifact-store.ts';
import { currentOf, previousOf, type Move } from './channel.ts';
import { moveChannel, seeChannel, writePkgpandaFiles, type SeenChannel } from './move-channel.ts';
import { claiming, isMoving } from './pending.ts';
import { templatesOf, type Place } from './pkgpanda-files.ts';
import { findRelease, readReleaseText } from './read-release.ts';
import type { Release } from './release-manifest.ts';
import type { TrustCheck } from '../sign/open-trust.ts';
import { requireTrust } from './judge-signature.ts';
import { intentOf, requireWhole } from './use-release.ts';

export interface PromoteRequest {
  readonly store: ArtifactStore;
  readonly place: Place;
  /** A channel, or a release or the beginning of its id. For a roll-back: undefined is what the channel had before. */
  readonly from: string | undefined;
  readonly channel: string;
  /** Only what it accepts becomes the release of a channel; undefined: everything. */
  readonly trust: TrustCheck | undefined;
  readonly isDryRun: boolean;
  readonly signal: AbortSignal;
  /** When the channel is moved, in milliseconds since the epoch. */
  readonly nowMs: () => number;
}

export interface PromoteAnswer {
  readonly channel: string;
  readonly release: string;
  /** What the channel had before; undefined: it is new. */
  readonly before: string | undefined;
  /** Whether it had that already, so that there was nothing to do. */
  readonly isUnchanged: boolean;
}

/** Of what a garbage collection is about to remove, at once. */
const TOUCHES = 8;

/** @throws UserError RELEASE_UNKNOWN, RELEASE_DAMAGED, SIGNATURE_REFUSED, CHANNEL_MOVED */
export async function promoteRelease(request: PromoteRequest & { readonly from: string }): Promise<PromoteAnswer> {
  const { store, from, channel, signal } = request;
  const { release } = await findRelease(store, from, signal);
  const seen = await seeChannel(store, channel, signal);
  return await move(request, { release, seen, how: 'promote', source: from });
}

/** @throws UserError CHANNEL_UNKNOWN, RELEASE_UNKNOWN, RELEASE_DAMAGED, SIGNATURE_REFUSED, CHANNEL_MOVED */
export async function rollBack(request: PromoteRequest): Promise<PromoteAnswer> {
  const { store, from, channel, signal } = request;
  const seen = await seeChannel(store, channel, signal);
  if (seen.channel === undefined) throw noChannel(store, channel);
  const now = currentOf(seen.channel);
  // One that has not come to its end is finished first: a step further back would leave what was to be left behind it.
  const isUnderWay = now.move === 'rollback' && (await isMoving(store, channel, { nowMs: request.nowMs(), signal }));
  const to = from ?? (isUnderWay ? now.release : previousOf(seen.channel)?.release);
  if (to === undefined) {
    throw new UserError('RELEASE_UNKNOWN', `The channel "${channel}" never had another release than ${now.release}.`, {
      hint: 'Name the release that it is to have, with --release.',
    });
  }
  const { release } = await findRelease(store, to, signal);
  return await move(request, { release, seen, how: 'rollback', source: undefined });
}

interface ChannelChange {
  readonly release: Release;
  readonly seen: SeenChannel;
  readonly how: Move;
  readonly source: string | undefined;
}

async function move(
  { store, place, channel, trust, isDryRun, signal, nowMs }: PromoteRequest,
  { release, seen, how, source }: ChannelChange,
): Promise<PromoteAnswer> {
  const before = seen.channel === undefined ? undefined : currentOf(seen.channel).release;
  const hasIt = before === release.id;
  const answer = { channel, release: release.id, before, isUnchanged: hasIt };
  if (trust !== undefined) await requireTrust(store, release, trust, signal);
  if (isDryRun || (hasIt && !(await isMoving(store, channel, { nowMs: nowMs(), signal })))) return answer;
  await claiming(store, intentOf(release, channel, place), { jobs: TOUCHES, signal }, async (present) => {
    requireWhole(store, release, present);
    // Before the channel moves: what its files would be made of.
    for (const file of templatesOf(release)) await readReleaseText(store, release, file, signal);
    if (!hasIt) await moveChannel(store, seen, release, { move: how, from: source, nowMs: nowMs(), signal });
    await writePkgpandaFiles(store, release, channel, { place, signal });
  });
  return answer;
}

function noChannel({ location }: ArtifactStore, channel: string): UserError {
  return new UserError('CHANNEL_UNKNOWN', `${location} has no channel "${channel}".`, {
    hint: '"dcos-build release list" shows its channels.',
  });
}
