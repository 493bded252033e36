import { readdirSync, symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { gatherLicences } from '../../src/build/licence-texts.ts';
import { addFiles } from '../../src/host/add-files.ts';
import { ISC_TEXT } from '../rig/licensed-tree.ts';
import { Scratch } from '../rig/scratch.ts';

function write(scratch: Scratch, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) scratch.write(path, content);
}

test('texts are found by name, of Debian packages too, and each is there once, where it is nearest to the top', async () => {
  using scratch = new Scratch();
  write(scratch, {
    'src/b/deep/down/COPYING': ISC_TEXT,
    'src/b/COPYING': ISC_TEXT,
    'src/a/usr/share/doc/python3-x/copyright': 'of Debian',
    'src/a/usr/share/doc/python3-x/README': 'no',
    'src/b/LICENSE.bin': new Uint8Array([1, 0, 2]),
  });
  symlinkSync('/etc/passwd', scratch.path('src/b/LICENSE'));
  const { texts, found, warnings } = await gatherLicences(scratch.path('src'), ['b', 'a']);
  expect([...texts.keys()]).toEqual(['a/python3-x/copyright', 'b/COPYING']);
  expect(found).toEqual([{ licence: 'ISC', file: 'b/COPYING', files: 2 }]);
  expect(warnings).toEqual([]);
});

test('what is too large or one too many is left out, with one warning', async () => {
  using scratch = new Scratch();
  write(scratch, { 'src/a/COPYING': 'x'.repeat(600 * 1024) });
  for (let number = 100; number < 310; number += 1) write(scratch, { [`src/a/${number}/LICENSE`]: `text ${number}` });
  const { texts, warnings } = await gatherLicences(scratch.path('src'), ['a']);
  expect(texts.size).toBe(200);
  expect(texts.has('a/100/LICENSE')).toBe(true);
  expect(warnings).toEqual([
    'a/COPYING is not packed with the licence texts, for it is too large or one too many (11 in all)',
  ]);
});

test('files are added without touching what is there, and never through a link', () => {
  using scratch = new Scratch();
  write(scratch, { 'result/share/licenses/x/a': 'theirs', 'elsewhere/kept': '' });
  symlinkSync(scratch.path('elsewhere'), scratch.path('result/share/licenses/x/link'));
  symlinkSync(scratch.path('elsewhere/made'), scratch.path('result/share/licenses/x/b'));
  const added = ['a', 'b', 'link/c', 'a/d', 'e/f'].map((name) => [`share/licenses/x/${name}`, 'ours'] as const);
  expect(addFiles(scratch.path('result'), new Map(added))).toEqual(
    ['a', 'b', 'link/c', 'a/d'].map((name) => `share/licenses/x/${name}`),
  );
  expect(scratch.read('result/share/licenses/x/a')).toBe('theirs');
  expect(scratch.read('result/share/licenses/x/e/f')).toBe('ours');
  expect(readdirSync(scratch.path('elsewhere'))).toEqual(['kept']);
});
