import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, linkSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Compression } from '../../src/host/compression.ts';
import { normaliseTree } from '../../src/host/normalise-tree.ts';
import { pack, type PackOptions } from '../../src/host/tar-pack.ts';
import { unpack } from '../../src/host/tar-unpack.ts';
import { sha256 } from '../../src/model/digest.ts';
import { describeTree, Scratch } from '../rig/scratch.ts';

const EPOCH = 1_461_024_000;
const FORMATS: readonly Compression[] = ['xz', 'zst'];

/** Small files, links of both kinds, an empty folder, modes that a careless umask leaves, and 20 MB for several blocks. */
function fillSample(folder: string): void {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  mkdirSync(join(folder, 'empty'));
  writeFileSync(join(folder, 'bin/tool'), '#!/bin/sh\n');
  chmodSync(join(folder, 'bin/tool'), 0o775);
  linkSync(join(folder, 'bin/tool'), join(folder, 'bin/also'));
  symlinkSync('tool', join(folder, 'bin/link'));
  symlinkSync('/opt/mesosphere/packages/a--1/bin/tool', join(folder, 'bin/absolute'));
  writeFileSync(join(folder, 'bin/ümläut and blank'), 'ü');
  writeFileSync(join(folder, 'big'), dull(20_000_000));
  chmodSync(join(folder, 'empty'), 0o777);
}

/** Many bytes that cost little to compress. */
function dull(length: number): Buffer {
  return Buffer.alloc(length, 'The same sentence again and again, over several blocks of xz. ');
}

function options(compression: Compression, more: Partial<PackOptions> = {}): PackOptions {
  return { compression, epoch: EPOCH, threads: 2, level: 1, ...more };
}

test.each(FORMATS)('%s: the same content in another folder gives the same bytes', async (compression) => {
  using scratch = new Scratch();
  fillSample(scratch.path('one'));
  cpSync(scratch.path('one/big'), scratch.path('elsewhere/deeper/big'));
  rmSync(scratch.path('elsewhere/deeper/big'));
  fillSample(scratch.path('elsewhere/deeper'));
  utimesSync(scratch.path('one/big'), 1, 1);
  const one = await pack(scratch.path('one'), scratch.path('one.tar'), options(compression));
  const two = await pack(scratch.path('elsewhere/deeper'), scratch.path('two.tar'), options(compression));
  expect(two).toEqual(one);
  expect(readFileSync(scratch.path('one.tar')).equals(readFileSync(scratch.path('two.tar')))).toBe(true);
  expect(one).toEqual({
    sha256: sha256(readFileSync(scratch.path('one.tar'))),
    bytes: statSync(scratch.path('one.tar')).size,
  });
});

test.each(FORMATS)('%s: 1, 2 and 4 threads give the same bytes', async (compression) => {
  using scratch = new Scratch();
  fillSample(scratch.path('tree'));
  const packed = [];
  for (const threads of [1, 2, 4]) {
    packed.push(await pack(scratch.path('tree'), scratch.path('out.tar'), options(compression, { threads })));
  }
  expect(new Set(packed.map((each) => each.sha256)).size).toBe(1);
});

test('neither the umask nor variables of the caller change the bytes', async () => {
  using scratch = new Scratch();
  fillSample(scratch.path('tree'));
  const plain = await pack(scratch.path('tree'), scratch.path('plain.tar'), options('xz'));
  const script = `
    import { pack } from '${join(import.meta.dirname, '../../src/host/tar-pack.ts')}';
    process.umask(0o077);
    const packed = await pack(${JSON.stringify(scratch.path('tree'))}, ${JSON.stringify(scratch.path('odd.tar'))},
      { compression: 'xz', epoch: ${EPOCH}, threads: 2, level: 1 });
    process.stdout.write(packed.sha256);`;
  const env = {
    ...process.env,
    XZ_OPT: '-9',
    XZ_DEFAULTS: '-9',
    TAR_OPTIONS: '--owner=7 --format=pax',
    TZ: 'Asia/Tokyo',
  };
  const odd = execFileSync(process.execPath, ['--input-type=module', '-e', script], { env, encoding: 'utf8' });
  expect(odd).toBe(plain.sha256);
});

test('entries are as pkgpanda has them: ./ first, folders before their content, sorted, owner 0, one time', async () => {
  using scratch = new Scratch();
  fillSample(scratch.path('tree'));
  await pack(scratch.path('tree'), scratch.path('out.tar'), options('xz'));
  const listed = execFileSync('tar', ['--numeric-owner', '--full-time', '-tvJf', scratch.path('out.tar')], {
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    encoding: 'utf8',
  });
  expect(listed.replaceAll(/ +/g, ' ')).toMatchInlineSnapshot(`
    "drwxr-xr-x 0/0 0 2016-04-19 00:00:00 ./
    -rw-r--r-- 0/0 20000000 2016-04-19 00:00:00 ./big
    drwxr-xr-x 0/0 0 2016-04-19 00:00:00 ./bin/
    lrwxr-xr-x 0/0 0 2016-04-19 00:00:00 ./bin/absolute -> /opt/mesosphere/packages/a--1/bin/tool
    -rwxr-xr-x 0/0 10 2016-04-19 00:00:00 ./bin/also
    lrwxr-xr-x 0/0 0 2016-04-19 00:00:00 ./bin/link -> tool
    hrwxr-xr-x 0/0 0 2016-04-19 00:00:00 ./bin/tool link to ./bin/also
    -rw-r--r-- 0/0 2 2016-04-19 00:00:00 ./bin/ümläut and blank
    drwxr-xr-x 0/0 0 2016-04-19 00:00:00 ./empty/
    "
  `);
});

test('a block carries the CRC64 that pkgpanda writes, and several blocks make threads useful', async () => {
  using scratch = new Scratch();
  fillSample(scratch.path('tree'));
  await pack(scratch.path('tree'), scratch.path('out.tar.xz'), options('xz'));
  const [, , total] = execFileSync('xz', ['--robot', '--list', scratch.path('out.tar.xz')], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));
  expect(total).toEqual(expect.arrayContaining(['totals', '1', '3', 'CRC64']));
});

test.each(FORMATS)('%s: what was normalised equals what is unpacked', async (compression) => {
  using scratch = new Scratch();
  fillSample(scratch.path('tree'));
  const entries = await normaliseTree(scratch.path('tree'), { epoch: EPOCH });
  expect(entries.map(({ path }) => path)).toEqual([...entries.map(({ path }) => path)].toSorted());
  expect(entries.find(({ path }) => path === 'empty')).toMatchObject({
    path: 'empty',
    kind: 'folder',
    mode: 0o777,
    target: '',
  });
  const packed = await pack(scratch.path('tree'), scratch.path('out.tar'), options(compression));
  const read = await unpack(scratch.path('out.tar'), scratch.path('again'), { compression, threads: 2 });
  expect(read).toEqual(packed);
  expect(describeTree(scratch.path('again'))).toEqual(describeTree(scratch.path('tree')));
});

const name = fc.string({
  unit: fc.constantFrom('a', 'b', '-', '.', ' ', 'é', '𝄞', '\n', '*'),
  minLength: 1,
  maxLength: 5,
});
const node = fc.record({
  path: fc.array(name, { minLength: 1, maxLength: 3 }),
  mode: fc.constantFrom(0o600, 0o644, 0o666, 0o755, 0o777, 0o4755, 0o444),
  content: fc.oneof(
    fc.uint8Array({ maxLength: 50 }),
    fc.record({ link: fc.string({ minLength: 1, maxLength: 9, unit: 'grapheme' }) }),
  ),
});

test('any tree comes back as it was, and packs to the same bytes once more', async () => {
  const check = async (
    nodes: readonly (typeof node extends fc.Arbitrary<infer Node> ? Node : never)[],
  ): Promise<void> => {
    using scratch = new Scratch();
    mkdirSync(scratch.path('tree'));
    for (const { path, mode, content } of nodes) plant(scratch.path('tree'), path, mode, content);
    await normaliseTree(scratch.path('tree'), { epoch: EPOCH });
    const packed = await pack(scratch.path('tree'), scratch.path('one.tar'), options('zst'));
    await unpack(scratch.path('one.tar'), scratch.path('again'), { compression: 'zst', threads: 1 });
    expect(describeTree(scratch.path('again'))).toEqual(describeTree(scratch.path('tree')));
    expect(await pack(scratch.path('again'), scratch.path('two.tar'), options('zst'))).toEqual(packed);
  };
  await fc.assert(fc.asyncProperty(fc.array(node, { maxLength: 8 }), check), { numRuns: 15 });
});

/** What collides with an earlier entry is left out. */
function plant(
  root: string,
  path: readonly string[],
  mode: number,
  content: Uint8Array | { readonly link: string },
): void {
  const parts = path.filter((part) => part !== '.' && part !== '..');
  if (parts.length === 0) return;
  const full = join(root, ...parts);
  try {
    mkdirSync(join(full, '..'), { recursive: true });
    if (content instanceof Uint8Array) {
      writeFileSync(full, content, { flag: 'wx' });
      chmodSync(full, mode);
    } else symlinkSync(content.link.replaceAll('\0', '0'), full);
  } catch (error) {
    if (!(error instanceof Error) || !/EEXIST|ENOTDIR|EISDIR|ENOENT/.test(error.message)) throw error;
  }
}

test('nothing of a small tarball is lost when files are slow to open while tar has ended', async () => {
  using scratch = new Scratch();
  scratch.write('tree/file', 'content');
  const calm = await pack(scratch.path('tree'), scratch.path('calm.tar'), options('zst'));
  // Keeps all of Node's file threads busy for longer than tar takes.
  const busy = Array.from({ length: 8 }, () => promisify(pbkdf2)('', '', 200_000, 64, 'sha512'));
  expect(await pack(scratch.path('tree'), scratch.path('busy.tar'), options('zst'))).toEqual(calm);
  await Promise.all(busy);
});

test('mounted folders appear below the packed one, links in them as they are', async () => {
  using scratch = new Scratch();
  scratch.write('root/bootstrap');
  mkdirSync(scratch.path('root/packages'));
  scratch.write('store/a--1/bin/x', 'x');
  linkSync(scratch.path('store/a--1/bin/x'), scratch.path('store/a--1/bin/y'));
  symlinkSync('./b--2/z', scratch.path('store/a--1/link'));
  scratch.write('store/b--2/z', 'z');
  const mounted = { parent: scratch.path('store'), names: ['a--1', 'b--2'], under: 'packages' };
  await pack(scratch.path('root'), scratch.path('out.tar'), options('zst', { mounted }));
  const listed = execFileSync('tar', ['--zstd', '-tf', scratch.path('out.tar')], { encoding: 'utf8' });
  expect(listed.trim().split('\n')).toEqual([
    './',
    './bootstrap',
    './packages/',
    './packages/a--1/',
    './packages/a--1/bin/',
    './packages/a--1/bin/x',
    './packages/a--1/bin/y',
    './packages/a--1/link',
    './packages/b--2/',
    './packages/b--2/z',
  ]);
  await unpack(scratch.path('out.tar'), scratch.path('node'), { compression: 'zst', threads: 1 });
  expect(describeTree(scratch.path('node')).filter((line) => /link|\/y/.test(line))).toEqual([
    `./packages/a--1/bin/y 644 ${EPOCH * 1000} = ./packages/a--1/bin/x`,
    `./packages/a--1/link -> ./b--2/z ${EPOCH * 1000}`,
  ]);
});

test('a cancelled pack leaves no file and no process', async () => {
  using scratch = new Scratch();
  scratch.write('tree/big', dull(400_000_000));
  const cancel = new AbortController();
  const packing = pack(
    scratch.path('tree'),
    scratch.path('out.tar'),
    options('xz', { level: 6, signal: cancel.signal }),
  );
  await untilRunning(scratch.path('tree'));
  cancel.abort(new Error('enough'));
  await expect(packing).rejects.toThrow('enough');
  expect(existsSync(scratch.path('out.tar'))).toBe(false);
  expect(processesNaming(scratch.path('tree'))).toEqual([]);
});

/** Looks as often as the event loop turns: nothing tells when another process has begun. */
async function untilRunning(text: string): Promise<void> {
  while (processesNaming(text).length === 0) await new Promise(setImmediate);
}

function processesNaming(text: string): string[] {
  return readdirSync('/proc').filter((entry) => {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) return false;
    try {
      return readFileSync(`/proc/${entry}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });
}

test('a folder that is not there is an error, not an empty package', async () => {
  using scratch = new Scratch();
  await expect(pack(scratch.path('none'), scratch.path('out.tar'), options('zst'))).rejects.toThrow(/none/);
  expect(existsSync(scratch.path('out.tar'))).toBe(false);
});
