import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { makeFolderNow } from '../../src/host/make-folder.ts';
import { Scratch } from '../rig/scratch.ts';

test('folders are made with those above them, through links too, and those that are there stay', () => {
  using scratch = new Scratch();
  mkdirSync(scratch.path('real'));
  symlinkSync('real', scratch.path('link'));
  makeFolderNow(scratch.path('link/a/b'));
  makeFolderNow(scratch.path('link/a/b'));
  makeFolderNow(scratch.path('link/a/c/'));
  expect(statSync(scratch.path('real/a/b')).isDirectory()).toBe(true);
  expect(statSync(scratch.path('real/a/c')).isDirectory()).toBe(true);
});

test('where none can be made, such as below /proc, that is said at once', () => {
  using scratch = new Scratch();
  writeFileSync(scratch.path('file'), '');
  symlinkSync('nowhere', scratch.path('dangling'));
  symlinkSync('circle', scratch.path('circle'));
  const attempt = (path: string) => (): void => makeFolderNow(path);
  expect(attempt('/proc/x/y')).toThrow('The folder /proc/x cannot be made: none can be made there.');
  expect(attempt(scratch.path('file/x/y'))).toThrow('file/x cannot be made: what is above it is no folder.');
  expect(attempt(scratch.path('file'))).toThrow('file cannot be made: something else has that name.');
  expect(attempt(scratch.path('dangling/x'))).toThrow('dangling cannot be made: something else has that name.');
  expect(attempt(scratch.path('circle/x'))).toThrow('cannot be made: the links on the way there lead in a circle.');
  expect(attempt(scratch.path('x'.repeat(300)))).toThrow('cannot be made: its name is too long.');
});
