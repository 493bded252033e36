/** What of a store no release needs that is to be kept: the decision, pure. */
import type { Listed } from '../store/artifact-store.ts';
import { currentOf, type Channel } from './channel.ts';
import { commitFolder, CONDEMNED, isReleaseManifest, MANIFEST, PENDING, releaseFile, releaseOf } from './layout.ts';
import { isStale, type SeenIntent } from './pending.ts';
import { commitOf, type Release } from './release-manifest.ts';
import { namesOfRelease } from './use-release.ts';

export interface GarbageInput {
  readonly present: ReadonlyMap<string, Listed>;
  readonly channels: readonly Channel[];
  /** Every release of which the manifest is there. */
  readonly releases: readonly Release[];
  /** What others are about to use. */
  readonly intents: readonly SeenIntent[];
  /** Names that other files of the store stand for, such as pkgpanda's `latest`. */
  readonly named: ReadonlySet<string>;
  /** How many releases of a channel's history stay, its present one among them; at least 1. */
  readonly keep: number;
  /** What is younger stays, whatever it is, in milliseconds. */
  readonly minAgeMs: number;
  /** By the clock of the store. */
  readonly nowMs: number;
  /** At the second look: what everybody has been told of. Nothing else goes, and no release that is not among it. */
  readonly condemned?: ReadonlySet<string>;
}

export interface ReleaseGarbage {
  /** Ids of releases that go. */
  readonly releases: readonly string[];
  /** Names of all that goes, in the order in which it has to: a release's manifest first, so that nobody takes it for whole. */
  readonly names: readonly string[];
  /** Ids of releases that stay. */
  readonly kept: readonly string[];
}

/** Folders whose content is only there for releases. */
const OWNED = /^(?:packages|bootstrap|package_lists|releases)\//;

export function chooseGarbage(all: GarbageInput): ReleaseGarbage {
  const intents = all.intents.filter(({ modifiedMs }) => !isStale(modifiedMs, all.nowMs));
  const input = { ...all, intents };
  const { present, releases, channels } = input;
  const keptIds = idsToKeep(input);
  const [kept, going] = partition(releases, ({ id }) => keptIds.has(id));
  const needed = new Set([...kept.flatMap(namesOfRelease), ...intents.flatMap(({ names }) => names), ...input.named]);
  const isOld = ({ modifiedMs }: Listed): boolean => input.nowMs - modifiedMs >= input.minAgeMs;
  const unneeded = [...present].flatMap(([name, listed]) => {
    if (!OWNED.test(name) || needed.has(name) || isLatest(name)) return [];
    // What belongs to a release that stays, though its manifest does not list it.
    if (keptIds.has(releaseOf(name) ?? '')) return [];
    return isOld(listed) ? [name] : [];
  });
  const manifests = unneeded.filter(isReleaseManifest);
  const leftovers = [...present].flatMap(([name, { modifiedMs }]) => {
    const isOurs = name.startsWith(PENDING) || name.startsWith(CONDEMNED);
    return isOurs && isStale(modifiedMs, input.nowMs) ? [name] : [];
  });
  const rest = unneeded.filter((name) => !isReleaseManifest(name));
  const commits = commitNames(going, kept, channels, [...present.keys()]).filter((name) => !needed.has(name));
  const names = [...manifests, ...commits, ...rest, ...leftovers];
  return {
    releases: going.map(({ id }) => id),
    names: names.filter((name) => input.condemned?.has(name) ?? true),
    kept: kept.map(({ id }) => id),
  };
}

/** The present release of each channel, so many before it, what is young, and what somebody is about to use. */
function idsToKeep({ channels, releases, intents, keep, ...input }: GarbageInput): ReadonlySet<string> {
  const { minAgeMs, nowMs, present, condemned } = input;
  const ofChannels = channels.flatMap((channel) => {
    const newestFirst = channel.history.map(({ release }) => release).toReversed();
    return [currentOf(channel).release, ...[...new Set(newestFirst)].slice(0, keep)];
  });
  const young = releases.flatMap(({ id }) => {
    const manifest = releaseFile(id, MANIFEST);
    const { modifiedMs } = present.get(manifest) ?? { modifiedMs: nowMs };
    return nowMs - modifiedMs < minAgeMs || condemned?.has(manifest) === false ? [id] : [];
  });
  return new Set([...ofChannels, ...young, ...intents.map(({ release }) => release)]);
}

function isLatest(name: string): boolean {
  return /[/.]latest$/.test(name);
}

/** pkgpanda's files of a commit go with the last release of that commit that its channel had. */
function commitNames(
  going: readonly Release[],
  kept: readonly Release[],
  channels: readonly Channel[],
  names: readonly string[],
): readonly string[] {
  const had = (channel: Channel, { id }: Release): boolean => channel.history.some(({ release }) => release === id);
  return channels.flatMap((channel) => {
    const staying = new Set(kept.filter((release) => had(channel, release)).map(commitOf));
    const folders = new Set(going.filter((release) => had(channel, release)).map(commitOf));
    return [...folders].flatMap((commit) => {
      if (staying.has(commit)) return [];
      const folder = commitFolder(channel.name, commit);
      return names.filter((name) => name.startsWith(folder));
    });
  });
}

function partition<Item>(items: readonly Item[], test: (item: Item) => boolean): [readonly Item[], readonly Item[]] {
  const { yes = [], no = [] } = Object.groupBy(items, (item) => (test(item) ? 'yes' : 'no'));
  return [yes, no];
}
