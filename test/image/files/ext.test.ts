/** The reader of ext2 to ext4, on file systems that mke2fs and debugfs made. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, truncateSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openExt } from '../../../src/image/files/ext.ts';
import { openFiles, type ImageFiles } from '../../../src/image/files/image-files.ts';
import { VolumeError } from '../../../src/image/files/volume.ts';
import { diskIn, diskOf } from '../../rig/file-disk.ts';
import { overwrite } from '../../rig/overwrite.ts';
import { Scratch } from '../../rig/scratch.ts';

const MIB = 2 ** 20;

/** A file system with what is in `tree/` of the scratch folder. */
function made(scratch: Scratch, options: readonly string[], bytes = 64 * MIB): string {
  const path = scratch.write('disk');
  truncateSync(path, bytes);
  mkdirSync(scratch.path('tree'), { recursive: true });
  execFileSync('/usr/sbin/mke2fs', ['-q', '-F', '-d', scratch.path('tree'), ...options, path]);
  return path;
}

async function filesOf(path: string): Promise<ImageFiles> {
  return openFiles([{ path: '/', volume: await openExt(diskOf(path)) }]);
}

const FORMATS = [
  ['ext4', ['-t', 'ext4']],
  ['ext4 without extents, blocks of 1 KiB', ['-t', 'ext4', '-b', '1024', '-O', '^extents,^64bit']],
  ['ext4 with 64 bits and no checksums', ['-t', 'ext4', '-O', '64bit,^metadata_csum,^flex_bg']],
  ['ext3', ['-t', 'ext3', '-b', '2048']],
  ['ext2 with small inodes', ['-t', 'ext2', '-b', '1024', '-I', '128', '-O', '^sparse_super,^resize_inode']],
] as const;

test.each(FORMATS)('%s: small, large and sparse files, folders with an index, links', async (_name, options) => {
  using scratch = new Scratch();
  // Beyond 12 blocks, beyond one block of lists, beyond two levels of lists.
  const large = Buffer.from(Array.from({ length: 1_500_000 }, (_, at) => (at * 31 + (at >> 8)) & 0xff));
  scratch.write('tree/large', large);
  scratch.write('tree/empty');
  scratch.write('tree/hole', 'at the beginning');
  truncateSync(scratch.path('tree/hole'), 20 * MIB);
  for (let each = 0; each < 800; each += 1) scratch.write(`tree/many/file-with-a-long-name-${each}`, String(each));
  chmodSync(scratch.write('tree/mode'), 0o4751);
  symlinkSync('many/file-with-a-long-name-7', scratch.path('tree/short'));
  symlinkSync(`${'./'.repeat(100)}many/file-with-a-long-name-8`, scratch.path('tree/long'));
  const files = await filesOf(made(scratch, options));
  expect((await files.read('/large', 4 * MIB))?.equals(large)).toBe(true);
  expect((await files.read('/large', 1000))?.equals(large.subarray(0, 1000))).toBe(true);
  const hole = await files.read('/hole', 64 * MIB);
  expect([hole?.length, hole?.toString('latin1', 0, 16), hole?.subarray(16).some((byte) => byte !== 0)]).toEqual([
    ...[20 * MIB, 'at the beginning', false],
  ]);
  expect(await files.list('/many')).toHaveLength(800);
  expect([await files.text('/short'), await files.text('/long'), await files.text('/empty')]).toEqual(['7', '8', '']);
  expect(await files.find('/mode')).toMatchObject({ kind: 'file', mode: 0o4751, bytes: 0 });
  expect(await files.list('/')).toEqual(['empty', 'hole', 'large', 'long', 'lost+found', 'many', 'mode', 'short']);
});

test('any tree comes back as it is', async () => {
  const name = fc.stringMatching(/^[\wäß .,#"'-]{1,30}$/).filter((each) => !/^\.+$/.test(each));
  const content = fc.uint8Array({ maxLength: 9000 });
  const tree = fc.array(fc.tuple(fc.array(name, { minLength: 1, maxLength: 3 }), content), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(tree, async (entries) => {
      using scratch = new Scratch();
      const written = new Map<string, Uint8Array>();
      for (const [words, bytes] of entries) {
        const path = words.join('/');
        const clashes = [...written.keys()].some(
          (other) => `${other}/`.startsWith(`${path}/`) || `${path}/`.startsWith(`${other}/`),
        );
        if (clashes) continue;
        written.set(path, bytes);
        scratch.write(`tree/${path}`, bytes);
      }
      const files = await filesOf(made(scratch, ['-t', 'ext4', '-O', '^has_journal'], 4 * MIB));
      for (const [path, bytes] of written) expect((await files.read(`/${path}`))?.equals(bytes)).toBe(true);
    }),
    { numRuns: 15 },
  );
});

test('links are followed inside of the image, never out of it, and not for ever', async () => {
  using scratch = new Scratch();
  scratch.write('tree/etc/passwd', 'of the image');
  for (const [path, target] of [
    ['absolute', '/etc/passwd'],
    ['climbing', '../../../../etc/passwd'],
    ['folder', 'etc'],
    ['nowhere', '/etc/none'],
    ['loop', 'loop2'],
    ['loop2', '/loop'],
    ['itself', 'itself/x'],
  ] as const) {
    symlinkSync(target, scratch.path('tree', path));
  }
  const files = await filesOf(made(scratch, ['-t', 'ext4']));
  for (const path of ['/absolute', '/climbing', '/folder/passwd', '/../etc/./passwd', '/folder/../etc//passwd']) {
    expect([path, await files.text(path)]).toEqual([path, 'of the image']);
  }
  expect((await files.find('/folder/passwd'))?.path).toBe('/etc/passwd');
  for (const path of ['/nowhere', '/loop', '/itself', '/etc/passwd/x', '/none/../etc/passwd']) {
    expect([path, await files.find(path)]).toEqual([path, undefined]);
  }
  expect(await files.look('/loop')).toMatchObject({ kind: 'link', path: '/loop' });
  expect([await files.target('/loop'), await files.target('/etc')]).toEqual(['loop2', undefined]);
});

test('what is not read here says so: features, inline files, no file system', async () => {
  using scratch = new Scratch();
  scratch.write('tree/small', 'x');
  const inline = await filesOf(made(scratch, ['-t', 'ext4', '-O', 'inline_data', '-I', '256']));
  await expect(inline.text('/small')).rejects.toThrow('it has files inside of inodes');
  await expect(openExt(diskOf(made(scratch, ['-t', 'ext4', '-O', 'meta_bg,^resize_inode'])))).rejects.toThrow(
    /features of ext4/,
  );
  await expect(openExt(diskIn(Buffer.alloc(8192)))).rejects.toThrow('it has no superblock');
  await expect(openExt(diskIn(Buffer.alloc(100)))).rejects.toThrow(VolumeError);
});

test('a journal that was not replayed is told', async () => {
  using scratch = new Scratch();
  const path = made(scratch, ['-t', 'ext4']);
  expect((await openExt(diskOf(path))).needsRecovery).toBe(false);
  overwrite(path, 1024 + 0x60, Buffer.from([(readFileSync(path)[1024 + 0x60] ?? 0) | 4]));
  expect((await openExt(diskOf(path))).needsRecovery).toBe(true);
});

test('a damaged file system ends in an answer or a VolumeError, soon', async () => {
  using scratch = new Scratch();
  for (let each = 0; each < 60; each += 1) scratch.write(`tree/folder/${each}/file`, 'x'.repeat(each * 100));
  symlinkSync('x'.repeat(200), scratch.path('tree/folder/link'));
  const good = readFileSync(made(scratch, ['-t', 'ext4', '-b', '1024', '-O', '^has_journal'], 2 * MIB));
  // Where the structures are: superblock, descriptors, inodes, folders; files of zeros are not worth a damage.
  const used = [...good.keys()].filter((at) => good[at] !== 0);
  const damage = fc.array(fc.tuple(fc.nat(used.length - 1), fc.nat(255)), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(damage, async (changes) => {
      const bytes = Buffer.from(good);
      for (const [index, value] of changes) bytes[used[index] ?? 0] = value;
      const end = await walkAll(bytes).catch((error: unknown) => error);
      expect(end === undefined || end instanceof VolumeError ? 'fine' : end).toBe('fine');
    }),
    { numRuns: 300 },
  );
});

async function walkAll(bytes: Buffer): Promise<void> {
  const files = openFiles([{ path: '/', volume: await openExt(diskIn(bytes)) }]);
  for (const name of await files.list('/folder')) {
    await files.find(`/folder/${name}`);
    for (const inner of await files.list(`/folder/${name}`)) await files.read(`/folder/${name}/${inner}`, MIB);
  }
}

test('a tree of extents whose branches meet again ends', async () => {
  using scratch = new Scratch();
  scratch.write('tree/file', 'x'.repeat(5000));
  const path = made(scratch, ['-t', 'ext4', '-b', '4096', '-O', '^metadata_csum,^has_journal'], 16 * MIB);
  const bytes = readFileSync(path);
  // Nodes of depth 4 to 1 in blocks 2000 to 2003, each with as many entries as it can have, all for the next block.
  const node = (depth: number, count: number, child: number): Buffer => {
    const block = Buffer.alloc(12 + count * 12);
    block.writeUInt16LE(0xf30a, 0);
    block.writeUInt16LE(count, 2);
    block.writeUInt16LE(count, 4);
    block.writeUInt16LE(depth, 6);
    for (let at = 0; at < count; at += 1) block.writeUInt32LE(child, 12 + at * 12 + 4);
    return block;
  };
  const extent = Buffer.alloc(60);
  const inode = execFileSync('/usr/sbin/debugfs', ['-R', 'imap /file', path], { encoding: 'utf8', stdio: 'pipe' });
  const [, block = '', offset = ''] = /located at block (\d+), offset (0x[0-9a-f]+)/.exec(inode) ?? [];
  node(5, 4, 2000).copy(extent);
  extent.copy(bytes, Number(block) * 4096 + Number(offset) + 0x28);
  for (const depth of [4, 3, 2, 1]) node(depth, 340, 2005 - depth).copy(bytes, (2004 - depth) * 4096);
  node(0, 0, 0).copy(bytes, 2004 * 4096);
  const files = openFiles([{ path: '/', volume: await openExt(diskIn(bytes)) }]);
  await expect(files.read('/file')).rejects.toThrow('in more pieces than can be');
});
