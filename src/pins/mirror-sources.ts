/** Copies everything that a tree is pinned to into a mirror, from which it can be built without any other network. */
import { join } from 'node:path';
import pLimit, { type LimitFunction } from 'p-limit';
import { fetchPackages } from '../executor/builder-packages.ts';
import { temporaryFolder } from '../host/files.ts';
import { hashFile } from '../host/hash-file.ts';
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
import type { ArtifactStore, Listed } from '../store/artifact-store.ts';
import type { MirrorEntry, MirrorIndex } from '../store/mirror-index.ts';
import type { Folders } from '../tree/folders.ts';
import type { LoadedTree } from '../tree/load-plan.ts';
import { inspectFile, readMirrorIndex, writing } from './mirror-files.ts';
import { addToIndex, beginIndex } from './mirror-index-update.ts';
import { knownEntry, otherContent, sweep } from './mirror-place.ts';
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
  /** What is there, by name. */
  readonly names: ReadonlyMap<string, Listed>;
}

/** An empty place becomes a mirror at once, so that a run that was stopped there can be gone on with. */
async function openMirror(to: ArtifactStore, signal: AbortSignal): Promise<OpenMirror> {
  const index = await readMirrorIndex(to, signal);
  await sweep(to);
  const lists = await Promise.all(MIRROR_FOLDERS.map((folder) => to.list(folder, { signal })));
  const names = new Map(lists.flatMap((list) => [...list]));
  if (index !== undefined || names.size > 0) return { index: index ?? new Map(), names };
  const other = await otherContent(to);
  if (other === undefined || other === MIRROR_INDEX) return { index: await beginIndex(to, signal), names };
  throw new UserError('MIRROR_INVALID', `${to.location} is no mirror: it has no ${MIRROR_INDEX}, but "${other}".`, {
    hint: 'Name a mirror, or a new or empty folder.',
  });
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
    await addToIndex(to, { present: this.present, copied: this.copied }, signal);
  }

  /** A file that is there already. */
  async #look(item: PinnedItem, label: string): Promise<void> {
    const { index, names } = this.#mirror;
    const { name } = item;
    const entry = knownEntry(this.#request.to, item, { listed: names.get(name), entry: index.get(name) });
    const there = entry ?? (await this.#inspect(item, label));
    if (there !== undefined) this.present.push(there);
  }

  /** @returns undefined if there is none. @throws UserError MIRROR_DAMAGED */
  async #inspect(item: PinnedItem, label: string): Promise<MirrorEntry | undefined> {
    const { to, signal } = this.#request;
    const options = { index: this.#mirror.index, trustsIndex: true, scratch: this.#scratch, signal };
    const state = await inspectFile(to, { name: item.name, item: item.item, pinned: item }, options);
    if (state.kind === 'damaged') throw damaged(`${label}: ${item.item}`, `${to.location}/${item.name}`, state.damage);
    return state.kind === 'whole' ? state.entry : undefined;
  }

  async #bring(items: readonly PinnedItem[], group: PinnedGroup): Promise<void> {
    if (items.length === 0) return;
    await this.#fetch(items, group);
    const entries = await Promise.all(items.map((item) => this.#limit(() => this.#copy(item, group.label))));
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

  async #copy(item: PinnedItem, label: string): Promise<MirrorEntry> {
    const { folders, to, signal } = this.#request;
    signal.throwIfAborted();
    const path = await artifactFile(item, folders.sourceCache, { scratch: this.#scratch, signal });
    const hashed = await hashFile(path, signal);
    const { name, kind } = item;
    const options = { signal, keep: kind === 'file', sha256: hashed.sha256, condition: { kind: 'absent' } } as const;
    const isNew = await writing(to, () => to.put(name, path, options));
    const mine = { name, item: item.item, ...hashed };
    // Another run was faster. Its bundle may have other bytes than ours, though it holds the same commit.
    return isNew ? mine : ((await this.#inspect(item, label)) ?? mine);
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
