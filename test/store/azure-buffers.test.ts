/** The memory of all uploads of a store together has a bound, and whoever waits for it gets it in turn. */
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Buffers } from '../../src/store/azure-buffers.ts';

const MOST = 100;
const never = new AbortController().signal;

test('however they are taken and given back, the bound holds, all get theirs, and first come is first served', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 150 }), { maxLength: 30 }), fc.nat(5), async (sizes, holds) => {
      const buffers = new Buffers(MOST, 40);
      const served: number[] = [];
      let [held, owners] = [0, 0];
      const use = async (size: number, index: number): Promise<void> => {
        using taken = await buffers.take(size, never);
        served.push(index);
        [held, owners] = [held + size, owners + 1];
        expect(taken.bytes).toHaveLength(size);
        // What is larger than all goes alone, beside nothing that takes memory.
        expect(held <= MOST || held === size).toBe(true);
        for (let step = 0; step < holds; step += 1) await turn();
        [held, owners] = [held - size, owners - 1];
      };
      await Promise.all(sizes.map(use));
      expect(served).toEqual(sizes.map((_, index) => index));
      expect([held, owners]).toEqual([0, 0]);
    }),
    { numRuns: 50 },
  );
});

test('who gives up while waiting leaves the queue to the next one', async () => {
  const buffers = new Buffers(MOST, 40);
  const first = await buffers.take(MOST, never);
  const stop = new AbortController();
  const second = buffers.take(50, stop.signal);
  const third = buffers.take(60, never);
  stop.abort(new Error('given up'));
  await expect(second).rejects.toThrow('given up');
  first[Symbol.dispose]();
  expect((await third).bytes).toHaveLength(60);
});
