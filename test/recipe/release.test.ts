import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findRelease } from '../../src/tree/find-release.ts';
import { RecipeFile } from '../../src/recipe/recipe-file.ts';
import { readRelease, type Release } from '../../src/recipe/release.ts';
import { MemoryFiles } from '../rig/memory-files.ts';
import { errorsIn } from '../rig/memory-plan.ts';

function read(text: string): Release {
  return readRelease(RecipeFile.parse('release.json', text, 'TREE_INVALID'));
}

describe('release.json', () => {
  test('name and version, and what else is known', () => {
    expect(read('{"name": "DC/OS", "version": "1.7.0"}')).toEqual({ name: 'DC/OS', version: '1.7.0' });
    const full = { name: 'DC/OS', version: '2.2-dev', channel: 'testing/master', codename: 'Some Name' };
    expect(read(JSON.stringify(full))).toEqual(full);
  });

  test('that of this repository is the first open source release', () => {
    expect(read(readFileSync('release.json', 'utf8'))).toMatchObject({ name: 'DC/OS', version: '1.7.0' });
  });

  test.each([
    ['{}', ['release.json lacks the key "name".', 'release.json lacks the key "version".']],
    ['[]', ['release.json must hold an object, but it holds a list.']],
    ['{"name": "DC/OS", "version": 1.7}', ['release.json has a number with a fraction as "version".']],
    ['{"name": "DC/OS", "version": "new"}', ['release.json has "new" as "version".']],
    ['{"name": "a\\nb", "version": "1"}', ['release.json has "a\\nb" as "name".']],
    ['{"name": "", "version": "1"}', ['release.json has "" as "name".']],
    ['{"name": "x", "version": "1", "channel": "../x"}', ['release.json has "../x" as "channel".']],
    ['{"name": "x", "version": "1", "codename": null}', ['release.json has null as "codename".']],
  ])('%s is refused', (text, messages) => {
    expect(errorsIn(() => (read(text), [])).map(({ message }) => message)).toEqual(messages);
  });

  test('all mistakes at once, each with its place and what was probably meant', () => {
    const errors = errorsIn(() => (read('{\n "name": 5,\n "verson": "1.7.0"\n}'), []));
    expect(errors.map(({ code, hint, place }) => [code, hint.split(':')[0], place])).toEqual([
      ['TREE_INVALID', 'Did you mean "version"?', { file: 'release.json', line: 3, column: 2, key: 'verson' }],
      [
        'TREE_INVALID',
        'Give a text of one line, without blanks around it.',
        { file: 'release.json', line: 2, column: 2, key: 'name' },
      ],
      [
        'TREE_INVALID',
        'Give a string that begins with a digit, such as "1.7.0"',
        { file: 'release.json', key: 'version' },
      ],
    ]);
  });

  test('it is looked for beside treeinfo.json, and a tree may go without', () => {
    const view = new MemoryFiles({ '/t/packages/release.json': '{"name": "Other", "version": "1"}' });
    const inside = { root: '/t', packages: '/t/packages', treeinfos: '/t/packages' };
    expect(findRelease(view, inside)).toEqual({ name: 'Other', version: '1' });
    expect(findRelease(view, { ...inside, treeinfos: '/t' })).toBeUndefined();
  });
});
