import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/model/digest.ts';
import {
  currentOf,
  formatChannel,
  moved,
  parseChannel,
  previousOf,
  type Channel,
  type ChannelEntry,
} from '../../src/publish/channel.ts';
import { checkChannelName } from '../../src/publish/layout.ts';

const entries: fc.Arbitrary<ChannelEntry> = fc.record({
  release: fc.constantFrom('1-a', '1-b', '1-c'),
  manifest: fc.string().map((text) => sha256(text)),
  move: fc.constantFrom('create', 'promote', 'rollback', 'copy'),
  from: fc.option(fc.string(), { nil: undefined }),
  at: fc.string(),
});

test('a channel is read back as it was written', () => {
  fc.assert(
    fc.property(fc.array(entries, { minLength: 1 }), (history) => {
      const channel: Channel = { name: 'stable', history };
      expect(parseChannel('stable', formatChannel(channel), 'here')).toEqual(channel);
    }),
  );
});

test('the way back leads to the last other release, however often the present one was set', () => {
  const entry = (release: string): ChannelEntry => ({
    release,
    manifest: sha256(''),
    move: 'create',
    from: undefined,
    at: '',
  });
  const channel = ['a', 'b', 'b'].reduce<Channel | undefined>((so, id) => moved('c', so, entry(id)), undefined);
  expect(channel === undefined ? undefined : [currentOf(channel).release, previousOf(channel)?.release]).toEqual([
    'b',
    'a',
  ]);
  expect(previousOf(moved('c', undefined, entry('a')))).toBeUndefined();
});

test.each(['', '{}', '[]', '{"schema":"dcos-build channel 1","history":[]}', '{"schema":"dcos-build channel 2"}'])(
  'what is no channel is refused: %s',
  (text) => {
    expect(() => parseChannel('stable', text, 'here')).toThrow(expect.objectContaining({ code: 'RELEASE_DAMAGED' }));
  },
);

test.each(['stable', 'testing/master', 'a.b/c-d/e_f', '1.7'])('"%s" is the name of a channel', (name) => {
  expect(checkChannelName(name)).toBe(name);
});

test.each(['', '/x', 'x/', 'a//b', 'packages', 'packages/x', 'gc', 'a/commit/b', 'a b', '../x', '.x', 'x.json'])(
  '"%s" is refused as the name of a channel',
  (name) => {
    expect(() => checkChannelName(name)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  },
);
