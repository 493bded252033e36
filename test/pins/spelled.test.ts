import { describe, expect, test } from 'vitest';
import { parseVersion, type VersionScheme } from '../../src/model/version-scheme.ts';
import { followVersion } from '../../src/pins/follow-version.ts';
import { commitSpellings, follow, spellings, withSeparators } from '../../src/pins/spelled.ts';
import { RecipeFile } from '../../src/recipe/recipe-file.ts';

function moved(before: string, after: string, scheme: VersionScheme = 'generic') {
  const [old, now] = [before, after].map((text) => parseVersion(text, scheme));
  if (old === undefined || now === undefined) throw new Error(`${before} or ${after}`);
  return spellings(old, now);
}

describe('a text follows a version', () => {
  test.each([
    ['https://example.org/python/3.4.2/Python-3.4.2.tgz', 'https://example.org/python/3.5.0/Python-3.5.0.tgz'],
    ['https://example.org/boost_3_4_2.tar.gz', 'https://example.org/boost_3_5_0.tar.gz'],
    [
      'v3.4.2 is not 3.4.20, 13.4.2, 3.4.2.1, 3.4.2rc1 or 3.4.2-1.',
      'v3.5.0 is not 3.4.20, 13.4.2, 3.4.2.1, 3.4.2rc1 or 3.4.2-1.',
    ],
    ['It is 3.4.2.', 'It is 3.5.0.'],
  ])('%s', (before, after) => {
    expect(follow(before, withSeparators(moved('3.4.2', '3.5.0')))).toBe(after);
  });

  test('as Debian spells it, and as upstream does', () => {
    const all = moved('3.11.2-6+deb12u9', '3.11.2-6+deb12u10', 'debian');
    expect(follow('Debian’s build (3.11.2-6+deb12u9) of 3.11.2.', all)).toBe(
      'Debian’s build (3.11.2-6+deb12u10) of 3.11.2.',
    );
  });

  test('a commit, however short', () => {
    const [before, after] = ['a'.repeat(40), 'b'.repeat(40)];
    expect(follow('aaaaaaa and aaaaaaaaaaaa', commitSpellings(before, after))).toBe('bbbbbbb and bbbbbbbbbbbb');
  });
});

describe('component.json follows a pin', () => {
  const describedAs = (value: object): RecipeFile => RecipeFile.parse('F', JSON.stringify(value), 'RECIPE_INVALID');

  test('version, package URL, CPE name and notes, each in its own spelling', () => {
    const file = describedAs({
      version: '1.26.27',
      summary: 'Since 1.26.27.',
      purl: 'pkg:deb/debian/python3-boto3@1.26.27%2Bdfsg-1?arch=all',
      cpe: 'cpe:2.3:a:erlang:erlang\\/otp:1.26.27:*:*:*:*:*:*:*',
      notes: 'Packed as 1.26.27+dfsg-1.',
    });
    const all = moved('1.26.27+dfsg-1', '1.28.0+dfsg-2', 'debian');
    expect(followVersion(file, [{ spellings: all, isMain: true }])).toEqual([
      { path: ['version'], value: '1.28.0' },
      { path: ['purl'], value: 'pkg:deb/debian/python3-boto3@1.28.0%2Bdfsg-2?arch=all' },
      { path: ['cpe'], value: 'cpe:2.3:a:erlang:erlang\\/otp:1.28.0:*:*:*:*:*:*:*' },
      { path: ['notes'], value: 'Packed as 1.28.0+dfsg-2.' },
    ]);
  });

  test('a package URL with upstream’s full name of a version', () => {
    const file = describedAs({ version: '2.1.12', purl: 'pkg:generic/libevent@2.1.12-stable' });
    const all = moved('2.1.12-stable-8', '2.1.13-stable-1', 'debian');
    expect(followVersion(file, [{ spellings: all, isMain: true }])).toEqual([
      { path: ['version'], value: '2.1.13' },
      { path: ['purl'], value: 'pkg:generic/libevent@2.1.13-stable' },
    ]);
  });

  test('a version that is called after its commit', () => {
    const [before, after] = ['2e353718'.padEnd(40, '0'), 'b'.repeat(40)];
    const file = describedAs({ version: '0.0.0+2e353718', purl: `pkg:github/dcos/bouncer@${before}`, notes: '0.0.0' });
    expect(followVersion(file, [{ spellings: commitSpellings(before, after), isMain: true }])).toEqual([
      { path: ['version'], value: '0.0.0+bbbbbbbb' },
      { path: ['purl'], value: `pkg:github/dcos/bouncer@${after}` },
    ]);
  });

  test('what is not the component’s own version changes in the notes alone, and other versions not at all', () => {
    const file = describedAs({ version: '0.2.5', purl: 'pkg:generic/x@1.0', notes: 'libyaml 0.2.5 comes with it.' });
    expect(followVersion(file, [{ spellings: moved('0.2.5-1', '0.2.6-1', 'debian'), isMain: false }])).toEqual([
      { path: ['notes'], value: 'libyaml 0.2.6 comes with it.' },
    ]);
    expect(followVersion(file, [{ spellings: moved('9.9', '10.0'), isMain: true }])).toEqual([]);
  });
});
