import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BYTES_BESIDES_ROOT } from '../../src/image/disk-layout.ts';
import { neededDiskBytes } from '../../src/image/ext4-plan.ts';
import { makeRootTree, nameOf, parentOf, type RootEntry, type RootTree } from '../../src/image/root-tree.ts';
import { writeExt4 } from '../../src/image/write-ext4.ts';
import { makeSparseFile } from '../../src/host/sparse-file.ts';
import { folder, hardlink, link, textFile } from '../rig/boot-tree.ts';
import { checkExt4, debugfs, namesIn, statAll } from '../rig/read-ext4.ts';
import { Scratch } from '../rig/scratch.ts';

const { signal } = new AbortController();
const START = 2 ** 20;
const IDS = { id: '11111111-2222-4333-8444-555555555555', hashSeed: '66666666-7777-4888-9999-aaaaaaaaaaaa' };

/** Into a file system that is exactly as large as is said to be enough. */
async function writeTight(scratch: Scratch, tree: RootTree): Promise<string> {
  const disk = scratch.path('disk');
  const bytes = neededDiskBytes(tree) - BYTES_BESIDES_ROOT;
  await makeSparseFile(disk, START + bytes);
  const work = scratch.folder;
  await writeExt4(tree, disk, { startByte: START, bytes, ...IDS, epochSeconds: 1_600_000_000, work, signal });
  return disk;
}

const name = fc
  .oneof(fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }), fc.string({ minLength: 1, maxLength: 60 }))
  .filter(
    (text) => !/[/\0\n\r]/.test(text) && text !== '.' && text !== '..' && text !== 'lost+found' && text.isWellFormed(),
  )
  .filter((text) => Buffer.byteLength(text) <= 255);
const fields = fc.record({
  mode: fc.nat(0o7777),
  uid: fc.nat(200_000),
  gid: fc.nat(200_000),
  mtime: fc.nat(0xffff_ffff),
});
const text = fc.oneof(
  fc.string({ maxLength: 200, unit: 'grapheme' }),
  fc.nat(40_000).map((length) => 'x'.repeat(length)),
);
const item = fc.record({
  name,
  fields,
  text,
  kind: fc.constantFrom('folder', 'file', 'file', 'link', 'hardlink'),
  parent: fc.nat(),
  target: fc.nat(),
});

/** Each item goes into one of the folders that are there by then. */
const trees = fc.array(item, { maxLength: 30 }).map((items) => {
  const made = new Map<string, RootEntry>([['/', folder('/')]]);
  for (const each of items) {
    const folders = [...made.values()].filter(({ kind }) => kind === 'folder');
    const files = [...made.values()].filter(({ kind }) => kind === 'file');
    const parent = folders[each.parent % folders.length]?.path ?? '/';
    const path = `${parent === '/' ? '' : parent}/${each.name}`;
    const target = files[each.target % Math.max(1, files.length)];
    if (made.has(path)) continue;
    if (each.kind === 'folder') made.set(path, folder(path, each.fields));
    else if (each.kind === 'link') made.set(path, link(path, `../${each.name}`.repeat(1 + (each.target % 12))));
    else if (each.kind === 'hardlink' && target !== undefined) made.set(path, hardlink(path, target.path));
    else made.set(path, textFile(path, each.text, each.fields));
  }
  return makeRootTree(made.values());
});

/** One entry as both sides can tell it; a folder's content is its names. */
interface Told {
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly links: number | undefined;
  readonly content: string;
}

function tellTree(tree: RootTree): Told[] {
  const entries = [...tree.values()];
  return entries.map((entry) => {
    const inode = entry.kind === 'hardlink' ? (tree.get(entry.target) ?? entry) : entry;
    const { mode, uid, gid, mtime } = inode;
    const more = entries.filter((each) => each.kind === 'hardlink' && each.target === inode.path).length;
    const links = inode.kind === 'folder' ? undefined : 1 + more;
    return { path: entry.path, mode, uid, gid, mtime, links, content: contentIn(entries, inode) };
  });
}

function contentIn(entries: readonly RootEntry[], inode: RootEntry): string {
  if (inode.kind === 'file') return 'text' in inode.content ? inode.content.text : inode.content.file;
  if (inode.kind !== 'folder') return inode.target;
  const children = entries.filter(({ path }) => path !== '/' && parentOf(path) === inode.path);
  return JSON.stringify(children.map(({ path }) => nameOf(path)).toSorted());
}

function tellDisk(scratch: Scratch, disk: string, paths: readonly string[]): Told[] {
  const stats = statAll(scratch, disk, START, paths);
  return paths.flatMap((path, index): Told[] => {
    const stat = stats[index];
    if (stat === undefined) return [];
    const { mode, uid, gid, mtime, kind, target } = stat;
    if (kind === 'directory') {
      const names = namesIn(disk, START, path).filter((each) => each !== 'lost+found');
      return [{ path, mode, uid, gid, mtime, links: undefined, content: JSON.stringify(names.toSorted()) }];
    }
    const content = target ?? debugfs(disk, START, 'cat', path).toString();
    return [{ path, mode, uid, gid, mtime, links: stat.links, content }];
  });
}

test(
  'a tree that is read back is the tree, and what is said to be enough room is enough',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(trees, async (tree) => {
        using scratch = new Scratch();
        const disk = await writeTight(scratch, tree);
        expect(checkExt4(disk, START)).toContain('root: ');
        expect(tellDisk(scratch, disk, [...tree.keys()])).toEqual(tellTree(tree));
      }),
      { numRuns: 8 },
    );
  },
);

test(
  'room is enough for what takes much of it: many small files, long names, holes, large files',
  { timeout: 120_000 },
  async () => {
    const long = (index: number): string => `${'n'.repeat(240)}${index}`;
    const block = 'b'.repeat(4096);
    const holes = Array.from({ length: 4000 }, (_, index) => (index % 2 === 0 ? block : '\0'.repeat(4096))).join('');
    const count = [...Array(1200).keys()];
    const greedy: RootEntry[][] = [
      count.map((index) => textFile(`/${index}`, 'x')),
      [folder('/d'), ...count.map((index) => folder(`/d/${long(index)}`))],
      [textFile('/one', ''), folder('/d'), ...count.map((index) => hardlink(`/d/${long(index)}`, '/one'))],
      count.map((index) => link(`/${index}`, 't'.repeat(60))),
      count.map((index) => textFile(`/${index}`, 'x', { xattrs: { 'user.long': Buffer.alloc(2000, index % 256) } })),
      [textFile('/holes', holes)],
      [textFile('/large', block.repeat(15_000))],
      [
        textFile('/large', block.repeat(9_000)),
        ...count.map((index) => textFile(`/${index}`, block.repeat(index % 9))),
      ],
    ];
    for (const entries of greedy) {
      using scratch = new Scratch();
      const disk = await writeTight(scratch, makeRootTree(entries));
      expect(checkExt4(disk, START)).toContain('root: ');
    }
  },
);
