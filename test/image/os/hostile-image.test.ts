/** Images that were made to keep whoever looks at them busy, or to have it fall over: they get findings like any other. */
import { closeSync, openSync, readSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dataRanges } from '../../../src/image/data-ranges.ts';
import { OS_RULES } from '../../../src/image/os/index.ts';
import { readGrubConfig } from '../../../src/image/os/boot-entries.ts';
import { readInitrd } from '../../../src/image/os/initrd.ts';
import { failuresOf, GoodImage, inspect } from '../../rig/good-image.ts';
import { RELEASE } from '../../rig/os-files.ts';
import { copyImage, ESP_START, ROOT_START } from '../../rig/os-image.ts';
import { overwrite } from '../../rig/overwrite.ts';

const image = new GoodImage();
beforeAll(() => image.make());
afterAll(() => image[Symbol.dispose]());

const failuresIn = async (disk: string): Promise<readonly string[]> => [...failuresOf(await inspect(disk)).keys()];

test('a variable of GRUB that doubles with each line ends, and the entries behind it are read', () => {
  const doubling = Array.from({ length: 100 }, () => 'set more="$more$more"').join('\n');
  const text = `set more=xxxxxxxx\n${doubling}\nlinux /vmlinuz $more quiet\n`;
  const [entry] = readGrubConfig({ file: 'grub.cfg', text });
  expect(entry?.kernel).toBe('/vmlinuz');
  expect(entry?.parameters.at(-1)).toBe('quiet');
  expect(entry?.parameters.join(' ').length).toBeLessThan(2 ** 20);
});

test('an initrd with more names than a call takes arguments is read', async () => {
  const count = 150_000;
  const names = Array.from({ length: count }, (_, index) => `lib/modules/${RELEASE}/kernel/m${index}.ko`);
  const reading = await readInitrd(gzipSync(archiveOf(names), { level: 1 }), new AbortController().signal);
  expect('modules' in reading ? reading.modules.size : reading).toBe(count);
});

test('a list of sources with more lines than a call takes arguments is read', async () => {
  const write = { '/etc/apt/sources.list': 'deb h x\n'.repeat(400_000) };
  expect(await failuresIn(image.copy('changed', { write }))).toEqual(['repos']);
});

test.each([
  ['inodes of 1000 bytes', 0x58, 1000],
  ['inodes of 129 bytes', 0x58, 129],
  ['descriptors of groups of 33 bytes', 0xfe, 33],
  ['descriptors of groups of 1000 bytes', 0xfe, 1000],
])('a superblock that tells of %s is a broken one', async (_, at, value) => {
  // Of 64 bits, so that descriptors have a size of their own.
  const disk = image.copy('changed', { commands: ['feature 64bit'] });
  overwrite(disk, ROOT_START + 1024 + at, Buffer.from([value % 256, Math.floor(value / 256)]));
  expect(failuresOf(await inspect(disk)).get('root.readable')).toContain('sizes in its superblock');
});

test('an EFI system partition that breaks off inside counts as empty, and the root is judged', async () => {
  const disk = image.copy('changed');
  const file = openSync(disk, 'r');
  const esp = Buffer.alloc(ROOT_START - ESP_START);
  readSync(file, esp, 0, esp.length, ESP_START);
  closeSync(file);
  // The size of a file, which its chain of clusters does not reach.
  overwrite(disk, ESP_START + esp.indexOf('GRUB    CFG') + 28, Buffer.from([0, 0, 64, 0]));
  expect(await failuresIn(disk)).toEqual([]);
});

test('whatever is damaged inside, there are findings for every rule', async () => {
  const ranges = (await dataRanges(image.path)).filter(({ start }) => start >= ESP_START && start < 100 * 2 ** 20);
  const place = fc.constantFrom(...ranges).chain(({ start, bytes }) => fc.nat(bytes - 1).map((at) => start + at));
  const damage = fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(damage, async (changes) => {
      const disk = copyImage(image.path, image.scratch.path('damaged.vhd'));
      for (const [at, value] of changes) overwrite(disk, at, Buffer.from([value]));
      const { findings } = await inspect(disk);
      expect(findings.slice(-OS_RULES.length).map(({ id }) => id)).toEqual(OS_RULES.map(({ id }) => id));
    }),
    { numRuns: 25 },
  );
});

/** A cpio archive of empty files. */
function archiveOf(names: readonly string[]): Buffer {
  return Buffer.concat([...names, 'TRAILER!!!'].map(entryOf));
}

function entryOf(name: string): Buffer {
  const fields = [0, 0o100_644, 0, 0, 1, 0, 0, 0, 0, 0, 0, name.length + 1, 0];
  const head = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}${name}\0`;
  return Buffer.from(head.padEnd(Math.ceil(head.length / 4) * 4, '\0'), 'latin1');
}
