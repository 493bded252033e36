import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isLicenceFile, licenceTags, recogniseTexts, undeclared } from '../../src/bom/licence-evidence.ts';
import { ISC_TEXT } from '../rig/licensed-tree.ts';

test.each<[string, string[]]>([
  ['                 Apache License\n           Version 2.0, January 2004\n', ['Apache-2.0']],
  ['GNU GENERAL PUBLIC LICENSE\n   Version 2, June 1991', ['GPL-2.0-only']],
  ['GNU LESSER GENERAL PUBLIC LICENSE\nVersion 2.1, February 1999', ['LGPL-2.1-only']],
  [ISC_TEXT, ['ISC']],
  [ISC_TEXT.replace(/, provided[^.]*/, ''), ['0BSD']],
  [ISC_TEXT.replace('AND THE AUTHOR DISCLAIMS ALL WARRANTIES', ''), []],
  ['All rights reserved.', []],
  ['', []],
])('the text %j is that of %j', (text, ids) => {
  expect(recogniseTexts(text)).toEqual(ids);
});

test('texts of the real packages that this project uses are what their package.json says', () => {
  const folders = readdirSync('node_modules').filter((name) => !name.startsWith('.') && !name.startsWith('@'));
  const known = new Set(['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD']);
  const pairs = folders.flatMap((folder): [string, string, string][] => {
    const file = readdirSync(`node_modules/${folder}`).find((name) => /^licen[cs]e(?:\.\w+)?$/i.test(name));
    const { license } = JSON.parse(readFileSync(`node_modules/${folder}/package.json`, 'utf8'));
    if (file === undefined || !known.has(license)) return [];
    const found = recogniseTexts(readFileSync(`node_modules/${folder}/${file}`, 'utf8'));
    // Some have more than their own text: that of what is bundled with them.
    return found.length === 1 ? [[folder, license, found.join()]] : [];
  });
  expect(pairs.filter(([, declared, found]) => declared !== found)).toEqual([]);
  expect(pairs.length).toBeGreaterThan(30);
});

test.each<[string, string[]]>([
  ['/* SPDX-License-Identifier: MIT */', ['MIT']],
  [
    '// SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note\r\nint a;',
    ['GPL-2.0-only WITH Linux-syscall-note'],
  ],
  ['<!-- SPDX-License-Identifier: (MIT OR ISC) -->', ['(MIT OR ISC)']],
  ['# SPDX-License-Identifier: our own', []],
  ['SPDX-License-Identifier:', []],
])('%j has the tags %j', (text, tags) => {
  expect(licenceTags(text)).toEqual(tags);
});

test('a licence that the declared one covers is no news: a version among "or later", one of an OR', () => {
  const found = (licence: string): { licence: string; file: string; files: number } => ({
    licence,
    file: 'f',
    files: 1,
  });
  const all = ['GPL-3.0-only', 'MIT OR Zlib', 'ISC', 'MIT AND ISC'].map(found);
  const news = (declared: string | undefined): readonly string[] =>
    undeclared(all, declared).map(({ licence }) => licence);
  expect(news('GPL-2.0-or-later AND MIT')).toEqual(['ISC', 'MIT AND ISC']);
  expect(news('GPL-2.0-or-later OR (MIT AND ISC)')).toEqual([]);
  expect(news(undefined)).toEqual([]);
});

test('licence files are known by their names, and sources that only begin so are none', () => {
  const good = ['LICENSE', 'a/LICENCE.txt', 'COPYING.LIB', 'LICENSE-MIT', 'NOTICE.md', 'LICENSES/MIT.txt', 'COPYRIGHT'];
  const bad = [
    'license.c',
    'Licensing.html',
    'a/notice.py',
    'debian/copyright',
    'LICENSES/readme',
    'copyleft',
    'README',
  ];
  expect([...good, ...bad].filter(isLicenceFile)).toEqual(good);
});
