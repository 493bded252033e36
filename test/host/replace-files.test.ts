import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FileChanged, replaceFiles } from '../../src/host/replace-files.ts';
import { Scratch } from '../rig/scratch.ts';

test('files change together, keep their modes, and a link stays one', async () => {
  using scratch = new Scratch();
  const one = scratch.write('one', 'old 1');
  const two = scratch.write('real/two', 'old 2');
  chmodSync(one, 0o600);
  symlinkSync('real/two', scratch.path('two'));
  await replaceFiles([
    { path: one, before: 'old 1', after: 'new 1' },
    { path: scratch.path('two'), before: 'old 2', after: 'new 2' },
  ]);
  expect([readFileSync(one, 'utf8'), readFileSync(two, 'utf8')]).toEqual(['new 1', 'new 2']);
  expect(statSync(one).mode & 0o777).toBe(0o600);
  expect(readdirSync(scratch.folder).toSorted()).toEqual(['one', 'real', 'two']);
});

test.each([
  ['holds something else by now', 'other', FileChanged],
  ['is gone', undefined, Error],
])('if one of them %s, none changes and nothing is left behind', async (_why, content, kind) => {
  using scratch = new Scratch();
  const one = scratch.write('one', 'old 1');
  if (content !== undefined) scratch.write('two', content);
  const work = replaceFiles([
    { path: one, before: 'old 1', after: 'new 1' },
    { path: scratch.path('two'), before: 'old 2', after: 'new 2' },
  ]);
  await expect(work).rejects.toThrow(kind);
  expect(readFileSync(one, 'utf8')).toBe('old 1');
  expect(readdirSync(scratch.folder).filter((name) => name.includes('.tmp-'))).toEqual([]);
});
