import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BuildEvent } from '../../src/model/event.ts';
import { criticalPath } from '../../src/report/critical-path.ts';
import { RunState } from '../../src/report/run-state.ts';
import { anyEvents } from './any-events.ts';
import { after, CANCELLED, FAILURE, SUCCESS, task } from './scripted-runs.ts';

test.each([
  [
    'of a run that succeeded',
    SUCCESS,
    [
      ['openssl--1.sources', 2900],
      ['openssl--1', 69_100],
      ['python--1', 227_800],
      ['image--1', 1000],
    ],
  ],
  [
    'through a task that failed',
    FAILURE,
    [
      ['openssl--1.sources', 2900],
      ['openssl--1', 69_100],
      ['python--1', 38_000],
    ],
  ],
  ['of a cancelled run, of what had ended', CANCELLED, [['ncurses--1', 4000]]],
] as const)('the chain that took longest, %s', (_name, events, path) => {
  expect(criticalPath(stateAfter(events)).map(({ key, durationMs }) => [key, durationMs])).toEqual(path);
});

test('a task that began beside the one it needs counts from where that one ended', () => {
  const state = stateAfter([
    after(0, { type: 'run-started', tree: '/t', variant: undefined, jobs: 2, tasks: [task('a'), task('b', ['a'])] }),
    after(0, { type: 'task-started', task: 'a--1' }),
    after(1, { type: 'task-started', task: 'b--1' }),
    after(10, { type: 'task-finished', task: 'a--1', outcome: 'built', durationMs: 10_000, bytes: 1 }),
    after(15, { type: 'task-finished', task: 'b--1', outcome: 'built', durationMs: 14_000, bytes: 1 }),
  ]);
  expect(criticalPath(state)).toEqual([
    { key: 'a--1', durationMs: 10_000 },
    { key: 'b--1', durationMs: 5000 },
  ]);
});

test('is never longer than the run, whatever is reported', () => {
  fc.assert(
    fc.property(anyEvents, (events) => {
      const times = [0, ...events.map(({ at }) => at)].slice(events.length === 0 ? 0 : 1);
      const total = criticalPath(stateAfter(events)).reduce((sum, { durationMs }) => sum + durationMs, 0);
      expect(total).toBeGreaterThanOrEqual(0);
      expect(total).toBeLessThanOrEqual(Math.max(...times) - Math.min(...times));
    }),
  );
});

function stateAfter(events: readonly BuildEvent[]): RunState {
  const state = new RunState();
  for (const event of events) state.apply(event);
  return state;
}
