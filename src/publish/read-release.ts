/** Finds releases in a store, by id, by the beginning of one, or by the channel that has it. */
import { sha256 } from '../model/digest.ts';
import { UserError } from '../model/errors.ts';
import { nearest } from '../model/did-you-mean.ts';
import type { ReadableStore, Repository } from '../store/artifact-store.ts';
import { currentOf, parseChannel, type Channel } from './channel.ts';
import { channelFile, channelOf, CHANNELS, MANIFEST, releaseFile, releaseOf, RELEASES } from './layout.ts';
import { openRelease, type Release } from './release-manifest.ts';

/** What names of channels and ids of releases are made of, so that none leads out of the store. */
const WORD = /^[\w-][\w.+~-]*(?:\/[\w-][\w.-]*)*$/;

export interface FoundRelease {
  readonly release: Release;
  /** If it was named by its channel. */
  readonly channel: Channel | undefined;
}

/**
 * @param word a channel, the id of a release, or the beginning of an id that no other one has
 * @throws UserError RELEASE_UNKNOWN, RELEASE_DAMAGED, REPOSITORY_UNAVAILABLE, STORE_FORBIDDEN
 */
export async function findRelease(store: Repository, word: string, signal: AbortSignal): Promise<FoundRelease> {
  if (!WORD.test(word)) throw await unknown(store, word, signal);
  const channel = await readChannel(store, word, signal);
  if (channel !== undefined) return { channel, release: await releaseIn(store, channel, signal) };
  const exact = await readRelease(store, word, signal);
  if (exact !== undefined) return { channel: undefined, release: exact };
  const [only, ...more] = await idsBeginning(store, word, signal);
  if (only === undefined) throw await unknown(store, word, signal);
  if (more.length > 0) {
    throw new UserError('RELEASE_UNKNOWN', `"${word}" is the beginning of ${more.length + 1} releases.`, {
      hint: `Give more of the id: ${[only, ...more].slice(0, 5).join(', ')}.`,
    });
  }
  return { channel: undefined, release: await mustRead(store, only, signal) };
}

/** The release that a channel has. @throws as {@link findRelease} */
export async function releaseIn(store: Repository, channel: Channel, signal: AbortSignal): Promise<Release> {
  const { release: id, manifest } = currentOf(channel);
  const release = await mustRead(store, id, signal);
  if (release.sha256 === manifest) return release;
  throw new UserError(
    'RELEASE_DAMAGED',
    `The channel "${channel.name}" names a manifest with sha256 ${manifest}, but that of ${id} has ${release.sha256}.`,
    { hint: 'Tell those who run the store.' },
  );
}

/** @throws UserError RELEASE_DAMAGED, REPOSITORY_UNAVAILABLE, STORE_FORBIDDEN */
export async function readChannel(
  store: ReadableStore,
  name: string,
  signal: AbortSignal,
): Promise<Channel | undefined> {
  const text = await store.readText(channelFile(name), { signal });
  return text === undefined ? undefined : parseChannel(name, text, store.location);
}

/** @throws UserError RELEASE_DAMAGED, REPOSITORY_UNAVAILABLE, STORE_FORBIDDEN */
export async function readRelease(store: ReadableStore, id: string, signal: AbortSignal): Promise<Release | undefined> {
  const text = await store.readText(releaseFile(id, MANIFEST), { signal });
  return text === undefined ? undefined : openRelease(id, text);
}

/** A file of a release, which has to be the one that its manifest names. @throws UserError RELEASE_DAMAGED */
export async function readReleaseText(
  store: ReadableStore,
  { id, manifest }: Release,
  file: string,
  signal: AbortSignal,
): Promise<string> {
  const name = releaseFile(id, file);
  const text = await store.readText(name, { signal });
  const expected = manifest.files.find((each) => each.name === file)?.sha256;
  if (text !== undefined && sha256(text) === expected) return text;
  const what = text === undefined ? 'is missing' : `is damaged: expected sha256 ${expected}, got ${sha256(text)}`;
  throw new UserError('RELEASE_DAMAGED', `${name} of ${store.location} ${what}.`, {
    hint: `"dcos-build release verify ${id}" shows what else is wrong.`,
  });
}

/** Names of the channels of a store. */
export async function channelNames(store: Repository, signal: AbortSignal): Promise<readonly string[]> {
  const names = (await store.list?.(CHANNELS, { signal })) ?? new Map();
  return [...names.keys()].flatMap((name) => channelOf(name) ?? []);
}

async function mustRead(store: ReadableStore, id: string, signal: AbortSignal): Promise<Release> {
  const release = await readRelease(store, id, signal);
  if (release !== undefined) return release;
  throw new UserError('RELEASE_UNKNOWN', `${store.location} does not have the release ${id} any more.`, {
    hint: '"dcos-build release list" shows what it has.',
  });
}

async function idsBeginning(store: Repository, word: string, signal: AbortSignal): Promise<readonly string[]> {
  if (word === '' || store.list === undefined) return [];
  const names = [...(await store.list(`${RELEASES}${word}`, { signal })).keys()];
  return names.filter((name) => name.endsWith(`/${MANIFEST}`)).flatMap((name) => releaseOf(name) ?? []);
}

async function unknown(store: Repository, word: string, signal: AbortSignal): Promise<UserError> {
  const channels = await channelNames(store, signal);
  const guess = nearest(word, channels);
  const known = channels.length === 0 ? 'It has no channels yet.' : `Its channels are ${channels.join(', ')}.`;
  return new UserError('RELEASE_UNKNOWN', `${store.location} has no channel and no release "${word}".`, {
    hint: guess === undefined ? known : `Did you mean "${guess}"?`,
  });
}
