import { expect, test } from 'vitest';
import { lock } from '../../src/host/lock.ts';
import { Scratch } from '../rig/scratch.ts';

/** Whether the lock can be had at once. */
async function isFree(path: string, options: { readonly shared: boolean }): Promise<boolean> {
  const waiting = new AbortController();
  try {
    using _held = await lock(path, { ...options, signal: waiting.signal, onWait: () => waiting.abort() });
    return true;
  } catch (error) {
    if (waiting.signal.aborted) return false;
    throw error;
  }
}

test('many share a lock, and none has it alone meanwhile', async () => {
  using scratch = new Scratch();
  const path = scratch.path('lock');
  {
    using _one = await lock(path, { shared: true });
    using _two = await lock(path, { shared: true });
    expect(await isFree(path, { shared: true })).toBe(true);
    expect(await isFree(path, { shared: false })).toBe(false);
  }
  expect(await isFree(path, { shared: false })).toBe(true);
});

test('who has a lock alone shares it with nobody', async () => {
  using scratch = new Scratch();
  const path = scratch.path('lock');
  using _alone = await lock(path);
  expect(await isFree(path, { shared: true })).toBe(false);
  expect(await isFree(path, { shared: false })).toBe(false);
});
