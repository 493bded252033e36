import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  makeRootTree,
  nameOf,
  parentOf,
  sizeOfTree,
  type FileEntry,
  type RootEntry,
} from '../../src/image/root-tree.ts';

const owned = { mode: 0o755, uid: 0, gid: 0, mtime: 0 };
const folder = (path: string): RootEntry => ({ ...owned, kind: 'folder', path });
const file = (path: string, text = ''): FileEntry => ({
  ...{ ...owned, kind: 'file', path, bytes: Buffer.byteLength(text) },
  content: { text },
});
const link = (path: string, target: string): RootEntry => ({ ...owned, kind: 'link', path, target });
const hardlink = (path: string, target: string): RootEntry => ({ ...owned, kind: 'hardlink', path, target });

test('folders stand before what is in them, whatever order the entries come in', () => {
  const entries = [
    folder('/'),
    folder('/a'),
    folder('/a-b'),
    file('/a/b'),
    folder('/a/c'),
    file('/a/c/d'),
    link('/l', 'a'),
  ];
  const paths = [...makeRootTree(entries).keys()];
  expect(paths).toEqual(['/', '/a', '/a-b', '/a/b', '/a/c', '/a/c/d', '/l']);
  fc.assert(
    fc.property(fc.shuffledSubarray(entries, { minLength: entries.length }), (shuffled) => {
      expect([...makeRootTree(shuffled).keys()]).toEqual(paths);
    }),
  );
});

test('of two entries of one path the later counts', () => {
  expect(makeRootTree([file('/a', 'old'), file('/a', 'new')]).get('/a')).toMatchObject({ content: { text: 'new' } });
});

test('bytes that several names share are counted once', () => {
  const tree = makeRootTree([folder('/d'), file('/d/a', 'äöü'), hardlink('/b', '/d/a'), link('/c', 'd')]);
  expect(sizeOfTree(tree)).toEqual({ folders: 1, files: 1, links: 1, hardlinks: 1, bytes: 6 });
});

test('parents and names', () => {
  expect([parentOf('/a/b'), parentOf('/a'), parentOf('/')]).toEqual(['/a', '/', '/']);
  expect([nameOf('/a/b'), nameOf('/a')]).toEqual(['b', 'a']);
});

describe('what no file system can hold is refused by name', () => {
  test.each([
    [[file('/a/b')], '"/a/b" cannot stand in a root file system: "/a" is no folder of it.'],
    [[link('/lib', 'usr/lib'), file('/lib/x')], '"/lib" is no folder of it'],
    [[file('a')], 'its path is not absolute and canonical'],
    [[file('/a/../b')], 'its path is not absolute and canonical'],
    [[folder('/a/')], 'its path is not absolute and canonical'],
    [[file('/\0')], 'its name holds what no name can hold'],
    [[file('/\uD800')], 'its name holds what no name can hold'],
    [[file(`/${'ä'.repeat(128)}`)], 'its name is longer than 255 bytes'],
    [[hardlink('/a', '/b')], 'it is a hard link to "/b", which is no file of it'],
    [[folder('/b'), hardlink('/a', '/b')], 'it is a hard link to "/b", which is no file of it'],
    [[link('/a', '')], 'it links to what is no path'],
    [[{ ...file('/a', 'text'), bytes: 3 }], 'its text has 4 bytes, not 3'],
    [[{ ...file('/a'), mode: 0o100644 }], 'its mode 33188 is none'],
    [
      [{ ...file('/a'), xattrs: { 'other.name': Buffer.of() } }],
      'its attribute "other.name" is of no kind that there is',
    ],
    [[{ ...file('/a'), uid: -1 }], 'its owner -1:0 is none'],
    [[{ ...file('/a'), mtime: 1.5 }], 'its time 1.5 is none'],
    [[file('/')], 'the root is a folder'],
  ])('%j', (entries, message) => {
    expect(() => makeRootTree(entries)).toThrow(message);
  });
});
