/** What has to hold of a store in memory at every moment, whoever is at work on it. */
import { currentOf, parseChannel } from '../../src/publish/channel.ts';
import { channelOf, MANIFEST, PENDING, releaseFile, releaseOf } from '../../src/publish/layout.ts';
import { pkgpandaFiles, type ChannelFile } from '../../src/publish/pkgpanda-files.ts';
import { openRelease, type Release } from '../../src/publish/release-manifest.ts';
import { blobsOfRelease, namesOfRelease } from '../../src/publish/use-release.ts';
import type { MemoryStore } from '../rig/memory-store.ts';
import { PLACE } from './small-releases.ts';

/** Everything that is wrong with the releases of a store: those that channels have, and all that have a manifest. */
export function wrongIn(store: MemoryStore): readonly string[] {
  const named = [...store.blobs.keys()];
  const ofChannels = named.flatMap((name) => {
    const channel = channelOf(name);
    if (channel === undefined) return [];
    const release = currentRelease(store, channel);
    if (release === undefined) return [`${channel} has a release without a manifest`];
    // All that these tests publish is signed, and has to stay so as long as a channel has it.
    const lacking = namesOfRelease(release).filter((each) => !store.blobs.has(each));
    return lacking.filter((each) => !/bootstrap.*intoto/.test(each)).map((each) => `${channel} lacks ${each}`);
  });
  const manifests = named.filter((name) => releaseOf(name) !== undefined && name.endsWith(`/${MANIFEST}`));
  return [
    ...ofChannels,
    ...manifests.flatMap((name) => damageOf(store, openRelease(releaseOf(name)!, textOf(store, name)!))),
  ];
}

/** pkgpanda's files of each channel that do not name its release. */
export function wrongFilesIn(store: MemoryStore): readonly string[] {
  return [...store.blobs.keys()].flatMap((name) => {
    const channel = channelOf(name);
    const release = channel === undefined ? undefined : currentRelease(store, channel);
    if (channel === undefined || release === undefined) return [];
    return pkgpandaFiles(release, channel, PLACE).flatMap((file) =>
      textOf(store, file.name) === contentOf(store, release, file) ? [] : [`${file.name} is not that of ${release.id}`],
    );
  });
}

function contentOf(store: MemoryStore, { id }: Release, { content }: ChannelFile): string | undefined {
  return 'text' in content ? content.text : textOf(store, releaseFile(id, content.file));
}

export function announcedIn(store: MemoryStore): readonly string[] {
  return [...store.blobs.keys()].filter((name) => name.startsWith(PENDING));
}

function currentRelease(store: MemoryStore, channel: string): Release | undefined {
  const { release } = currentOf(parseChannel(channel, textOf(store, `channels/${channel}.json`) ?? '', 'memory'));
  const text = textOf(store, releaseFile(release, MANIFEST));
  return text === undefined ? undefined : openRelease(release, text);
}

function damageOf(store: MemoryStore, release: Release): readonly string[] {
  return blobsOfRelease(release).flatMap(({ name, sha256: digest }) => {
    const blob = store.blobs.get(name);
    if (blob === undefined) return [`${release.id} lacks ${name}`];
    return blob.listed.sha256 === digest ? [] : [`${release.id} has other bytes in ${name}`];
  });
}

function textOf(store: MemoryStore, name: string): string | undefined {
  return store.blobs.get(name)?.text;
}
