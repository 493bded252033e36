/** What the settings of a disk and the order of its files make of it. */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dataRanges } from '../../src/image/data-ranges.ts';
import { inspectVhd } from '../../src/image/inspect-vhd.ts';
import { hasError } from '../../src/image/rules.ts';
import type { RootEntry } from '../../src/image/root-tree.ts';
import { sha256 } from '../../src/model/digest.ts';
import { folder, hostFile, textFile } from '../rig/boot-tree.ts';
import { checkExt4, debugfs } from '../rig/read-ext4.ts';
import { Scratch } from '../rig/scratch.ts';
import { MIB, ROOT, write } from '../rig/written-disk.ts';

const { signal } = new AbortController();

test('the same tree gives the same bytes, in whatever order and from whatever folder it comes', async () => {
  using scratch = new Scratch();
  const small = { diskBytes: 200 * MIB };
  const paths = Array.from({ length: 60 }, (_, index) => `/data/${(index * 7919) % 61}`);
  const from = (place: string, order: readonly string[]): RootEntry[] =>
    order.map((path) => hostFile(path, scratch.write(`${place}${path}`, `content of ${path}\n`.repeat(500))));
  const more = [folder('/data'), textFile('/data/text', 'text', { xattrs: { 'user.a': Buffer.from('b') } })];
  const one = await write(scratch, [...from('one', paths), ...more], small, 'one.vhd');
  const two = await write(scratch, [...more.toReversed(), ...from('two', paths.toReversed())], small, 'two.vhd');
  execFileSync('cmp', [one.vhd, two.vhd]);
  const three = await write(scratch, more, { ...small, contentId: sha256('other inputs') }, 'three.vhd');
  const ids = [one, three].flatMap(({ tableId, rootId, partitions }) => [
    tableId,
    rootId,
    ...partitions.map(({ id }) => id),
  ]);
  expect(new Set(ids).size).toBe(10);
});

test.each([
  ['V1' as const, [1, 14], false],
  ['V2' as const, [1, 15], true],
])('for generation %s alone the other partition is left out', async (generation, numbers, hasEsp) => {
  using scratch = new Scratch();
  const { vhd, partitions } = await write(scratch, [], { generations: [generation] });
  expect(partitions.map(({ number }) => number)).toEqual(numbers);
  const { generations, findings } = await inspectVhd(vhd, { shown: vhd, signal });
  expect(generations).toEqual([generation]);
  expect(hasError(findings)).toBe(false);
  expect(debugfs(vhd, ROOT, 'cat', '/etc/fstab').includes('/boot/efi')).toBe(hasEsp);
});

test('a disk of 30 GiB costs what is in it', async () => {
  using scratch = new Scratch();
  const { vhd, fileBytes } = await write(scratch, [], { diskBytes: 30 * 1024 * MIB });
  expect(statSync(vhd).size).toBe(fileBytes);
  expect(statSync(vhd).blocks * 512).toBeLessThan(100 * MIB);
  const data = (await dataRanges(vhd, signal)).reduce((sum, { bytes }) => sum + bytes, 0);
  expect(data).toBeLessThan(10 * MIB);
  expect(checkExt4(vhd, ROOT)).toContain('root: ');
});

test('lines of an fstab that are about other folders stay', async () => {
  using scratch = new Scratch();
  const fstab = '# written by a hook\nLABEL=old / xfs defaults 0 1\nserver:/share /mnt nfs nofail 0 0\n';
  const { vhd } = await write(scratch, [textFile('/etc/fstab', fstab)]);
  const lines = debugfs(vhd, ROOT, 'cat', '/etc/fstab').toString().split('\n');
  expect(lines.map((line) => line.split(' ')[1])).toEqual(['/', '/boot/efi', '/mnt', undefined]);
});
