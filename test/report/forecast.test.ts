import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BuildEvent, Task } from '../../src/model/event.ts';
import { Forecast } from '../../src/report/forecast.ts';
import { RunState } from '../../src/report/run-state.ts';
import { anyEvents } from './any-events.ts';
import { after, START, task } from './scripted-runs.ts';

const second = (seconds: number): number => START + seconds * 1000;
const took = (seconds: number): Partial<Task> => ({ estimateMs: seconds * 1000 });

test('a chain takes the sum of its parts, whatever the number of jobs', () => {
  const { forecast } = runOf(4, [task('a', [], took(10)), task('b', ['a'], took(20)), task('c', [], took(5))]);
  expect(forecast.leftMs(START)).toBe(30_000);
});

test('work that is not chained is spread over the jobs', () => {
  const { forecast } = runOf(
    2,
    ['a', 'b', 'c', 'd'].map((name) => task(name, [], took(10))),
  );
  expect(forecast.leftMs(START)).toBe(20_000);
});

test('what is not recorded counts as the median of what is; what is reused counts as nothing', () => {
  const known = [task('a', [], took(2)), task('b', [], took(6)), task('c', [], took(100))];
  const { forecast } = runOf(1, [...known, task('new'), task('there', [], { action: 'reuse', estimateMs: 9e9 })]);
  expect(forecast.leftMs(START)).toBe((2 + 6 + 100 + 6) * 1000);
});

test('downloads have slots of their own, and a median of their own', () => {
  const builds = [task('a', [], took(60)), task('b')];
  const downloads = ['c', 'd', 'e'].map((name) => task(name, [], { action: 'download', ...took(10) }));
  const { forecast } = runOf(1, [...builds, ...downloads]);
  expect(forecast.leftMs(START)).toBe(120_000);
});

test('without any record there is no time to tell, and the bar goes by the number of tasks', () => {
  const { forecast, report } = runOf(1, [task('a'), task('b')]);
  report(after(1, { type: 'task-started', task: 'a--1' }));
  expect([forecast.leftMs(second(5)), forecast.fractionDone(second(5))]).toEqual([undefined, 0]);
  report(after(6, { type: 'task-finished', task: 'a--1', outcome: 'built', durationMs: 5000, bytes: 1 }));
  expect([forecast.leftMs(second(6)), forecast.fractionDone(second(6))]).toEqual([undefined, 0.5]);
});

test('what has run is taken off, and a task that overruns leaves nothing rather than less', () => {
  const { forecast, report } = runOf(1, [task('a', [], took(10)), task('b', ['a'], took(10))]);
  report(after(0, { type: 'task-started', task: 'a--1' }));
  expect([4, 10, 25].map((at) => forecast.leftMs(second(at)))).toEqual([16_000, 10_000, 10_000]);
  expect([4, 10, 25].map((at) => forecast.fractionDone(second(at)))).toEqual([0.2, 0.5, 0.5]);
});

test('a chain of thousands is no trouble', () => {
  const names = Array.from({ length: 20_000 }, (_, index) => `t${index}`);
  const { forecast } = runOf(
    8,
    names.map((name, index) => task(name, index === 0 ? [] : [`t${index - 1}`], took(1))).toReversed(),
  );
  expect(forecast.leftMs(START)).toBe(20_000_000);
});

test('the time left is never negative and the fraction lies between 0 and 1, whatever is reported', () => {
  fc.assert(
    fc.property(anyEvents, fc.integer({ min: -1e6, max: 1e9 }), (events, offset) => {
      const run = new RunState();
      for (const event of events) run.apply(event);
      const forecast = new Forecast(run);
      const now = (events.at(-1)?.at ?? 0) + offset;
      expect(forecast.leftMs(now) ?? 0).toBeGreaterThanOrEqual(0);
      expect(forecast.fractionDone(now)).toBeGreaterThanOrEqual(0);
      expect(forecast.fractionDone(now)).toBeLessThanOrEqual(1);
    }),
  );
});

function runOf(jobs: number, tasks: readonly Task[]): { forecast: Forecast; report: (event: BuildEvent) => void } {
  const run = new RunState();
  run.apply(after(0, { type: 'run-started', tree: '/t', variant: undefined, jobs, tasks }));
  return { forecast: new Forecast(run), report: (event) => run.apply(event) };
}
