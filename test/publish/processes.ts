/** Processes that publish, promote and clean in a store in memory, one step after the other in any order. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../src/model/errors.ts';
import { unreachable } from '../../src/model/unreachable.ts';
import { collectReleases } from '../../src/publish/collect-garbage.ts';
import { copyReleases } from '../../src/publish/copy-releases.ts';
import { createRelease } from '../../src/publish/create-release.ts';
import { promoteRelease, rollBack } from '../../src/publish/promote-release.ts';
import type { ArtifactStore } from '../../src/store/artifact-store.ts';
import { MemoryStore } from '../rig/memory-store.ts';
import { Turns } from '../rig/turns.ts';
import { WatchedStore, type Operation } from '../rig/watched-store.ts';
import { newKey, signerOf } from '../sign/keys.ts';
import { PLACE, requestOf, smallRelease } from './small-releases.ts';
import { announcedIn, wrongFilesIn, wrongIn } from './whole.ts';

/** Releases 0 to 2: any two have something in common, or nothing. */
const RELEASES = [smallRelease('0', ['a']), smallRelease('1', ['a', 'b']), smallRelease('2', ['b'])] as const;

export type Which = 0 | 1 | 2;

/** What one process does. Numbers stand for releases, letters for channels. */
export type Work =
  | { readonly do: 'create'; readonly release: Which; readonly channel: string }
  | { readonly do: 'promote'; readonly from: Which | string; readonly channel: string }
  | { readonly do: 'rollback'; readonly channel: string }
  | { readonly do: 'copy'; readonly from: Which | string }
  | { readonly do: 'gc' };

/** What may happen to each when others come in between; all else is a mistake of ours. */
const TOLD: Readonly<Record<Work['do'], readonly string[]>> = {
  create: ['CHANNEL_MOVED'],
  promote: ['CHANNEL_MOVED', 'RELEASE_UNKNOWN', 'RELEASE_DAMAGED'],
  rollback: ['CHANNEL_MOVED', 'CHANNEL_UNKNOWN', 'RELEASE_UNKNOWN', 'RELEASE_DAMAGED'],
  copy: ['CHANNEL_MOVED'],
  gc: [],
};

const DAY_MS = 86_400_000;
const signing = { signers: [signerOf(newKey())], runs: new Map(), run: () => ({}) };

/** What the channels were given, one after the other. */
export type Before = readonly (readonly [release: Which, channel: string])[];

/** A store in which that was done a day ago. */
export async function storeAfter(before: Before): Promise<MemoryStore> {
  const store = new MemoryStore();
  for (const [which, channel] of before) {
    await createRelease(requestOf(store, RELEASES[which], channel, { signing }));
  }
  store.nowMs += DAY_MS;
  return store;
}

/** Where copies come from: each release in a channel of its own. */
const OTHER = await storeAfter([
  [0, 'x'],
  [1, 'y'],
  [2, 'z'],
]);

export function idOf(which: Which): string {
  return RELEASES[which].release.id;
}

export async function perform(work: Work, store: ArtifactStore): Promise<unknown> {
  const wordOf = (from: Which | string): string => (typeof from === 'number' ? idOf(from) : from);
  const nowMs = (): number => OTHER.nowMs;
  const rest = { jobs: 1, signal: new AbortController().signal, nowMs, onProgress: () => undefined };
  const moving = { ...rest, place: PLACE, trust: undefined, isDryRun: false };
  switch (work.do) {
    case 'create':
      return await createRelease(requestOf(store, RELEASES[work.release], work.channel, { signing }));
    case 'promote':
      return await promoteRelease({ ...moving, store, from: wordOf(work.from), channel: work.channel });
    case 'rollback':
      return await rollBack({ ...moving, store, from: undefined, channel: work.channel });
    case 'copy': {
      // The folder stays empty: stores in memory copy by themselves.
      const folder = join(tmpdir(), 'dcos-build-test-copies');
      return await copyReleases({ ...moving, from: OTHER, to: store, names: [wordOf(work.from)], work: folder });
    }
    case 'gc':
      return await collectReleases({ ...rest, store, keep: 1, minAgeMs: 0, isDryRun: false });
    default:
      return unreachable(work);
  }
}

/** The processes, and what they did to the store. */
export class Processes {
  readonly turns: Turns;
  readonly #works: readonly Work[];
  readonly #store: MemoryStore;
  #isChanged = false;

  constructor(store: MemoryStore, works: readonly Work[]) {
    this.#store = store;
    this.#works = works;
    const after = async ({ kind }: Operation): Promise<void> => {
      this.#isChanged ||= !['has', 'read', 'get', 'list'].includes(kind);
    };
    this.turns = new Turns(works.map((work) => (watch) => perform(work, new WatchedStore(store, { ...watch, after }))));
  }

  /** What is wrong with the store now, if it was changed since the last look. */
  look(): readonly string[] {
    const wrong = this.#isChanged ? wrongIn(this.#store) : [];
    this.#isChanged = false;
    return wrong.length === 0 ? [] : [...wrong, `when they were about to: ${this.turns.states.join('; ')}`];
  }

  /** Runs one to its end. @returns what went wrong then */
  async finish(index: number): Promise<readonly string[]> {
    const error = await this.turns.finish(index);
    const work = this.#works[index];
    const isTold = error instanceof UserError && work !== undefined && TOLD[work.do].includes(error.code);
    if (error === undefined || isTold) return this.look();
    return [...this.look(), error instanceof Error ? String(error.stack) : 'it threw something that is no error'];
  }
}

export interface Schedule {
  readonly works: readonly Work[];
  /** Who goes on, by how many operations. In the end those that are not killed run to their end. */
  readonly turns: readonly (readonly [who: number, operations: number])[];
  readonly killed?: readonly number[];
}

export interface Played {
  /** Everything that was wrong at any moment. */
  readonly wrong: readonly string[];
  /** Whether each turn was as long as the schedule says. */
  readonly isLong: boolean;
}

export async function play(store: MemoryStore, { works, turns, killed = [] }: Schedule): Promise<Played> {
  const processes = new Processes(store, works);
  const wrong: string[] = [];
  let isLong = true;
  for (const [who, operations] of turns) {
    let left = operations;
    for (let goesOn = true; left > 0 && goesOn; left -= 1) {
      goesOn = await processes.turns.take(who, 1);
      wrong.push(...processes.look());
    }
    isLong &&= left === 0;
  }
  for (const index of works.keys()) if (!killed.includes(index)) wrong.push(...(await processes.finish(index)));
  if (killed.length === 0) wrong.push(...wrongFilesIn(store), ...announcedIn(store).map((name) => `left: ${name}`));
  return { wrong, isLong };
}
