/** Many at work on one real store at once. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../../src/model/errors.ts';
import { collectReleases } from '../../src/publish/collect-garbage.ts';
import { createRelease } from '../../src/publish/create-release.ts';
import { currentOf } from '../../src/publish/channel.ts';
import { readChannel } from '../../src/publish/read-release.ts';
import { verifyRelease } from '../../src/publish/verify-release.ts';
import type { ArtifactStore } from '../../src/store/artifact-store.ts';
import { DirectoryStore } from '../../src/store/directory.ts';
import { Azurite } from '../rig/azurite.ts';
import { Scratch } from '../rig/scratch.ts';
import { keyStore } from '../store/azure-rig.ts';
import { requestOf, smallRelease } from './small-releases.ts';

const scratch = new Scratch();
let azurite: Azurite;
let made = 0;

beforeAll(async () => {
  azurite = await Azurite.start();
});
afterAll(async () => {
  await azurite[Symbol.asyncDispose]();
  scratch[Symbol.dispose]();
});

/** A store, and others on the same place: each process has its own. */
async function container(): Promise<() => ArtifactStore> {
  const name = `at-once-${(made += 1)}`;
  await azurite.container(name);
  return () => keyStore(azurite, name, { prefix: 'dcos/' });
}

function directory(): Promise<() => ArtifactStore> {
  const folder = scratch.path(`at-once-${(made += 1)}`);
  return Promise.resolve(() => new DirectoryStore(folder));
}

const signal = new AbortController().signal;
const clean = (store: ArtifactStore) =>
  collectReleases({ store, keep: 1, minAgeMs: 0, isDryRun: false, jobs: 4, signal, nowMs: Date.now });

async function findingsOf(store: ArtifactStore, name: string): Promise<readonly unknown[]> {
  const rest = { trust: undefined, jobs: 8, work: scratch.path('work'), signal, onProgress: () => undefined };
  return (await verifyRelease({ ...rest, store, name })).findings;
}

const shared = ['a', 'b', 'c', 'd'];

describe.each([
  ['a directory', directory],
  ['a container', container],
])('%s', (_what, make) => {
  test('ten creates at once to one channel: each release is whole, the channel has one, the others are told', async () => {
    const open = await make();
    const all = Array.from({ length: 10 }, (_, index) => smallRelease(`${index}`, [...shared, `own-${index}`]));
    const ends = await Promise.allSettled(
      all.map((each) => createRelease(requestOf(open(), each, 'testing', { jobs: 4, nowMs: Date.now }))),
    );
    const store = open();
    for (const { release } of all) expect([release.id, ...(await findingsOf(store, release.id))]).toEqual([release.id]);
    const channel = await readChannel(store, 'testing', signal);
    const current = channel === undefined ? '' : currentOf(channel).release;
    // Whoever saw the channel after another had moved it may have moved it on.
    const done = ends.flatMap((end, index) => (end.status === 'fulfilled' ? [all[index]?.release.id ?? ''] : []));
    expect(channel?.history.map(({ release }) => release).toSorted()).toEqual(done.toSorted());
    for (const end of ends) {
      if (end.status === 'fulfilled') continue;
      expect(end.reason).toBeInstanceOf(UserError);
      expect(end.reason).toMatchObject({
        code: 'CHANNEL_MOVED',
        message: expect.stringMatching(
          /^Somebody else moved the channel "testing" meanwhile: it has 1\.0-\w{16} now\.$/,
        ),
        hint: expect.stringMatching(/^The release 1\.0-\w{16} is published; "dcos-build release promote /),
      });
    }
    const { release } = all.find((each) => each.release.id === current) ?? all[0]!;
    expect(await store.readText('testing/bootstrap.latest')).toBe(release.manifest.trees[0]?.bootstrap);
    expect([...(await store.list('pending/')).keys()]).toEqual([]);
  });

  test('ten creates of one release at once: all end well, and the channel moves once', async () => {
    const open = await make();
    const each = smallRelease('same', shared);
    const request = () => requestOf(open(), each, 'testing', { jobs: 4, nowMs: Date.now });
    const answers = await Promise.all(Array.from({ length: 10 }, () => createRelease(request())));
    expect(new Set(answers.map(({ release }) => release))).toEqual(new Set([each.release.id]));
    const store = open();
    expect(await findingsOf(store, 'testing')).toEqual([]);
    expect((await readChannel(store, 'testing', signal))?.history).toHaveLength(1);
    expect([...(await store.list('pending/')).keys()]).toEqual([]);
  });

  test('two gcs and a create at once, time after time: nothing that is referenced is deleted', async () => {
    const open = await make();
    for (let round = 0; round < 6; round += 1) {
      // Every other round brings back what the round before made garbage of.
      const each = smallRelease(String(round % 2), round % 2 === 0 ? ['a', 'b', 'c'] : ['c', 'd', 'e']);
      const request = requestOf(open(), each, 'testing', { jobs: 4, nowMs: Date.now });
      await Promise.all([clean(open()), createRelease(request), clean(open())]);
      expect([round, ...(await findingsOf(open(), 'testing'))]).toEqual([round]);
    }
    await clean(open());
    expect(await findingsOf(open(), 'testing')).toEqual([]);
    const left = [...(await open().list('packages/')).keys()].filter((name) => name.endsWith('.tar.xz'));
    expect(left).toEqual(['c', 'd', 'e'].map((name) => `packages/${name}/${name}--1.tar.xz`));
  });
});
