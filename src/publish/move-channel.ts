/** Moves a channel to a release, and after it pkgpanda's files, which follow. */
import { UserError } from '../model/errors.ts';
import type { ArtifactStore } from '../store/artifact-store.ts';
import { currentOf, formatChannel, moved, parseChannel, type Channel, type ChannelEntry } from './channel.ts';
import { channelFile } from './layout.ts';
import { pkgpandaFiles, type Place } from './pkgpanda-files.ts';
import { readReleaseText, releaseIn } from './read-release.ts';
import type { Release } from './release-manifest.ts';

/** A channel as it was seen. */
export interface SeenChannel {
  readonly name: string;
  /** undefined: there is none yet. */
  readonly channel: Channel | undefined;
  /** Of its file; undefined: there was none. */
  readonly version: string | undefined;
}

/** @throws UserError RELEASE_DAMAGED */
export async function seeChannel(store: ArtifactStore, name: string, signal: AbortSignal): Promise<SeenChannel> {
  const found = await store.readVersion(channelFile(name), { signal });
  if (found === undefined) return { name, channel: undefined, version: undefined };
  return { name, channel: parseChannel(name, found.text, store.location), version: found.version };
}

export interface ChannelMove extends Pick<ChannelEntry, 'move' | 'from'> {
  /** When, in milliseconds since the epoch. */
  readonly nowMs: number;
}

/** What the channel will be. */
export function channelAfter(seen: SeenChannel, release: Release, { move, from, nowMs }: ChannelMove): Channel {
  const at = new Date(nowMs).toISOString().replace(/\.\d+Z$/, 'Z');
  return moved(seen.name, seen.channel, { release: release.id, manifest: release.sha256, move, from, at });
}

/**
 * Moves the channel if it is still as it was seen, in one conditional write: who follows it sees the old release or the
 * new one. That somebody else moved it to the same release meanwhile is as good.
 *
 * @throws UserError CHANNEL_MOVED
 */
export async function moveChannel(
  store: ArtifactStore,
  seen: SeenChannel,
  release: Release,
  { signal, ...move }: ChannelMove & { readonly signal: AbortSignal },
): Promise<Channel> {
  const channel = channelAfter(seen, release, move);
  const isMoved = await store.writeText(channelFile(seen.name), formatChannel(channel), {
    condition: seen.version === undefined ? { kind: 'absent' } : { kind: 'version', version: seen.version },
    cache: 'no-cache',
    contentType: 'application/json; charset=utf-8',
    notes: { release: release.id, channel: seen.name },
    signal,
  });
  if (isMoved) return channel;
  const now = (await seeChannel(store, seen.name, signal)).channel;
  if (now !== undefined && currentOf(now).release === release.id) return now;
  const has = now === undefined ? 'is gone' : `has ${currentOf(now).release} now`;
  throw new UserError('CHANNEL_MOVED', `Somebody else moved the channel "${seen.name}" meanwhile: it ${has}.`, {
    hint: `The release ${release.id} is published; "dcos-build release promote ${release.id} ${seen.name}" moves the channel to it.`,
  });
}

/**
 * Writes pkgpanda's files of a channel. They cannot change at once, so who has written them looks whether the channel has
 * moved on meanwhile, and then writes those of the release that it has now: whoever comes last leaves what is right.
 */
export async function writePkgpandaFiles(
  store: ArtifactStore,
  release: Release,
  channel: string,
  { place, signal }: { readonly place: Place; readonly signal: AbortSignal },
): Promise<void> {
  for (let current = release; ;) {
    for (const { name, content, contentType } of pkgpandaFiles(current, channel, place)) {
      const notes = { release: current.id, channel };
      const text = 'text' in content ? content.text : await readReleaseText(store, current, content.file, signal);
      await store.writeText(name, text, { contentType, cache: 'no-cache', notes, signal });
    }
    const now = (await seeChannel(store, channel, signal)).channel;
    if (now === undefined || currentOf(now).release === current.id) return;
    current = await releaseIn(store, now, signal);
  }
}
