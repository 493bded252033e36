import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { extractArchives, type ExtractOptions } from '../../src/host/archive-extract.ts';
import { openFiles } from '../rig/open-files.ts';
import { Scratch } from '../rig/scratch.ts';
import { paxRecord, type RawEntry, tarBytes, zipBytes } from '../rig/tar-bytes.ts';

/** What was said about the archive, and that it left nothing: where it was unpacked, beside it, or open. */
async function refusal(bytes: Buffer, options: Partial<ExtractOptions> = {}): Promise<string> {
  using scratch = new Scratch();
  scratch.write('outside/victim', 'as it was');
  scratch.write('inside/.keep');
  writeFileSync(scratch.path('archive'), bytes);
  const unpacking = extractArchives([{ path: scratch.path('archive'), label: 'a' }], scratch.path('inside/out'), {
    strip: 'none',
    ...options,
  });
  const error: unknown = await unpacking.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'ARCHIVE_REFUSED' });
  expect(scratch.read('outside/victim')).toBe('as it was');
  expect(readdirSync(scratch.folder).toSorted()).toEqual(['archive', 'inside', 'outside']);
  expect(readdirSync(scratch.path('inside'))).toEqual(['.keep']);
  expect(existsSync('/tmp/dcos-build-escaped')).toBe(false);
  await vi.waitFor(() => expect(openFiles()).not.toContain(scratch.path('archive')));
  return error instanceof Error ? error.message : '';
}

const file = { name: 'top/file', content: 'x' };

test.each<[string, RawEntry[], string]>([
  ['an absolute path', [{ name: '/tmp/dcos-build-escaped' }], '"/tmp/dcos-build-escaped" has an absolute path'],
  ['a path upwards', [file, { name: 'top/../../outside/victim' }], '"top/../../outside/victim" has ".." in its path'],
  ['a path upwards that would come back', [{ name: 'top/../top/x' }], 'has ".." in its path'],
  ['a link upwards', [{ name: 'l', type: '2', target: '../../outside' }], '"l" is a link that leaves the folder'],
  [
    'a link to an absolute path',
    [{ name: 'l', type: '2', target: '/etc' }],
    '"l" is a link to the absolute path "/etc"',
  ],
  ['a link without a target', [{ name: 'l', type: '2' }], '"l" is a link without a usable target'],
  [
    'links that leave only together',
    [
      { name: 'a/b/c', type: '2', target: '..' },
      { name: 'd', type: '2', target: 'a/b/c/../../..' },
    ],
    '"d" is a link that leaves the folder',
  ],
  [
    'a file written through a link',
    [
      { name: 'l', type: '2', target: 'top' },
      { name: 'l/file', content: 'x' },
    ],
    '"l/file" lies below "l", which an earlier entry made a link',
  ],
  [
    'a folder in place of a link',
    [
      { name: 'l', type: '2', target: 'top' },
      { name: 'l', type: '5' },
    ],
    '"l" takes the place of a symlink',
  ],
  ['a file below a file', [file, { name: 'top/file/x' }], '"top/file/x" lies below "top/file"'],
  ['a hard link upwards', [{ name: 'h', type: '1', target: '../outside/victim' }], '"h" has ".." in its path'],
  ['a hard link to an absolute path', [{ name: 'h', type: '1', target: '/etc/passwd' }], '"h" has an absolute path'],
  ['a hard link to nothing', [{ name: 'h', type: '1', target: 'x' }], '"h" is a hard link to "x", which is no file'],
  ['a hard link to itself', [{ name: 'h' }, { name: 'h', type: '1', target: 'h' }], '"h" is a hard link to "h"'],
  ['a character device', [{ name: 'd', type: '3' }], '"d" is a character device'],
  ['a block device', [{ name: 'd', type: '4' }], '"d" is a block device'],
  ['a named pipe', [{ name: 'p', type: '6' }], '"p" is a named pipe'],
  ['a sparse file', [{ name: 's', type: 'S' }], '"s" is a sparse file'],
  ['an unknown type', [{ name: 'z', type: 'Z' }], '"z" is of the unknown type "Z"'],
  ['a name of 300 bytes', [{ name: 'x', type: 'L', content: 'y'.repeat(300) }, file], 'has a name that is too long'],
  ['no name', [{ name: '' }], 'an entry has no name'],
  ['a pax path upwards', [{ name: 'x', type: 'x', content: paxRecord('path', '../x') }, file], '"../x" has ".."'],
  [
    'a pax path with a NUL',
    [{ name: 'x', type: 'x', content: paxRecord('path', 'a\0b') }, file],
    'has a NUL in its name',
  ],
  ['a pax size that is none', [{ name: 'x', type: 'x', content: paxRecord('size', '-1') }, file], 'has a broken size'],
  [
    'a global path',
    [{ name: 'x', type: 'g', content: paxRecord('path', 'x') }, file],
    'a global header that changes names',
  ],
  ['a broken pax header', [{ name: 'x', type: 'x', content: '99 path=x\n' }, file], 'a broken pax header'],
  ['a huge extended header', [{ name: 'x', type: 'x', size: 2 ** 30 }], 'an extended header of 1073741824 bytes'],
  ['an entry cut short', [{ name: 'x', content: 'abc', size: 5000 }], 'it ends in the middle of an entry'],
])('a tar archive with %s is refused', async (_what, entries, message) => {
  expect(await refusal(tarBytes(entries))).toContain(message);
});

test.each<[string, RawEntry[], string]>([
  ['an absolute path', [{ name: '/tmp/dcos-build-escaped' }], 'has an absolute path'],
  ['a path upwards', [{ name: 'a/../../outside/victim' }], 'has ".." in its path'],
  ['a path upwards with backslashes', [{ name: '..\\outside\\victim' }], 'has ".." in its path'],
  ['a link upwards', [{ name: 'l', mode: 0o120_777, content: '../..' }], '"l" is a link that leaves the folder'],
  ['a named pipe', [{ name: 'p', mode: 0o010_644 }], '"p" is a device, a pipe or a socket'],
  ['a size that is not so', [{ name: 'x', content: 'abc', size: 5 }], 'its zip structure is broken'],
])('a zip archive with %s is refused', async (_what, entries, message) => {
  expect(await refusal(zipBytes(entries))).toContain(message);
});

test('a file that unpacks beyond the limit is refused by what comes, a header that says so at once', async () => {
  const limits = { unpackedLimit: 1000 };
  const bomb = gzipSync(tarBytes([{ name: 'zeros', content: Buffer.alloc(5000) }]));
  expect(await refusal(bomb, limits)).toContain('"zeros" makes it unpack to more than the limit of 1000 bytes');
  const many = tarBytes(Array.from({ length: 11 }, (_, index) => ({ name: `f${index}`, content: Buffer.alloc(100) })));
  expect(await refusal(many, limits)).toContain('"f10" makes it unpack');
  expect(await refusal(zipBytes([{ name: 'z', content: Buffer.alloc(1001) }]), limits)).toContain(
    '"z" makes it unpack',
  );
});

test('bytes that are dropped count too, and so do entries', async () => {
  const skipped = tarBytes([
    { name: 'x', content: Buffer.alloc(600) },
    { name: 'y', content: Buffer.alloc(600) },
  ]);
  expect(await refusal(skipped, { strip: 'first-part', unpackedLimit: 1000 })).toContain('"y" makes it unpack');
  const entries = Array.from({ length: 4 }, (_, index) => ({ name: `f${index}` }));
  expect(await refusal(tarBytes(entries), { entryLimit: 3 })).toContain('it has more than 3 entries');
});

test('an archive with two things on top is refused where one folder is expected', async () => {
  const bytes = zipBytes([{ name: 'a/x' }, { name: 'b/x' }]);
  expect(await refusal(bytes, { strip: 'single-folder' })).toContain('it holds 2 things on top');
});

test('a link that leaves the one folder on top is refused, though it stays in the archive', async () => {
  const bytes = tarBytes([file, { name: 'top/l', type: '2', target: '../top/file' }]);
  expect(await refusal(bytes, { strip: 'single-folder-if-any' })).toContain('"top/l" is a link that leaves the folder');
});

test.each([
  ['text', Buffer.from('<html>not found</html>'), 'it is no tar'],
  ['an archive of nothing', gzipSync(tarBytes([])), 'it holds nothing'],
  ['an empty file', Buffer.alloc(0), 'it is no tar'],
  ['a broken gzip', gzipSync(tarBytes([file])).subarray(0, 40), 'its compressed data is broken'],
  ['a gzip of text', gzipSync('x'.repeat(2000)), 'it is no tar archive'],
  ['a broken xz', Buffer.from('\xfd7zXZ\0 and no more', 'latin1'), 'xz cannot read it'],
])('%s is refused', async (_what, bytes, message) => {
  expect(await refusal(bytes)).toContain(message);
});
