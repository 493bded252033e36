/** Runs that are killed: at every single operation, and a hundred times at random by `kill -9`. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { currentOf } from '../../src/publish/channel.ts';
import { readChannel } from '../../src/publish/read-release.ts';
import { verifyRelease } from '../../src/publish/verify-release.ts';
import type { ArtifactStore } from '../../src/store/artifact-store.ts';
import { openStore } from '../../src/store/index.ts';
import { Azurite } from '../rig/azurite.ts';
import { Scratch } from '../rig/scratch.ts';
import { WatchedStore } from '../rig/watched-store.ts';
import { perform, Processes, storeAfter, type Before, type Work } from './processes.ts';
import { publishRound, releaseOfRound } from './publish-round.ts';
import { announcedIn, wrongFilesIn, wrongIn } from './whole.ts';

vi.setConfig({ testTimeout: 180_000 });

const OLD: Before = [
  [0, 'x'],
  [2, 'x'],
];

test.each<readonly [string, Work, Before]>([
  ['create', { do: 'create', release: 1, channel: 'x' }, OLD],
  ['create in an empty store', { do: 'create', release: 1, channel: 'x' }, []],
  ['create what was published before', { do: 'create', release: 0, channel: 'x' }, OLD],
  ['promote', { do: 'promote', from: 'x', channel: 'y' }, OLD],
  ['roll back', { do: 'rollback', channel: 'x' }, OLD],
  ['copy', { do: 'copy', from: 'y' }, OLD],
  ['clean', { do: 'gc' }, OLD],
])('%s, killed before each of its operations: whole, and the next run ends it', async (_what, work, before) => {
  const start = await storeAfter(before);
  for (let operations = 1, isKilled = true; isKilled; operations += 1) {
    const store = start.copy();
    const killed = new Processes(store, [work]);
    isKilled = await killed.turns.take(0, operations);
    expect([operations, ...killed.look()]).toEqual([operations]);
    const whole = new Set(store.blobs.keys());
    const again: string[] = [];
    const watched = new WatchedStore(store, {
      async before({ kind, name }) {
        if (kind === 'put' || kind === 'copy' || (kind === 'write' && isBlob(name))) again.push(name);
      },
    });
    await perform(work, watched);
    const wrong = [...wrongIn(store), ...wrongFilesIn(store), ...announcedIn(store)];
    expect([operations, ...wrong, ...again.filter((name) => whole.has(name))]).toEqual([operations]);
  }
});

/** What is uploaded once; a manifest and what is said of it are asked for again, and stay as they are. */
function isBlob(name: string): boolean {
  return /\.(?:xz|zst)$|plan\.json$|\.active\.json$/.test(name);
}

const RUN = join(import.meta.dirname, 'publish-run.ts');
const SEED = 20_261_129;
/** A process, from its start to the end of its work; most are killed before it. */
const LONGEST_MS = { directory: 250, container: 500 } as const;

let azurite: Azurite;
beforeAll(async () => {
  azurite = await Azurite.start();
});
afterAll(async () => {
  await azurite[Symbol.asyncDispose]();
});

/** Numbers from 0 to below 1, the same in each run of the test. */
function* random(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

type Round = ChildProcessByStdio<Writable, Readable, null>;

/** Starts a round; it begins when it is told to. */
async function startRound(location: string, folder: string, round: number): Promise<Round> {
  const child = spawn(process.execPath, [RUN, location, folder, String(round)], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

/** The channels that are there, each with a release of which every byte is right. */
async function wholeChannels(store: ArtifactStore, work: string): Promise<ReadonlyMap<string, string>> {
  const signal = new AbortController().signal;
  const found = new Map<string, string>();
  for (const name of ['testing', 'stable']) {
    const channel = await readChannel(store, name, signal);
    if (channel === undefined) continue;
    const rest = { store, trust: undefined, jobs: 8, work, signal, onProgress: () => undefined };
    const { findings, release } = await verifyRelease({ ...rest, name });
    expect([name, release, ...findings]).toEqual([name, currentOf(channel).release]);
    found.set(name, release);
  }
  return found;
}

describe.each([
  { kind: 'directory', rounds: 75 },
  { kind: 'container', rounds: 25 },
] as const)('a $kind', ({ kind, rounds }) => {
  test(`${rounds} rounds that are killed at random: whole each time, and the next run ends them`, async () => {
    using scratch = new Scratch();
    const url = kind === 'container' ? `${await azurite.container('killed')}?${azurite.sas('killed')}` : '';
    const location = kind === 'container' ? url : scratch.path('store');
    const store = openStore(location);
    const numbers = random(SEED + rounds);
    const folder = scratch.path('tarballs');
    let next = startRound(location, folder, 0);
    let killed = 0;
    for (let round = 0; round < rounds; round += 1) {
      const child = await next;
      next = round + 1 < rounds ? startRound(location, folder, round + 1) : next;
      const delayMs = numbers.next().value * LONGEST_MS[kind];
      const end = once(child, 'close');
      child.stdin.write('go\n');
      await Promise.race([end, sleep(delayMs)]);
      child.kill('SIGKILL');
      const [, signal] = await end;
      if (signal === 'SIGKILL') killed += 1;
      const told = `seed ${SEED + rounds}, round ${round}, killed after ${delayMs} ms`;
      await wholeChannels(store, scratch.path('work'));

      const present = new Set((await store.list('')).keys());
      const uploaded: string[] = [];
      const watched = new WatchedStore(store, {
        async before({ kind: what, name }) {
          if (what === 'put') uploaded.push(name);
        },
      });
      await publishRound(watched, folder, round);
      const { id } = releaseOfRound(round, folder).release;
      expect([told, ...uploaded.filter((name) => present.has(name))]).toEqual([told]);
      expect(await wholeChannels(store, scratch.path('work'))).toEqual(
        new Map([
          ['testing', id],
          ['stable', id],
        ]),
      );
      const { trees } = releaseOfRound(round, folder).release.manifest;
      for (const channel of ['testing', 'stable']) {
        expect([told, await store.readText(`${channel}/bootstrap.latest`)]).toEqual([told, trees[0]?.bootstrap]);
      }
      expect([told, ...(await store.list(`pending/${id}.`)).keys()]).toEqual([told]);
    }
    expect(killed).toBeGreaterThan(rounds / 2);
  });
});
