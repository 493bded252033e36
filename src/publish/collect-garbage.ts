/**
 * Removes from a store what no release needs that is to be kept. Others may create, promote and clean at the same time:
 * what they have begun to use stays (pending.ts says how the two sides see each other).
 */
import { inParallel } from '../host/in-parallel.ts';
import { UserError } from '../model/errors.ts';
import type { ArtifactStore, Listed } from '../store/artifact-store.ts';
import { packagePlace } from '../store/package-store.ts';
import { readRoots } from '../store/roots.ts';
import { parsePackageId } from '../model/package-id.ts';
import { bootstrapPlace } from '../store/bootstrap-store.ts';
import { channelOf, CHANNELS, isReleaseManifest, MANIFEST, releaseFile, releaseOf } from './layout.ts';
import { condemn, readIntents } from './pending.ts';
import { readChannel, readRelease } from './read-release.ts';
import { chooseGarbage, type ReleaseGarbage } from './release-garbage.ts';

export interface CollectRequest {
  readonly store: ArtifactStore;
  readonly keep: number;
  readonly minAgeMs: number;
  readonly isDryRun: boolean;
  /** Removals at once. */
  readonly jobs: number;
  readonly signal: AbortSignal;
  /** Of this machine, in milliseconds since the epoch: used where the store has not shown its own clock. */
  readonly nowMs: () => number;
}

export interface CollectAnswer extends ReleaseGarbage {
  readonly removedBytes: number;
  readonly keptBytes: number;
  /** Names that somebody began to use while this ran. */
  readonly spared: readonly string[];
}

/** @throws UserError RELEASE_DAMAGED: what cannot be read may need anything */
export async function collectReleases(request: CollectRequest): Promise<CollectAnswer> {
  const { store, isDryRun, signal } = request;
  const before = await look(request);
  const first = before.choose();
  if (isDryRun || first.names.length === 0) return answer(first, before.present, first.names, []);
  const mark = await condemn(store, first.names, signal);
  // Only now, with the mark to be seen by whoever comes from here on, do the looks count.
  const now = await look(request, mark);
  const going = now.choose(new Set(first.names));
  const removed = await removeAll(request, going.names, before.present);
  await store.remove(mark, { signal });
  const gone = new Set(removed);
  const spared = first.names.filter((name) => !gone.has(name));
  const releases = going.releases.filter((id) => gone.has(releaseFile(id, MANIFEST)));
  return answer({ ...going, releases, names: removed }, before.present, removed, spared);
}

interface Look {
  readonly present: ReadonlyMap<string, Listed>;
  choose(condemned?: ReadonlySet<string>): ReleaseGarbage;
}

/** Intents are read before channels and releases: who takes one back has the channel moved by then. */
async function look(request: CollectRequest, mark?: string): Promise<Look> {
  const { store, keep, minAgeMs, signal } = request;
  const intents = await readIntents(store, signal);
  const present = await store.list('', { signal });
  const nowMs = present.get(mark ?? '')?.modifiedMs ?? request.nowMs();
  const names = [...present.keys()];
  const channels = await readEach(
    request,
    names.flatMap((name) => channelOf(name) ?? []),
    (name, each) => readChannel(store, name, each),
  );
  const ids = names.filter(isReleaseManifest);
  const releases = await readEach(
    request,
    ids.flatMap((name) => releaseOf(name) ?? []),
    (id, each) => readRelease(store, id, each),
  );
  refuseIncomplete(channels.length, names.filter((name) => name.startsWith(CHANNELS)).length, store);
  const named = await namedByLatest(store, present);
  return {
    present,
    choose: (condemned) => {
      const input = { present, channels, releases, intents, named, keep, minAgeMs, nowMs };
      return chooseGarbage({ ...input, ...(condemned === undefined ? {} : { condemned }) });
    },
  };
}

async function readEach<Item>(
  { jobs, signal }: CollectRequest,
  names: readonly string[],
  read: (name: string, signal: AbortSignal) => Promise<Item | undefined>,
): Promise<readonly Item[]> {
  const found = await inParallel(names, { jobs, signal }, read);
  return found.filter((item) => item !== undefined);
}

/** A file among the channels that cannot be read might be one. */
function refuseIncomplete(read: number, there: number, { location }: ArtifactStore): void {
  if (read === there) return;
  throw new UserError('RELEASE_DAMAGED', `${location} has ${there} files of channels, of which ${read} can be read.`, {
    hint: 'Nothing is removed: find out what the others are.',
  });
}

/** In a store that is the work folder's repository, its `latest` files keep what they name. */
async function namedByLatest(store: ArtifactStore, present: ReadonlyMap<string, Listed>): Promise<ReadonlySet<string>> {
  if (![...present.keys()].some((name) => /^(?:packages|bootstrap|complete)\/.*latest(?:\.json)?$/.test(name))) {
    return new Set();
  }
  const { packages, bootstraps } = await readRoots(store);
  const prefixes = [
    ...[...packages].map((id) => `${packagePlace(parsePackageId(id)).folder}/${id}.`),
    ...[...bootstraps].map((id) => `${bootstrapPlace(id).folder}/${id}.`),
  ];
  return new Set([...present.keys()].filter((name) => prefixes.some((prefix) => name.startsWith(prefix))));
}

/** What has been touched meanwhile has another version, and stays. Manifests of releases go before all else. */
async function removeAll(
  { store, jobs, signal }: CollectRequest,
  names: readonly string[],
  seen: ReadonlyMap<string, Listed>,
): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const group of [names.filter(isReleaseManifest), names.filter((name) => !isReleaseManifest(name))]) {
    await inParallel(group, { jobs, signal }, async (name, each) => {
      const version = seen.get(name)?.version;
      const condition = version === undefined ? {} : { condition: { kind: 'version', version } as const };
      if (await store.remove(name, { ...condition, signal: each })) removed.push(name);
    });
  }
  return removed.toSorted();
}

function answer(
  garbage: ReleaseGarbage,
  present: ReadonlyMap<string, Listed>,
  removed: readonly string[],
  spared: readonly string[],
): CollectAnswer {
  const sizeOf = (names: Iterable<string>): number =>
    [...names].reduce((sum, name) => sum + (present.get(name)?.bytes ?? 0), 0);
  const removedBytes = sizeOf(removed);
  return { ...garbage, removedBytes, keptBytes: sizeOf(present.keys()) - removedBytes, spared };
}
