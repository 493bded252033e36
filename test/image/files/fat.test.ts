/** The reader of FAT, on file systems that mtools made. */
import { execFileSync } from 'node:child_process';
import { readFileSync, truncateSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openFat } from '../../../src/image/files/fat.ts';
import { openFiles } from '../../../src/image/files/image-files.ts';
import { VolumeError } from '../../../src/image/files/volume.ts';
import { diskIn, diskOf } from '../../rig/file-disk.ts';
import { Scratch } from '../../rig/scratch.ts';

const MIB = 2 ** 20;

function made(scratch: Scratch, mib: number, options: readonly string[] = []): string {
  const path = scratch.write('esp');
  truncateSync(path, mib * MIB);
  execFileSync('mformat', [
    '-i',
    path,
    '-T',
    String(mib * 2048),
    '-h',
    '64',
    '-s',
    '32',
    '-v',
    'ESP',
    ...options,
    '::',
  ]);
  return path;
}

test.each([
  ['FAT12', 2, []],
  ['FAT16', 64, []],
  ['FAT32', 64, ['-F', '-c', '1']],
] as const)('%s: long names, folders, files of many clusters, whatever the case', async (_name, mib, options) => {
  using scratch = new Scratch();
  const path = made(scratch, mib, options);
  const large = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 7 + (at >> 9)) & 0xff));
  execFileSync('mmd', ['-i', path, '::/EFI', '::/EFI/A folder with a long name é']);
  execFileSync('mcopy', ['-i', path, scratch.write('large.bin', large), '::/EFI/LARGE.BIN']);
  const names = Array.from({ length: 150 }, (_, each) =>
    scratch.write(`entry number ${each} of many.conf`, String(each)),
  );
  execFileSync('mcopy', ['-i', path, ...names, '::/EFI/A folder with a long name é/']);
  execFileSync('mcopy', ['-i', path, scratch.write('empty'), '::/empty']);
  const files = openFiles([{ path: '/', volume: await openFat(diskOf(path)) }]);
  expect(await files.list('/')).toEqual(['efi', 'empty']);
  expect((await files.read('/efi/Large.bin'))?.equals(large)).toBe(true);
  expect(await files.list('/EFI/a FOLDER with a long name é')).toHaveLength(150);
  expect(await files.text('/efi/a folder with a long name é/Entry number 149 of many.conf')).toBe('149');
  expect(await files.text('/empty')).toBe('');
  expect(await files.find('/efi')).toEqual({ kind: 'folder', path: '/efi', bytes: 0, mode: undefined, uid: 0, gid: 0 });
  expect(await files.text('/efi/none')).toBeUndefined();
});

test('a damaged one ends in an answer or a VolumeError, soon', async () => {
  using scratch = new Scratch();
  const path = made(scratch, 2);
  execFileSync('mmd', ['-i', path, '::/EFI', '::/EFI/BOOT']);
  execFileSync('mcopy', ['-i', path, scratch.write('grub.cfg', 'x'.repeat(20_000)), '::/EFI/BOOT']);
  const good = readFileSync(path);
  const used = [...good.subarray(0, 200_000).keys()].filter((at) => good[at] !== 0 && good[at] !== 0x78);
  const damage = fc.array(fc.tuple(fc.nat(used.length - 1), fc.nat(255)), { minLength: 1, maxLength: 20 });
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
  const files = openFiles([{ path: '/', volume: await openFat(diskIn(bytes)) }]);
  for (const name of await files.list('/efi')) {
    for (const inner of await files.list(`/efi/${name}`)) await files.read(`/efi/${name}/${inner}`);
  }
}

test('what is no FAT is refused', async () => {
  await expect(openFat(diskIn(Buffer.alloc(4096)))).rejects.toThrow('the sizes in its first sector are impossible');
  await expect(openFat(diskIn(Buffer.alloc(10)))).rejects.toThrow(VolumeError);
});
