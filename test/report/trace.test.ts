import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { BuildEvent } from '../../src/model/event.ts';
import { TraceReporter } from '../../src/report/trace.ts';
import { anyEvents } from './any-events.ts';
import { CANCELLED, FAILURE, SUCCESS } from './scripted-runs.ts';

const SLICE = z.object({
  ph: z.literal('X'),
  pid: z.int(),
  tid: z.int(),
  name: z.string().min(1),
  cat: z.string(),
  ts: z.int().nonnegative(),
  dur: z.int().nonnegative(),
  args: z.object({ task: z.string(), failed: z.string().optional() }),
});
const NAME = z.object({
  ph: z.literal('M'),
  pid: z.int(),
  tid: z.int(),
  name: z.string(),
  args: z.object({ name: z.string() }),
});
const TRACE = z.strictObject({ traceEvents: z.array(z.union([SLICE, NAME])), displayTimeUnit: z.literal('ms') });

test('phases stand in lanes, in microseconds since the start of the run', () => {
  expect(slicesOf(SUCCESS).map(({ tid, name, ts, dur }) => [tid, name, ts, dur])).toEqual([
    [1, 'openssl sources: fetch', 100_000, 2_900_000],
    [2, 'ncurses: download', 100_000, 4_000_000],
    [1, 'openssl: build', 3_000_000, 67_000_000],
    [1, 'openssl: pack', 70_000_000, 2_100_000],
    [1, 'curl: build', 72_200_000, 27_800_000],
    [2, 'python: build', 72_200_000, 227_800_000],
  ]);
});

test('lanes and the run have names', () => {
  const names = traceOf(SUCCESS).traceEvents.flatMap((event) =>
    event.ph === 'M' ? [[event.name, event.args.name]] : [],
  );
  expect(names).toEqual([
    ['process_name', 'base of /srv/tree'],
    ['thread_name', 'slot 1'],
    ['thread_name', 'slot 2'],
  ]);
});

test('a phase that failed is marked, and one that a cancellation cut short ends with the run', () => {
  expect(slicesOf(FAILURE).at(-1)?.args.failed).toBe('The build script ended with status 2.');
  expect(slicesOf(CANCELLED).at(-1)).toMatchObject({ name: 'openssl: build', ts: 3_000_000, dur: 8_000_000 });
});

test('a run that ended without saying so still leaves a whole trace, written once', () => {
  const written = writtenBy(SUCCESS.slice(0, 12));
  expect(written).toHaveLength(1);
  expect(TRACE.safeParse(JSON.parse(written[0] ?? '')).success).toBe(true);
});

test('whatever is reported, the trace is well formed and nothing overlaps in a lane', () => {
  fc.assert(
    fc.property(anyEvents, (events) => {
      const ends = new Map<number, number>();
      for (const { tid, ts, dur } of slicesOf(events)) {
        expect(ts).toBeGreaterThanOrEqual(ends.get(tid) ?? 0);
        ends.set(tid, ts + dur);
      }
    }),
  );
});

function slicesOf(events: readonly BuildEvent[]): readonly z.infer<typeof SLICE>[] {
  return traceOf(events).traceEvents.flatMap((event) => (event.ph === 'X' ? [event] : []));
}

function traceOf(events: readonly BuildEvent[]): z.infer<typeof TRACE> {
  return TRACE.parse(JSON.parse(writtenBy(events)[0] ?? ''));
}

function writtenBy(events: readonly BuildEvent[]): readonly string[] {
  const written: string[] = [];
  using reporter = new TraceReporter((json) => void written.push(json));
  for (const event of events) reporter.report(event);
  reporter[Symbol.dispose]();
  return written;
}
