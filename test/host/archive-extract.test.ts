import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { create } from 'tar';
import { expect, test } from 'vitest';
import { extractArchives, type ExtractOptions } from '../../src/host/archive-extract.ts';
import { describeTree, Scratch } from '../rig/scratch.ts';
import { paxRecord, type RawEntry, tarBytes, zipBytes } from '../rig/tar-bytes.ts';

async function unpack(scratch: Scratch, bytes: Uint8Array, options: Partial<ExtractOptions> = {}): Promise<string[]> {
  await extract(scratch, bytes, options);
  return describeTree(scratch.path('out'));
}

async function extract(scratch: Scratch, bytes: Uint8Array, options: Partial<ExtractOptions> = {}): Promise<void> {
  const archive = { path: scratch.write('archive', bytes), label: 'archive' };
  await extractArchives([archive], scratch.path('out'), { strip: 'none', ...options });
}

const hex = (text: string): string => Buffer.from(text).toString('hex');

const ENTRIES: RawEntry[] = [
  { name: 'top/', type: '5', mode: 0o755, mtime: 50 },
  { name: 'top/run', mode: 0o4755, mtime: 100, content: '#!' },
  { name: 'top/deep/er/file', mode: 0o640, mtime: 200, content: 'text' },
  { name: 'top/hard', type: '1', target: 'top/run' },
  { name: 'top/soft', type: '2', target: 'deep/er/file', mtime: 300 },
  { name: 'top/dangling', type: '2', target: 'no/such', mtime: 300 },
];
const TREE = [
  '. 755 50000 folder',
  './dangling -> no/such 300000',
  './deep 755 0 folder',
  './deep/er 755 0 folder',
  `./deep/er/file 640 200000 ${hex('text')}`,
  `./hard 755 100000 ${hex('#!')}`,
  './run 755 100000 = ./hard',
  './soft -> deep/er/file 300000',
];

test.each<[string, (bytes: Buffer) => Uint8Array]>([
  ['tar', (bytes) => bytes],
  ['tar.gz', gzipSync],
  [
    'tar.gz of two members',
    (bytes) => Buffer.concat([gzipSync(bytes.subarray(0, 700)), gzipSync(bytes.subarray(700))]),
  ],
  ['tar.zst', zstdCompressSync],
  ['tar.xz', (input) => execFileSync('xz', ['-c'], { input })],
  ['tar.lzma', (input) => execFileSync('xz', ['-c', '--format=lzma'], { input })],
  ['tar.bz2', (input) => execFileSync('bzip2', ['-c'], { input })],
])('%s: content, rwx bits, times and links that stay within are kept', async (_format, compress) => {
  using scratch = new Scratch();
  expect(await unpack(scratch, compress(tarBytes(ENTRIES)), { strip: 'single-folder' })).toEqual(TREE);
});

test('zip: modes, links, and times read as UTC wherever it is unpacked', async () => {
  using scratch = new Scratch();
  const zip = zipBytes([
    { name: 'top/run', mode: 0o100_755, content: '#!' },
    { name: 'top/soft', mode: 0o120_777, content: 'run' },
    { name: 'top/empty/', mode: 0o040_755 },
  ]);
  const dosEpoch = Date.UTC(1980, 0, 1);
  expect(await unpack(scratch, zip, { strip: 'single-folder' })).toEqual([
    '. 755 0 folder',
    `./empty 755 ${dosEpoch} folder`,
    `./run 755 ${dosEpoch} ${hex('#!')}`,
    `./soft -> run ${dosEpoch}`,
  ]);
});

test('later times than the epoch become the epoch, and folders without an entry get it', async () => {
  using scratch = new Scratch();
  const lines = await unpack(scratch, tarBytes(ENTRIES), { strip: 'first-part', epoch: 150 });
  expect(lines).toContain(`./deep/er/file 640 150000 ${hex('text')}`);
  expect(lines).toContain('./deep 755 150000 folder');
  expect(lines).toContain(`./hard 755 100000 ${hex('#!')}`);
});

test('the umask decides nothing, and whoever unpacks can write', async () => {
  using scratch = new Scratch();
  const before = process.umask(0o077);
  try {
    const bytes = tarBytes([
      { name: 'd/', type: '5', mode: 0o555 },
      { name: 'd/f', mode: 0o444 },
    ]);
    expect(await unpack(scratch, bytes)).toEqual(['. 755 0 folder', './d 755 0 folder', './d/f 644 0 ']);
  } finally {
    process.umask(before);
  }
});

test('names are bytes: one in latin-1 and one in UTF-8 come out as they went in', async () => {
  using scratch = new Scratch();
  await extract(scratch, tarBytes([{ name: 'caf\xe9' }, { name: 'caf\xc3\xa9' }]));
  const names = readdirSync(Buffer.from(scratch.path('out')), { encoding: 'buffer' }).map((name) =>
    name.toString('latin1'),
  );
  expect(names.toSorted()).toEqual(['caf\xc3\xa9', 'caf\xe9']);
});

test('the last of two entries of one name counts, and a link may take the place of a file', async () => {
  using scratch = new Scratch();
  const bytes = tarBytes([
    { name: 'a', content: 'old' },
    { name: 'a', content: 'new' },
    { name: 'b', content: 'file' },
    { name: 'b', type: '2', target: 'a' },
    { name: 'c', type: '2', target: 'a' },
    { name: 'c', content: 'file' },
  ]);
  const kept = ['. 755 0 folder', `./a 644 0 ${hex('new')}`, './b -> a 0', `./c 644 0 ${hex('file')}`];
  expect(await unpack(scratch, bytes)).toEqual(kept);
});

test('pax and GNU headers name the one entry that follows; comments of git are passed over', async () => {
  using scratch = new Scratch();
  const long = `${'d'.repeat(200)}/${'f'.repeat(200)}`;
  const bytes = tarBytes([
    { name: 'pax_global_header', type: 'g', content: paxRecord('comment', '0'.repeat(40)) },
    { name: 'x', type: 'x', content: paxRecord('path', long) + paxRecord('mtime', '12.75') },
    { name: 'short', content: '1' },
    { name: '././@LongLink', type: 'L', content: `gnu-${'n'.repeat(150)}\0` },
    { name: 'gnu', content: '2' },
    { name: 'plain', content: '3' },
  ]);
  const lines = await unpack(scratch, bytes);
  expect(lines).toContain(`./${long} 644 12000 ${hex('1')}`);
  expect(lines).toContain(`./gnu-${'n'.repeat(150)} 644 0 ${hex('2')}`);
  expect(lines).toContain(`./plain 644 0 ${hex('3')}`);
});

test('a name loses its first part as by tar --strip-components=1, where "." is a part and lone files are dropped', async () => {
  using scratch = new Scratch();
  const bytes = tarBytes([{ name: './a/x' }, { name: 'b/y' }, { name: 'lone' }, { name: './', type: '5' }]);
  const lines = await unpack(scratch, bytes, { strip: 'first-part' });
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['.', './a', './a/x', './y']);
});

test('absolute links of a Debian package lead into the unpacked folder', async () => {
  using scratch = new Scratch();
  const bytes = tarBytes([
    { name: './etc/java/conf', content: 'c' },
    { name: './usr/lib/jvm/conf', type: '2', target: '/etc/java/conf' },
    { name: './root', type: '2', target: '/' },
  ]);
  await unpack(scratch, bytes, { absoluteLinks: 'root' });
  expect(readFileSync(scratch.path('out/usr/lib/jvm/conf'), 'utf8')).toBe('c');
  expect(realpathSync(scratch.path('out/root'))).toBe(realpathSync(scratch.path('out')));
});

test('of two archives in one folder, none may own the file of the other', async () => {
  using scratch = new Scratch();
  const one = { path: scratch.write('one', tarBytes([{ name: 'd/x' }])), label: 'one' };
  const two = { path: scratch.write('two', tarBytes([{ name: 'd/y' }])), label: 'two' };
  await extractArchives([one, two], scratch.path('out'), { strip: 'none' });
  expect(readdirSync(scratch.path('out/d'))).toEqual(['x', 'y']);
  await expect(extractArchives([one, two, one], scratch.path('again'), { strip: 'none' })).rejects.toMatchObject({
    message: expect.stringContaining('"d/x" is in two of the packages'),
  });
});

test('what GNU tar and node-tar write is read like GNU tar reads it', async () => {
  using scratch = new Scratch();
  scratch.write('in/top/plain', 'x'.repeat(3000));
  scratch.write(`in/top/${'long'.repeat(40)}/${'name'.repeat(40)}`, 'y', 0o755);
  scratch.write('in/top/ümläut', 'z');
  // A fraction is cut off, and the time is none at which something is unpacked.
  execFileSync('find', [scratch.path('in'), '-exec', 'touch', '-d', '@1700000000.25', '{}', '+']);
  for (const format of ['gnu', 'pax', 'ustar', 'oldgnu']) {
    const archive = scratch.path(`${format}.tar`);
    const short = format === 'ustar' ? ['--exclude=long*'] : [];
    execFileSync('tar', [`--format=${format}`, ...short, '-C', scratch.path('in'), '-cf', archive, 'top']);
    const [ours, tars] = await bothTrees(archive);
    expect(ours).toEqual(tars);
  }
  await create({ cwd: scratch.path('in'), file: scratch.path('node.tar') }, ['top']);
  const [ours, tars] = await bothTrees(scratch.path('node.tar'));
  // GNU tar does not set the time of a folder whose long name node-tar has written.
  const withoutTime = (lines: string[]): string[] => lines.map((line) => line.replace(/ \d{10} folder$/, ' folder'));
  expect(withoutTime(ours)).toEqual(withoutTime(tars));
});

/** The tree as we unpack it and as GNU tar does, times in seconds, without the folder itself. */
async function bothTrees(archive: string): Promise<[ours: string[], tars: string[]]> {
  mkdirSync(`${archive}-tar`);
  execFileSync('tar', ['-xpf', archive, '-C', `${archive}-tar`, '--warning=no-unknown-keyword']);
  await extractArchives([{ path: archive, label: 'archive' }], `${archive}-ours`, { strip: 'none' });
  const describe = (folder: string): string[] =>
    describeTree(folder).flatMap((line) => (line.startsWith('. ') ? [] : [line.replace(/(\d{10})[\d.]+/, '$1')]));
  return [describe(`${archive}-ours`), describe(`${archive}-tar`)];
}

const part = fc.constantFrom('a', 'b', 'c', '.', '..', '', 'l');
const path = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));
const entry: fc.Arbitrary<RawEntry> = fc.record({
  name: path,
  type: fc.constantFrom('0', '1', '2', '2', '2', '5'),
  target: path,
  content: fc.constant('pwned'),
});

test('whatever the entries are named and point to, nothing outside is written or can be reached', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 12 }), fc.boolean(), async (entries, lenient) => {
      using scratch = new Scratch();
      scratch.write('a', 'mine');
      scratch.write('box/a', 'mine');
      const tar = tarBytes(entries.map((raw) => (raw.type === '0' ? raw : { ...raw, content: '' })));
      const archive = { path: scratch.write('archive', tar), label: 'archive' };
      const out = scratch.path('box/out');
      const options: ExtractOptions = { strip: 'none', absoluteLinks: lenient ? 'root' : 'refuse' };
      const end = await extractArchives([archive], out, options).then(() => 'unpacked', String);
      expect(end).toMatch(/^unpacked$|archive was not unpacked/);
      expect(readdirSync(scratch.folder).toSorted()).toEqual(['a', 'archive', 'box']);
      expect([scratch.read('a'), scratch.read('box/a')]).toEqual(['mine', 'mine']);
      for (const reached of everyLink(out)) expect(`${reached}/`.startsWith(`${out}/`)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

/** Where the links below a folder end, those that end anywhere. */
function everyLink(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .map(({ parentPath, name }) => `${parentPath}/${name}`)
      .filter((found) => lstatSync(found).isSymbolicLink())
      .flatMap((found) => {
        try {
          return [realpathSync(found)];
        } catch {
          return [];
        }
      });
  } catch {
    return [];
  }
}
