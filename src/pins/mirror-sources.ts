/** Copies everything that a tree is pinned to into a mirror, from which it can be built without any other network. */
import { join } from 'node:path';
import pLimit, { type LimitFunction } from 'p-limit';
import { fetchPackages } from '../executor/builder-packages.ts';
import { temporaryFolder } from '../host/files.ts';
import { hashFile } from '../host/hash-file.ts';
import { sweepLeftovers } from '../host/leftovers.ts';
import { listFolder } from '../host/listing.ts';
import { lock } from '../host/lock.ts';
import { sha256 } from '../model/digest.ts';
import { UserError, UserErrors } from '../model/errors.ts';
import { MIRROR_FOLDERS, MIRROR_INDEX, mirrorUrl } from '../model/mirror.ts';
import { sorted } from '../model/order.ts';
import { formatBytes, plural } from '../report/format.ts';
import type { ComponentKey } from '../resolve/plan.ts';
import { artifactFile, type Damage } from '../source/artifacts.ts';
import { openSources, type Sources } from '../source/index.ts';
import type { PinnedItem } from '../source/pinned.ts';
import type { ArtifactStore } from '../store/artifact-store.ts';
import { DirectoryStore } from '../store/index.ts';
import { formatMirrorIndex, type MirrorEntry, type MirrorIndex } from '../store/mirror-index.ts';
import type { Folders } from '../tree/folders.ts';
import type { LoadedTree } from '../tree/load-plan.ts';
import { inspectFile, readMirrorIndex, writing } from './mirror-files.ts';
import { failuresIn, pinnedGroups, type PinnedGroup } from './pinned-groups.ts';

export interface MirrorRequest {
  readonly tree: LoadedTree;
  /** Components to mirror, with all that they require; none: the whole tree. */
  readonly only: readonly ComponentKey[];
  readonly folders: Folders;
  readonly to: ArtifactStore;
  /** Other mirrors, asked before upstream. */
  readonly mirrors: readonly string[];
  readonly offline: boolean;
  /** Downloads at once, and copies at once. */
  readonly jobs: number;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

export interface MirrorAnswer {
  readonly location: string;
  /** What came into the mirror now, sorted by name. */
  readonly copied: readonly MirrorEntry[];
  /** What of the tree was there already. */
  readonly present: readonly MirrorEntry[];
  /** Sources that could not be had, and files of the mirror that are not what their names say. */
  readonly failures: readonly UserError[];
}

/**
 * Fetches what the mirror lacks into the cache, verified, and copies it. What fails leaves the rest undisturbed; a run
 * that was stopped is gone on with by the next one. The index is written last.
 *
 * @throws UserError MIRROR_INVALID, DISK_FULL, and those of {@link pinnedGroups}
 */
export async function mirrorSources(request: MirrorRequest): Promise<MirrorAnswer> {
  const { folders, to, signal } = request;
  const groups = await pinnedGroups(request.tree, request.only);
  using _held = await lock(join(folders.locks, `mirror-${sha256(to.location)}`), { signal });
  await using scratch = await temporaryFolder(folders.work, 'mirror');
  const run = new MirrorRun(request, await openMirror(to, signal), scratch.path);
  const ends = await Promise.allSettled(groups.map((group) => run.group(group)));
  signal.throwIfAborted();
  const failures = failuresIn(ends);
  await run.writeIndex();
  return { location: to.location, copied: byName(run.copied), present: byName(run.present), failures };
}

interface OpenMirror {
  readonly index: MirrorIndex;
  /** Bytes by name. */
  readonly names: ReadonlyMap<string, number>;
}

/** An empty place becomes a mirror at once, so that a run that was stopped there can be gone on with. */
async function openMirror(to: ArtifactStore, signal: AbortSignal): Promise<OpenMirror> {
  const index = await readMirrorIndex(to, signal);
  if (to instanceof DirectoryStore)
    await Promise.all(MIRROR_FOLDERS.map((name) => sweepLeftovers(to.path(name.slice(0, -1)))));
  const lists = await Promise.all(MIRROR_FOLDERS.map((folder) => to.list(folder)));
  const names = new Map(lists.flatMap((list) => [...list].map(([name, { bytes }]) => [name, bytes] as const)));
  if (index !== undefined || names.size > 0) return { index: index ?? new Map(), names };
  const other = await otherContent(to);
  if (other === undefined) {
    await writing(to, () => to.writeText(MIRROR_INDEX, formatMirrorIndex(new Map())));
    return { index: new Map(), names };
  }
  throw new UserError('MIRROR_INVALID', `${to.location} is no mirror: it has no ${MIRROR_INDEX}, but "${other}".`, {
    hint: 'Name a mirror, or a new or empty folder.',
  });
}

/** A name in a place that holds something else; of a folder only what is on top is looked at, for it may be anything. */
async function otherContent(to: ArtifactStore): Promise<string | undefined> {
  if (to instanceof DirectoryStore) return (await listFolder(to.location))[0]?.path;
  return [...(await to.list('')).keys()][0];
}

class MirrorRun {
  readonly copied: MirrorEntry[] = [];
  readonly present: MirrorEntry[] = [];
  readonly #request: MirrorRequest;
  readonly #mirror: OpenMirror;
  readonly #scratch: string;
  readonly #sources: Sources;
  readonly #limit: LimitFunction;
  /** Names that a group has seen to. */
  readonly #taken = new Set<string>();

  constructor(request: MirrorRequest, mirror: OpenMirror, scratch: string) {
    const { folders, mirrors, offline, jobs, say } = request;
    this.#request = request;
    this.#mirror = mirror;
    this.#scratch = scratch;
    this.#sources = openSources({ cache: folders.sourceCache, mirrors, offline, jobs, onWarning: say });
    this.#limit = pLimit(jobs);
  }

  /** @throws UserError, UserErrors */
  async group(group: PinnedGroup): Promise<void> {
    const items = group.items.filter(({ name }) => !this.#taken.has(name));
    for (const { name } of items) this.#taken.add(name);
    const there = items.filter(({ name }) => this.#mirror.names.has(name));
    const lacking = items.filter(({ name }) => !this.#mirror.names.has(name));
    const looks = there.map((item) => this.#limit(() => this.#look(item, group.label)));
    const ends = await Promise.allSettled([...looks, this.#bring(lacking, group)]);
    const failures = failuresIn(ends);
    if (failures.length > 0) throw new UserErrors(failures);
  }

  async writeIndex(): Promise<void> {
    const { to, signal } = this.#request;
    // What another run has added meanwhile stays.
    const old = (await readMirrorIndex(to, signal)) ?? new Map<string, MirrorEntry>();
    const fresh = [...this.present.filter(({ name }) => !old.has(name)), ...this.copied];
    if (fresh.length === 0) return;
    await to.writeText(
      MIRROR_INDEX,
      formatMirrorIndex(new Map([...old, ...fresh.map((each) => [each.name, each] as const)])),
    );
  }

  /** A file that is there already. Those of a place that is not on this machine are known by their size. */
  async #look(item: PinnedItem, label: string): Promise<void> {
    const { to, signal } = this.#request;
    const { index, names } = this.#mirror;
    const listed = index.get(item.name);
    if (!(to instanceof DirectoryStore) && listed !== undefined && listed.bytes === names.get(item.name)) {
      this.present.push(listed);
      return;
    }
    const options = { index, trustsIndex: true, scratch: this.#scratch, signal };
    const state = await inspectFile(to, { name: item.name, item: item.item, pinned: item }, options);
    if (state.kind === 'damaged') throw damaged(`${label}: ${item.item}`, `${to.location}/${item.name}`, state.damage);
    if (state.kind === 'whole') this.present.push(state.entry);
  }

  async #bring(items: readonly PinnedItem[], group: PinnedGroup): Promise<void> {
    if (items.length === 0) return;
    await this.#fetch(items, group);
    const entries = await Promise.all(items.map((item) => this.#limit(() => this.#copy(item))));
    this.copied.push(...entries);
    const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
    this.#request.say(`${group.label}: ${plural(entries.length, 'file')}, ${formatBytes(bytes)}`);
  }

  async #fetch(items: readonly PinnedItem[], { origin }: PinnedGroup): Promise<void> {
    const { folders, mirrors, offline, signal, say } = this.#request;
    if (origin.kind === 'source') {
      const requests = items.map(({ source }) => ({ ...origin.request, source }));
      return await this.#sources.fetch(requests, { signal });
    }
    const names = new Set(items.map(({ name }) => name));
    const packages = origin.lock.packages.filter((each) => names.has(`sha256/${each.sha256}`));
    const options = { workFolder: folders.out, offline, mirrors: mirrors.map(mirrorUrl), signal, onWarning: say };
    await fetchPackages({ ...origin.lock, packages }, options);
  }

  async #copy(item: PinnedItem): Promise<MirrorEntry> {
    const { folders, to, signal } = this.#request;
    signal.throwIfAborted();
    const path = await artifactFile(item, folders.sourceCache, { scratch: this.#scratch, signal });
    const hashed = await hashFile(path, signal);
    await writing(to, () => to.put(item.name, path, { signal, keep: item.kind === 'file' }));
    return { name: item.name, item: item.item, ...hashed };
  }
}

function byName(entries: readonly MirrorEntry[]): readonly MirrorEntry[] {
  const names = new Map(entries.map((entry) => [entry.name, entry]));
  return sorted(names.keys()).flatMap((name) => names.get(name) ?? []);
}

function damaged(what: string, where: string, { expected, actual }: Damage): UserError {
  return new UserError('MIRROR_DAMAGED', `${what}: ${where} should have the ${expected}, but has ${actual}.`, {
    hint: 'It is left as it is: find out who changed it, take it out of the mirror, and run the same command again.',
  });
}
