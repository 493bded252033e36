import { mkdirSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { readBuildTimes } from '../../src/build/build-times.ts';
import { History, type BuildRecord } from '../../src/build/history.ts';
import { parsePackageId } from '../../src/model/package-id.ts';
import { Scratch } from '../rig/scratch.ts';

const RECORD: BuildRecord = {
  key: 'a|null',
  id: 'a--1',
  outcome: 'built',
  startedAt: 1000,
  durationMs: 12,
  phasesMs: { build: 10 },
  logPath: '/logs/a--1.log',
  inputs: { id: 'a--1', buildIds: { name: 'a' }, extra: { 'etc/a': 'abc' } },
};

test('a whole number beyond 2^53 in a recipe does not keep its build from being recorded', async () => {
  using scratch = new Scratch();
  using history = await History.open(scratch.path('history.sqlite'));
  const buildIds = { name: 'a', sysctl: { limit: 12_345_678_901_234_567_890n, small: 7 } };
  history.add({ ...RECORD, inputs: { id: 'a--1', buildIds, extra: {} } });
  expect(history.of('a|null')[0]?.inputs?.buildIds).toEqual(buildIds);
});

test('records come back as they were added, the newest first', async () => {
  using scratch = new Scratch();
  using history = await History.open(scratch.path('history.sqlite'));
  const later = { ...RECORD, id: 'a--2', outcome: 'failed', startedAt: 2000, logPath: undefined } as const;
  history.add(RECORD);
  history.add(later);
  expect(history.of('a|null')).toEqual([later, RECORD]);
  expect(history.last('a|null')).toEqual(later);
  expect(history.last('a|null', 'built')).toEqual(RECORD);
  expect(history.last('b|null')).toBeUndefined();
});

test('a build is found by its id, whatever the key it was recorded under', async () => {
  using scratch = new Scratch();
  using history = await History.open(scratch.path('history.sqlite'));
  history.add(RECORD);
  history.add({ ...RECORD, key: 'a|quick', id: 'a--2' });
  history.add({ ...RECORD, key: 'a-b|null', id: 'a-b--3' });
  expect(history.withId('a--2')?.key).toBe('a|quick');
  expect(history.withId('a--9')).toBeUndefined();
  expect(history.ofName('a').map(({ id }) => id)).toEqual(['a--2', 'a--1']);
});

test('the times of builds are those of the last that succeeded', async () => {
  using scratch = new Scratch();
  const folders = { history: scratch.path('history.sqlite') };
  const [a, b] = [parsePackageId('a--1'), parsePackageId('b--1')];
  expect(readBuildTimes(folders, [a])).toEqual(new Map());
  using history = await History.open(folders.history);
  history.add(RECORD);
  history.add({ ...RECORD, startedAt: 2000, outcome: 'failed' });
  expect(readBuildTimes(folders, [a, b])).toEqual(new Map([[a, { startedMs: 1000, finishedMs: 1012 }]]));
});

test('only the newest twenty builds of a component are kept', async () => {
  using scratch = new Scratch();
  using history = await History.open(scratch.path('history.sqlite'));
  for (let index = 0; index < 25; index += 1) history.add({ ...RECORD, id: `a--${index}`, startedAt: index });
  expect(history.of('a|null').map(({ startedAt }) => startedAt)).toEqual(Array.from({ length: 20 }, (_, i) => 24 - i));
});

test('looking at a history makes no file, and finds none where nothing was built', () => {
  using scratch = new Scratch();
  expect(History.read(scratch.path('out/history.sqlite'))).toBeUndefined();
  mkdirSync(scratch.path('out'));
  expect(History.read(scratch.path('out/history.sqlite'))).toBeUndefined();
  scratch.write('out/history.sqlite', '');
  expect(History.read(scratch.path('out/history.sqlite'))).toBeUndefined();
  scratch.write('out/history.sqlite', 'this is no database, and longer than a header would be'.repeat(100));
  expect(History.read(scratch.path('out/history.sqlite'))).toBeUndefined();
});

test('a history is read while a run writes to it', async () => {
  using scratch = new Scratch();
  const path = scratch.path('history.sqlite');
  using writing = await History.open(path);
  using other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  other.exec(`DELETE FROM builds`);
  using reading = History.read(path);
  expect(reading?.of('a|null')).toEqual([]);
  other.exec('COMMIT');
  writing.add(RECORD);
  expect(reading?.of('a|null')).toEqual([RECORD]);
});
