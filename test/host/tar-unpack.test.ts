import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { unpack } from '../../src/host/tar-unpack.ts';
import { Scratch } from '../rig/scratch.ts';

const OPTIONS = { compression: 'zst', threads: 1 } as const;

/** One header of the ustar format and its content, padded. */
function entry(name: string, type: string, { content = '', linkTo = '' } = {}): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000755\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write(type, 156);
  header.write(linkTo, 157);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const body = Buffer.alloc(Math.ceil(content.length / 512) * 512);
  body.write(content);
  return Buffer.concat([header, body]);
}

function tarball(scratch: Scratch, entries: readonly Buffer[]): string {
  const plain = scratch.write('evil.tar', Buffer.concat([...entries, Buffer.alloc(1024)]));
  execFileSync('zstd', ['-q', plain, '-o', scratch.path('evil.tar.zst')]);
  return scratch.path('evil.tar.zst');
}

test.each([
  ['a path with ..', [entry('../outside', '0', { content: 'evil' })]],
  ['an absolute path', [entry('/tmp/dcos-build-test-outside', '0', { content: 'evil' })]],
  [
    'a file through a link to a folder outside',
    [entry('door', '2', { linkTo: '..' }), entry('door/outside', '0', { content: 'evil' })],
  ],
  ['a hard link to a file outside', [entry('mine', '1', { linkTo: '../secret' })]],
  ['a pipe', [entry('pipe', '6')]],
  ['a device', [entry('null', '3')]],
])('%s is refused, and nothing is outside or left', async (_what, entries) => {
  using scratch = new Scratch();
  scratch.write('secret', 'secret');
  const path = tarball(scratch, entries);
  await expect(unpack(path, scratch.path('folder'), OPTIONS)).rejects.toMatchObject({ code: 'ARCHIVE_REFUSED' });
  expect(existsSync(scratch.path('outside'))).toBe(false);
  expect(existsSync('/tmp/dcos-build-test-outside')).toBe(false);
  expect(existsSync(scratch.path('folder'))).toBe(false);
});

test('a tarball that ends early is refused', async () => {
  using scratch = new Scratch();
  const path = tarball(scratch, [entry('file', '0', { content: 'x'.repeat(100_000) })]);
  truncateSync(path, readFileSync(path).length - 10);
  await expect(unpack(path, scratch.path('folder'), OPTIONS)).rejects.toMatchObject({ code: 'ARCHIVE_REFUSED' });
  expect(existsSync(scratch.path('folder'))).toBe(false);
});

test('what is no archive is refused with what tar says', async () => {
  using scratch = new Scratch();
  const path = scratch.write('page.tar.zst', '<html>');
  await expect(unpack(path, scratch.path('folder'), OPTIONS)).rejects.toThrow(/page\.tar\.zst was refused: .+/);
});

test('modes come as they are in the tarball, whatever the umask', async () => {
  using scratch = new Scratch();
  const path = tarball(scratch, [entry('tool', '0', { content: 'x' })]);
  const old = execFileSync('sh', ['-c', 'umask'], { encoding: 'utf8' });
  expect(old).toBeTruthy();
  mkdirSync(scratch.path('other'));
  writeFileSync(scratch.path('other/keep'), '');
  await unpack(path, scratch.path('folder'), OPTIONS);
  expect(execFileSync('stat', ['-c', '%a', scratch.path('folder/tool')], { encoding: 'utf8' }).trim()).toBe('755');
});
