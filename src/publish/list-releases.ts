/** What releases and channels a store has. */
import { inParallel } from '../host/in-parallel.ts';
import { byCodePoint } from '../model/order.ts';
import { UserError } from '../model/errors.ts';
import type { Repository } from '../store/artifact-store.ts';
import { currentOf, type Channel } from './channel.ts';
import { isReleaseManifest, releaseOf, RELEASES } from './layout.ts';
import { channelNames, readChannel } from './read-release.ts';

interface ListedRelease {
  readonly id: string;
  /** Channels that have it now, sorted. */
  readonly channels: readonly string[];
  /** When it was published, in milliseconds since the epoch; undefined: a channel names it, and it is gone. */
  readonly publishedMs: number | undefined;
}

export interface Releases {
  /** Newest first. */
  readonly releases: readonly ListedRelease[];
  /** Sorted by name. */
  readonly channels: readonly Channel[];
}

const READ_AT_ONCE = 8;

/** @throws UserError USAGE for a web server, RELEASE_DAMAGED, REPOSITORY_UNAVAILABLE, STORE_FORBIDDEN */
export async function listReleases(store: Repository, signal: AbortSignal): Promise<Releases> {
  const files = await store.list?.(RELEASES, { signal });
  if (files === undefined) {
    throw new UserError('USAGE', `${store.location} is a web server, which lists nothing.`, {
      hint: '"dcos-build release show NAME" shows a channel or release of it.',
    });
  }
  const channels = await readChannels(store, signal);
  const published = new Map(
    [...files].flatMap(([name, { modifiedMs }]) => {
      const id = isReleaseManifest(name) ? releaseOf(name) : undefined;
      return id === undefined ? [] : [[id, modifiedMs] as const];
    }),
  );
  const ids = new Set([...published.keys(), ...channels.map((channel) => currentOf(channel).release)]);
  const releases = [...ids].map((id) => ({
    id,
    channels: channels.filter((channel) => currentOf(channel).release === id).map(({ name }) => name),
    publishedMs: published.get(id),
  }));
  const newestFirst = (a: ListedRelease, b: ListedRelease): number =>
    (b.publishedMs ?? 0) - (a.publishedMs ?? 0) || byCodePoint(a.id, b.id);
  return { releases: releases.toSorted(newestFirst), channels };
}

async function readChannels(store: Repository, signal: AbortSignal): Promise<readonly Channel[]> {
  const names = await channelNames(store, signal);
  const read = await inParallel(names, { jobs: READ_AT_ONCE, signal }, (name, each) => readChannel(store, name, each));
  return read.filter((channel) => channel !== undefined);
}
