import { expect, test } from 'vitest';
import { Starts } from '../../src/build/starts.ts';

/** Whether the promise has been settled by the time that all pending callbacks have run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  return (await Promise.race([promise, new Promise((resolve) => setImmediate(() => resolve(pending)))])) !== pending;
}

test('nothing waits when no build is about to start', async () => {
  const starts = new Starts();
  starts.begin()[Symbol.dispose]();
  expect(await isSettled(starts.giveWay())).toBe(true);
});

test('what gives way goes on when the last of the builds that were about to start has started', async () => {
  const starts = new Starts();
  const [one, two] = [starts.begin(), starts.begin()];
  const waiting = starts.giveWay();
  one[Symbol.dispose]();
  one[Symbol.dispose]();
  expect(await isSettled(waiting)).toBe(false);
  two[Symbol.dispose]();
  expect(await isSettled(waiting)).toBe(true);
});

test('what gives way goes on in the end though a build is always about to start', async () => {
  const starts = new Starts();
  using _starting = starts.begin();
  await expect(starts.giveWay()).resolves.toBeUndefined();
});
