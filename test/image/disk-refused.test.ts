/** Disks that cannot be written are told with what to do, and leave nothing behind. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { makeRootTree, type RootEntry } from '../../src/image/root-tree.ts';
import { leastDiskBytes, writeDisk, type DiskSettings } from '../../src/image/write-disk.ts';
import { bootEntries, folder, link, SETTINGS, textFile } from '../rig/boot-tree.ts';
import { checkExt4 } from '../rig/read-ext4.ts';
import { Scratch } from '../rig/scratch.ts';
import { MIB, ROOT, write } from '../rig/written-disk.ts';

const { signal } = new AbortController();

describe('what cannot be written is refused, and nothing is left', () => {
  test.each<[string, RootEntry[], Partial<DiskSettings>, string]>([
    [
      'line break',
      [textFile('/a\nb', '')],
      {},
      '"/a\\nb" cannot be written to a disk: it has a line break in its name',
    ],
    ['small', [], { diskBytes: 133 * MIB }, 'A disk of 139460608 bytes (133 MiB) is too small: its content needs'],
    ['no MiB', [], { diskBytes: 200 * MIB + 512 }, 'is no whole number of MiB'],
    ['core image', [folder('/boot/grub/i386-pc/core.img')], {}, 'has no file /boot/grub/i386-pc/core.img'],
    [
      'other core',
      [textFile('/boot/grub/i386-pc/core.img', 'x')],
      {},
      'core.img of the root file system is not laid out',
    ],
    ['shim', [link('/usr/lib/shim/shimx64.efi.signed', 'x')], {}, 'has no file /usr/lib/shim/shimx64.efi.signed'],
    ['no content', [{ ...textFile('/gone', ''), content: { file: '/no/such file' } }], {}, 'No such file or directory'],
    ['attribute', [textFile('/a', '', { xattrs: { 'user.big': Buffer.alloc(5000) } })], {}, 'debugfs ended with 0'],
  ])('%s', async (_, entries, settings, message) => {
    using scratch = new Scratch();
    await expect(write(scratch, entries, settings)).rejects.toThrow(message);
    expect(readdirSync(scratch.folder).includes('out') ? readdirSync(scratch.path('out')) : []).toEqual([]);
  });

  test('without a kernel', async () => {
    using scratch = new Scratch();
    const tree = makeRootTree(bootEntries(scratch).filter(({ path }) => !/vmlinuz/.test(path)));
    const written = writeDisk({ tree, settings: SETTINGS, out: scratch.path('disk.vhd'), signal });
    await expect(written).rejects.toThrow('The root file system has no kernel with an initrd in /boot.');
  });

  test('a file system that is full is told in one sentence', () => {
    using scratch = new Scratch();
    const script = `
      import { readdirSync } from 'node:fs';
      import { makeRootTree } from '${process.cwd()}/src/image/root-tree.ts';
      import { writeDisk } from '${process.cwd()}/src/image/write-disk.ts';
      import { bootEntries, SETTINGS, textFile } from '${process.cwd()}/test/rig/boot-tree.ts';
      import { Scratch } from '${process.cwd()}/test/rig/scratch.ts';
      using scratch = new Scratch();
      const large = Array.from({ length: 8 }, (_, index) => textFile('/' + index, 'x'.repeat(${MIB})));
      const tree = makeRootTree([...bootEntries(scratch), ...large]);
      const { signal } = new AbortController();
      for (const [name, settings] of [['one', SETTINGS], ['two', { ...SETTINGS, generations: ['V2'] }]]) {
        await writeDisk({ tree, settings, out: '${scratch.folder}/' + name, signal }).catch((error) => {
          console.log(error.code, error.message, JSON.stringify(readdirSync('${scratch.folder}')));
        });
      }`;
    const node = [process.execPath, '--input-type=module-typescript', '-e', script];
    const small = ['--dev-bind', '/', '/', '--size', `${7 * MIB}`, '--tmpfs', scratch.folder, '--'];
    const output = execFileSync('bwrap', [...small, ...node], { encoding: 'utf8' });
    expect(output.split('\n').slice(0, -1)).toEqual(
      ['one', 'two'].map((name) => {
        const message = `The file system is full: ${scratch.path(name)} could not be written.`;
        return expect.stringMatching(new RegExp(`^DISK_FULL ${message.replaceAll('.', '\\.')} \\[\\]$`));
      }),
    );
  });

  test('and a run that is cancelled', async () => {
    using scratch = new Scratch();
    const tree = makeRootTree(bootEntries(scratch));
    const cancelled = AbortSignal.abort(new Error('enough'));
    const written = writeDisk({ tree, settings: SETTINGS, out: scratch.path('out/disk.vhd'), signal: cancelled });
    await expect(written).rejects.toThrow('enough');
    expect(readdirSync(scratch.path('out'))).toEqual([]);
  });
});

test('the message of a disk that is too small names a size that is enough', async () => {
  using scratch = new Scratch();
  const tree = makeRootTree(bootEntries(scratch));
  const least = leastDiskBytes(tree, SETTINGS);
  await expect(write(scratch, [], { diskBytes: least - MIB })).rejects.toThrow(
    `needs ${least} bytes (${least / MIB} MiB)`,
  );
  const { vhd } = await write(scratch, [], { diskBytes: least });
  expect(checkExt4(vhd, ROOT)).toContain('root: ');
});
