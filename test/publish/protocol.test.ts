/** Users and removers of artifacts in any order: what pending.ts promises. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { idOf, perform, play, Processes, storeAfter, type Before, type Which, type Work } from './processes.ts';
import { wrongFilesIn, wrongIn } from './whole.ts';

const OLD: Before = [
  [0, 'x'],
  [2, 'x'],
];
const GC: Work = { do: 'gc' };
const ROLLBACK: Work = { do: 'rollback', channel: 'x' };
const create = (release: Which): Work => ({ do: 'create', release, channel: 'x' });

const PAIRS: readonly (readonly [string, Before, Work, Work])[] = [
  ['a release is created again while it is removed', OLD, create(0), GC],
  ['a release is promoted while it is removed', OLD, { do: 'promote', from: 0, channel: 'y' }, GC],
  ['a channel is rolled back to a release that is removed', OLD, ROLLBACK, GC],
  ['a release is copied while it is removed', OLD, { do: 'copy', from: 0 }, GC],
  ['a release is created with a package of one that is removed', OLD, create(1), GC],
  ['two clean', OLD, GC, GC],
  ['two create the same release', [[2, 'x']], create(0), create(0)],
  ['two create different releases', [[2, 'x']], create(0), create(1)],
  ['two roll back', OLD, ROLLBACK, ROLLBACK],
  ['a channel is promoted that moves', [[0, 'x']], { do: 'promote', from: 'x', channel: 'y' }, create(1)],
];

/** More operations than any process does. */
const MANY = 200;
/** Every fourth length of the second turn, in four classes: all of them would be no wiser and take four times as long. */
const STRIDE = 4;

/** All schedules in which one goes on for a while, then the other, then the first to its end, then the other. */
async function playAll(before: Before, works: readonly [Work, Work]): Promise<readonly string[]> {
  const store = await storeAfter(before);
  const all: string[] = [];
  for (let first = 1, goesOn = true; goesOn; first += 1) {
    for (let second = 1 + (first % STRIDE), isInTime = true; isInTime && second < MANY; second += STRIDE) {
      const turns = [[0, first] as const, [1, second] as const];
      const { wrong, isLong } = await play(store.copy(), { works, turns });
      if (wrong.length > 0) all.push(`after ${first} and ${second}: ${wrong.join(', ')}`);
      isInTime = isLong;
      goesOn = second > STRIDE;
    }
  }
  return all;
}

test.each(PAIRS)('%s: whole at every moment, wherever one is overtaken by the other', async (_what, before, a, b) => {
  expect([...(await playAll(before, [a, b])), ...(await playAll(before, [b, a]))]).toEqual([]);
});

const which = fc.constantFrom<Which[]>(0, 1, 2);
const channels = fc.constantFrom('x', 'x', 'x', 'y');
const from = fc.oneof(which, channels);
const works: fc.Arbitrary<Work> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('create'), release: which, channel: channels }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('promote'), from, channel: channels }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rollback'), channel: channels }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('copy'), from }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('gc') }) },
);
const scenarios = fc.record({
  before: fc.constantFrom<Before[]>([], [[0, 'x']], OLD, [[1, 'x'], ...OLD.slice(1), [0, 'y']]),
  works: fc.array(works, { minLength: 1, maxLength: 4 }).map((others) => [GC, ...others]),
  turns: fc.array(fc.tuple(fc.nat({ max: 4 }), fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constant(MANY))), {
    maxLength: 9,
  }),
  killed: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(fc.nat({ max: 4 }), { maxLength: 1 })),
});

test('whatever creates, promotes, rolls back, copies, cleans and dies at once: whole at every moment', async () => {
  await fc.assert(
    fc.asyncProperty(scenarios, async ({ before, ...schedule }) => {
      expect((await play(await storeAfter(before), schedule)).wrong).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

test('an intent to go back to a release outlives the end of another run that had published it', async () => {
  const store = await storeAfter([]);
  const processes = new Processes(store, [create(0), create(2), ROLLBACK, GC]);
  // The channel has release 0, and who created that is about to take back what was said of it.
  expect(await processes.turns.until(0, `list pending/${idOf(0)}`)).toBe(true);
  await processes.finish(1);
  expect(await processes.turns.until(2, 'write channels/x.json')).toBe(true);
  const wrong = [];
  for (const index of [0, 3, 2]) wrong.push(...(await processes.finish(index)));
  expect(wrong).toEqual([]);
  expect(store.blobs.get('channels/x.json')?.text).toContain(`"release": "${idOf(0)}"`);
});

test('a run that is overtaken by one that publishes the same, and by a removal of that, leaves no manifest alone', async () => {
  const store = await storeAfter(OLD);
  const processes = new Processes(store, [create(0), create(0), create(2), GC]);
  expect(await processes.turns.until(0, `write releases/${idOf(0)}/manifest.json`)).toBe(true);
  const wrong = [];
  for (const index of [1, 2, 3, 0]) wrong.push(...(await processes.finish(index)));
  expect(wrong).toEqual([]);
});

test('a roll-back that was killed is finished by the next, not taken back', async () => {
  const store = await storeAfter(OLD);
  expect(await new Processes(store, [ROLLBACK]).turns.until(0, 'write x/')).toBe(true);
  expect(await perform(ROLLBACK, store)).toMatchObject({ release: idOf(0) });
  expect([...wrongFilesIn(store), ...wrongIn(store)]).toEqual([]);
});
