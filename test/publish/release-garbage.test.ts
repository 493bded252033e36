import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Listed } from '../../src/store/artifact-store.ts';
import type { Channel } from '../../src/publish/channel.ts';
import { chooseGarbage, type GarbageInput } from '../../src/publish/release-garbage.ts';
import type { Release } from '../../src/publish/release-manifest.ts';
import { namesOfRelease } from '../../src/publish/use-release.ts';
import { artifact, releaseOf } from './releases.ts';

const NOW = 1_000_000_000;
const DAY = 86_400_000;
const listed = (ageMs: number): Listed => ({ bytes: 1, sha256: undefined, version: '1', modifiedMs: NOW - ageMs });

/** Each of a few packages is in some of the releases. */
const releaseLists = fc
  .array(fc.subarray(['a--1', 'a--2', 'b--1', 'c--1']), { minLength: 1, maxLength: 5 })
  .map((lists) =>
    lists.map((ids, index) =>
      releaseOf({
        tag: String(index),
        commit: String(index % 2).repeat(40),
        artifacts: ids.map((id) => artifact(`packages/${id[0]}/${id}.tar.xz`)),
        files: [artifact('plan.json')],
      }),
    ),
  );

function inputOf(releases: readonly Release[], channelPicks: readonly (readonly number[])[]): GarbageInput {
  const channels = channelPicks.map((picks, index): Channel => ({
    name: `channel-${index}`,
    history: picks.map((pick) => {
      const release = releases[pick % releases.length];
      return {
        release: release?.id ?? '',
        manifest: release?.sha256 ?? artifact('').sha256,
        move: 'create',
        from: undefined,
        at: '',
      };
    }),
  }));
  const names = [
    ...releases.flatMap(namesOfRelease),
    'packages/z/z--1.tar.xz',
    'sha256/abc',
    'channels/channel-0.json',
  ];
  const present = new Map(names.map((name) => [name, listed(30 * DAY)]));
  return { present, channels, releases, intents: [], named: new Set(), keep: 1, minAgeMs: DAY, nowMs: NOW };
}

const picks = fc.array(fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 6 }), { maxLength: 3 });

test('nothing of a release goes that a channel has, or that somebody is about to use', () => {
  fc.assert(
    fc.property(
      releaseLists,
      picks,
      fc.integer({ min: 1, max: 3 }),
      fc.nat({ max: 4 }),
      (releases, channels, keep, which) => {
        const intended = releases[which];
        const input = {
          ...inputOf(releases, channels),
          keep,
          intents:
            intended === undefined
              ? []
              : [{ release: intended.id, channel: undefined, names: namesOfRelease(intended), modifiedMs: NOW }],
        };
        const gone = new Set(chooseGarbage(input).names);
        const needed = [
          ...input.channels.map(({ history }) => history.at(-1)?.release),
          ...(intended === undefined ? [] : [intended.id]),
        ];
        const staying = releases.filter(({ id }) => needed.includes(id)).flatMap(namesOfRelease);
        expect(staying.filter((name) => gone.has(name))).toEqual([]);
      },
    ),
  );
});

test('what no release needs goes, and nothing outside of what releases own', () => {
  fc.assert(
    fc.property(releaseLists, (releases) => {
      const { names, kept } = chooseGarbage(inputOf(releases, []));
      expect(kept).toEqual([]);
      expect(names).toContain('packages/z/z--1.tar.xz');
      for (const release of releases)
        expect(names).toEqual(expect.arrayContaining([...new Set(namesOfRelease(release))]));
      expect(names).not.toContain('sha256/abc');
      expect(names).not.toContain('channels/channel-0.json');
    }),
  );
});

test('manifests of releases go before everything else', () => {
  const releases = [releaseOf({ tag: '1', artifacts: [artifact('packages/a/a--1.tar.xz')] }), releaseOf({ tag: '2' })];
  const { names } = chooseGarbage(inputOf(releases, []));
  expect(names.slice(0, 2).every((name) => name.endsWith('/manifest.json'))).toBe(true);
});

test('what is young stays, and so do the releases that a channel had before, as many as are to be kept', () => {
  const releases = ['1', '2', '3'].map((tag) => releaseOf({ tag }));
  const input = inputOf(releases, [[0, 1, 2]]);
  const ids = releases.map(({ id }) => id);
  expect(chooseGarbage(input).releases).toEqual(ids.slice(0, 2));
  expect(chooseGarbage({ ...input, keep: 2 }).releases).toEqual(ids.slice(0, 1));
  expect(chooseGarbage({ ...input, minAgeMs: 31 * DAY })).toMatchObject({ releases: [], names: [] });
});

test('an intent that is older than any run counts no more, and is swept', () => {
  const release = releaseOf({ tag: '1' });
  const input = inputOf([release], []);
  const pending = 'pending/x.1.json';
  const intents = [{ release: release.id, channel: 'c', names: namesOfRelease(release), modifiedMs: NOW - 3 * DAY }];
  const present = new Map([...input.present, [pending, listed(3 * DAY)]]);
  const { names, releases } = chooseGarbage({ ...input, present, intents });
  expect(releases).toEqual([release.id]);
  expect(names).toContain(pending);
});
