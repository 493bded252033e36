import fc from 'fast-check';
import { expect, test } from 'vitest';
import { remainingPaths, type Job } from '../../src/build/jobs.ts';
import { schedule, type Grant, type ScheduleOptions } from '../../src/build/schedule.ts';

const SLOTS = { build: 2, network: 2 };

function job(key: string, needs: readonly string[] = [], estimateMs?: number): Job {
  return { key, needs, pool: 'build', ...(estimateMs === undefined ? {} : { estimateMs }) };
}

/** Runs the jobs one instruction at a time and notes the order in which they start. */
async function trace(jobs: readonly Job[], options: Partial<ScheduleOptions> & { failing?: readonly string[] } = {}) {
  const started: string[] = [];
  const skipped: [string, string | undefined][] = [];
  const failed = await schedule(jobs, {
    slots: SLOTS,
    cores: 2,
    keepGoing: false,
    signal: new AbortController().signal,
    run: async ({ key }) => {
      started.push(key);
      await Promise.resolve();
      if (options.failing?.includes(key) === true) throw new Error(`${key} failed`);
    },
    onSkip: (key, because) => skipped.push([key, because]),
    ...options,
  });
  return { started, skipped, failed };
}

test('a job starts only after all that it needs', async () => {
  const { started } = await trace([job('c', ['a', 'b']), job('b', ['a']), job('a')]);
  expect(started).toEqual(['a', 'b', 'c']);
});

test('the job with the longest remaining path starts first, though it is short itself', async () => {
  const jobs = [job('wide1', [], 500), job('wide2', [], 400), job('head', [], 10), job('tail', ['head'], 900)];
  const { started } = await trace(jobs, { slots: { build: 1, network: 1 } });
  expect(started).toEqual(['head', 'tail', 'wide1', 'wide2']);
});

test('a job without a recorded duration counts as the median of the known ones', () => {
  const remaining = remainingPaths([job('a', [], 100), job('b', [], 300), job('c', [], 900), job('new', ['a'])]);
  expect(remaining.get('new')).toBe(300);
  expect(remaining.get('a')).toBe(400);
});

test('after a failure nothing new starts, and what did not start names the failure', async () => {
  const { started, skipped, failed } = await trace([job('a', [], 9), job('b', ['a']), job('c')], {
    failing: ['a'],
    slots: { build: 1, network: 1 },
  });
  expect(started).toEqual(['a']);
  expect(skipped).toEqual([
    ['b', 'a'],
    ['c', 'a'],
  ]);
  expect([...failed.keys()]).toEqual(['a']);
});

test('with keepGoing only what needs the failed job is left out, and names the root cause', async () => {
  const jobs = [job('a'), job('b', ['a']), job('c', ['b']), job('d'), job('e', ['d'])];
  const { started, skipped } = await trace(jobs, { failing: ['a'], keepGoing: true });
  expect(started.toSorted()).toEqual(['a', 'd', 'e']);
  expect(skipped).toEqual([
    ['b', 'a'],
    ['c', 'a'],
  ]);
});

test('after a cancellation running jobs are waited for and the rest is skipped without a cause', async () => {
  const cancel = new AbortController();
  let ended = false;
  const { started, skipped } = await trace([job('a'), job('b', ['a'])], {
    signal: cancel.signal,
    run: async () => {
      cancel.abort();
      await Promise.resolve();
      ended = true;
    },
  });
  expect(ended).toBe(true);
  expect(started).toEqual([]);
  expect(skipped).toEqual([['b', undefined]]);
});

test('a job that is ready lets its dependants start before it has ended', async () => {
  const order: string[] = [];
  const tailStarted = Promise.withResolvers<void>();
  await trace([job('head'), job('tail', ['head'])], {
    run: async ({ key }, grant) => {
      order.push(`${key} starts`);
      if (key === 'tail') return tailStarted.resolve();
      grant.ready();
      await tailStarted.promise;
      order.push('head ends');
    },
  });
  expect(order).toEqual(['head starts', 'tail starts', 'head ends']);
});

test('a lone job gets all cores, jobs that start together share them', async () => {
  const cores = new Map<string, number>();
  const run = async ({ key }: Job, grant: Grant) => {
    cores.set(key, grant.cores);
    await Promise.resolve();
  };
  await trace([job('alone'), job('x', ['alone']), job('y', ['alone'])], { cores: 8, run });
  expect(Object.fromEntries(cores)).toEqual({ alone: 8, x: 4, y: 4 });
});

test('a slot that is given back early is used by the next job', async () => {
  const order: string[] = [];
  const second = Promise.withResolvers<void>();
  await trace([job('a', [], 9), job('b', [], 1)], {
    slots: { build: 1, network: 1 },
    run: async ({ key }, grant) => {
      order.push(key);
      if (key === 'b') return second.resolve();
      grant.freeSlot();
      await second.promise;
      order.push('a packed');
    },
  });
  expect(order).toEqual(['a', 'b', 'a packed']);
});

/** Runs `again` a first time, in which it asks to be run once more with these needs in the other pool. */
async function traceAgain(jobs: readonly Job[], needs: readonly string[], failing: readonly string[] = []) {
  const order: string[] = [];
  const { failed, skipped } = await trace([{ ...job('again'), pool: 'network' }, ...jobs], {
    keepGoing: true,
    run: async ({ key, pool }, grant) => {
      order.push(`${key} ${pool}`);
      await Promise.resolve();
      if (failing.includes(key)) throw new Error(`${key} failed`);
      if (key === 'again' && pool === 'network') grant.again({ ...job('again', needs), pool: 'build' });
    },
  });
  return { order, skipped, failed: [...failed.keys()] };
}

test('a job that is to run again waits for its new needs, and is ready after its second run only', async () => {
  const jobs = [job('slow'), job('slower', ['slow']), job('user', ['again'])];
  const { order, skipped, failed } = await traceAgain(jobs, ['slow', 'slower']);
  expect(order).toEqual(['slow build', 'again network', 'slower build', 'again build', 'user build']);
  expect({ skipped, failed }).toEqual({ skipped: [], failed: [] });
});

test('a job that is to run again, but needs what has failed or was skipped, is skipped with all that need it', async () => {
  for (const need of ['root', 'middle']) {
    const jobs = [job('root'), job('middle', ['root']), job('user', ['again'])];
    const { order, skipped, failed } = await traceAgain(jobs, [need], ['root']);
    expect(order).toEqual(['root build', 'again network']);
    expect(failed).toEqual(['root']);
    expect(skipped).toEqual([
      ['middle', 'root'],
      ['again', 'root'],
      ['user', 'root'],
    ]);
  }
});

test('a job that is to run again with a need that is no job fails, and holds up nobody', async () => {
  const { failed } = await traceAgain([job('other')], ['nowhere']);
  expect(failed).toEqual(['again']);
});

test('a circular need is a mistake of the caller', async () => {
  await expect(trace([job('a', ['b']), job('b', ['a'])])).rejects.toThrow('needs itself');
});

const graphs = fc.array(fc.tuple(fc.array(fc.nat(30), { maxLength: 4 }), fc.nat(100), fc.boolean()), {
  minLength: 1,
  maxLength: 30,
});

function toJobs(graph: readonly (readonly [readonly number[], number, boolean])[]): Job[] {
  return graph.map(([needs, estimateMs, network], index) => ({
    key: `j${index}`,
    needs: [...new Set(needs.filter((need) => need < index).map((need) => `j${need}`))],
    pool: network ? 'network' : 'build',
    estimateMs,
  }));
}

test('law: every job of every graph runs once, after its needs, within its pool', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, async (graph) => {
      const jobs = toJobs(graph);
      const done = new Set<string>();
      const running = { build: 0, network: 0 };
      const { started } = await trace(jobs, {
        run: async (current) => {
          running[current.pool] += 1;
          expect(running[current.pool]).toBeLessThanOrEqual(SLOTS[current.pool]);
          expect(current.needs.every((need) => done.has(need))).toBe(true);
          await Promise.resolve();
          expect(done.has(current.key)).toBe(false);
          done.add(current.key);
          running[current.pool] -= 1;
        },
      });
      expect(started).toEqual([]);
      expect(done.size).toBe(jobs.length);
    }),
  );
});

test('law: each job either runs or is skipped, whatever fails', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, fc.array(fc.nat(30)), fc.boolean(), async (graph, failing, keepGoing) => {
      const jobs = toJobs(graph);
      const { started, skipped } = await trace(jobs, { failing: failing.map((index) => `j${index}`), keepGoing });
      const ends = [...started, ...skipped.map(([key]) => key)];
      expect(ends.toSorted()).toEqual(jobs.map(({ key }) => key).toSorted());
    }),
  );
});
