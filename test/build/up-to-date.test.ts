import { rmSync, statSync, utimesSync } from 'node:fs';
import { expect, test } from 'vitest';
import { foldersBelow } from '../../src/tree/folders.ts';
import { findUpToDate, noteUpToDate, statePath } from '../../src/build/up-to-date.ts';
import { RecordingFileView } from '../../src/host/file-view.ts';
import { Scratch } from '../rig/scratch.ts';

const MADE = { components: 2, bootstraps: [{ variant: undefined, id: 'ff' }] };
/** Files of the scratch folder as a run would find them: old. */
const LONG_AGO = new Date('2020-01-01T00:00:00.500Z');

/** A state of a run that has read `input` and the folder `inputs/`, and left `output`. */
async function noted(scratch: Scratch): Promise<string> {
  for (const path of ['input', 'inputs/one', 'output']) utimesSync(scratch.write(path, path), LONG_AGO, LONG_AGO);
  await clockMoves(scratch);
  const view = new RecordingFileView();
  view.readText(scratch.path('input'));
  view.names(scratch.path('inputs'));
  view.kind(scratch.path('missing'));
  const path = scratch.path('state.json');
  await noteUpToDate(path, view.observations, [scratch.path('output')], MADE);
  return path;
}

/** Waits until the clock of the file system has gone on far enough to tell files written now from those before. */
async function clockMoves(scratch: Scratch): Promise<void> {
  const before = statSync(scratch.path('output')).ctimeMs;
  await expect.poll(() => statSync(scratch.write('now')).ctimeMs - before, { interval: 5 }).toBeGreaterThan(30);
}

test('what the last run made is known as long as everything it read and left is as it was', async () => {
  using scratch = new Scratch();
  const path = await noted(scratch);
  expect(findUpToDate(path)).toEqual({ components: 2, bootstraps: [{ id: 'ff' }] });
  expect(findUpToDate(scratch.path('other.json'))).toBeUndefined();
});

test.each<[string, (scratch: Scratch) => unknown]>([
  ['an input is edited', (scratch) => scratch.write('input', 'INPUT')],
  ['an input is touched', (scratch) => utimesSync(scratch.path('input'), LONG_AGO, new Date())],
  ['an input is replaced by one of the same size and time', (scratch) => replaced(scratch, 'input')],
  ['an input is removed', (scratch) => rmSync(scratch.path('input'))],
  ['a file is added to a folder that was listed', (scratch) => scratch.write('inputs/two', '')],
  ['a file appears where none was', (scratch) => scratch.write('missing', '')],
  ['an output is removed', (scratch) => rmSync(scratch.path('output'))],
  ['an output is cut short', (scratch) => scratch.write('output', 'out')],
  ['the state is cut short', (scratch) => scratch.write('state.json', scratch.read('state.json').slice(0, -9))],
  ['the state is of another version', (scratch) => scratch.write('state.json', otherVersion(scratch))],
])('nothing is known when %s', async (_what, change) => {
  using scratch = new Scratch();
  const path = await noted(scratch);
  change(scratch);
  expect(findUpToDate(path)).toBeUndefined();
});

test('an input that was changed in the very moment of reading is never trusted', async () => {
  using scratch = new Scratch();
  const view = new RecordingFileView();
  view.readText(scratch.write('input', 'fresh'));
  await noteUpToDate(scratch.path('state.json'), view.observations, [], MADE);
  expect(findUpToDate(scratch.path('state.json'))).toBeUndefined();
});

test('each way to run a build has a state of its own', () => {
  const folders = foldersBelow('/out');
  const requests = [
    {},
    { root: '/a' },
    { root: '/b' },
    { root: '/a', variant: 'ee' },
    { root: '/a', only: ['x'] },
    { root: '/a', builderIds: '/ids' },
  ];
  expect(new Set(requests.map((request) => statePath(folders, request))).size).toBe(requests.length);
  expect(statePath(folders, { root: '/a' })).toMatch(/^\/out\/state\/[0-9a-f]{32}\.json$/);
});

function replaced(scratch: Scratch, path: string): void {
  rmSync(scratch.path(path));
  utimesSync(scratch.write(path, path.toUpperCase()), LONG_AGO, LONG_AGO);
}

function otherVersion(scratch: Scratch): string {
  return scratch.read('state.json').replace(/"tool":"[^"]*"/, '"tool":"0.0.0"');
}
