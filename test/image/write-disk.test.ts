/** What is on a disk: every part of it is read by the programs of others. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { PieceReader } from '../../src/host/file-pieces.ts';
import { AZURE_KERNEL_PARAMETERS } from '../../src/image/grub-config.ts';
import { inspectVhd } from '../../src/image/inspect-vhd.ts';
import { hasError } from '../../src/image/rules.ts';
import type { RootEntry } from '../../src/image/root-tree.ts';
import { EPOCH, folder, hardlink, hostFile, link, textFile } from '../rig/boot-tree.ts';
import { checkExt4, debugfs, namesIn, statAll } from '../rig/read-ext4.ts';
import { Scratch } from '../rig/scratch.ts';
import { ESP, MIB, ROOT, write, type NamedDisk } from '../rig/written-disk.ts';

const { signal } = new AbortController();

async function readHead(path: string, bytes: number): Promise<Buffer> {
  await using file = await PieceReader.open(path);
  const buffer = Buffer.alloc(bytes);
  await file.fill(buffer, 0);
  return buffer;
}

describe('a disk for both generations', () => {
  const scratch = new Scratch();
  let disk: NamedDisk;
  let sectors: Buffer;
  const capability = Buffer.from('0100000200040000000000000000000000000000', 'hex');
  const names = [
    'a b',
    'quo"te',
    "it's",
    'ünïcödé ✓',
    '#hash',
    '-dash',
    '<12>',
    'back\\slash',
    '  ',
    'tab\there',
    '*?[x]',
  ];
  const entries: readonly RootEntry[] = [
    folder('/', { mode: 0o751, mtime: 1_234 }),
    folder('/tmp', { mode: 0o1777 }),
    folder('/odd'),
    ...names.map((name) => textFile(`/odd/${name}`, `content of ${name}`)),
    link('/odd/long link', `/${'x'.repeat(200)}/"y z"`),
    textFile('/su', '#!', { mode: 0o4750, uid: 70_001, gid: 12, mtime: 4_102_444_800 }),
    textFile('/ping', 'ping', { xattrs: { 'security.capability': capability, 'user.note': Buffer.from('a\nb') } }),
    textFile('/z-first-name', 'shared'),
    hardlink('/a-second-name', '/z-first-name'),
    hardlink('/odd/third name', '/z-first-name'),
    textFile('/empty', ''),
  ];
  const at = (path: string) => statAll(scratch, disk.vhd, ROOT, [path])[0];

  beforeAll(async () => {
    scratch.write('sparse', Buffer.concat([Buffer.alloc(5 * MIB), Buffer.from('end')]));
    disk = await write(scratch, [...entries, hostFile('/sparse', scratch.path('sparse'))]);
    sectors = await readHead(disk.vhd, ROOT);
    return () => scratch[Symbol.dispose]();
  });

  test('is a VHD that Azure takes, with a table that contradicts nothing', async () => {
    const { findings, generations, table } = await inspectVhd(disk.vhd, { shown: 'disk.vhd', signal });
    expect(hasError(findings)).toBe(false);
    expect(generations).toEqual(['V1', 'V2']);
    expect(table).toMatchObject({ kind: 'gpt', diskId: disk.tableId, mistakes: [] });
    expect(table?.partitions.map(({ number, startByte, bytes }) => ({ number, startByte, bytes }))).toEqual([
      { number: 14, startByte: MIB, bytes: 3 * MIB },
      { number: 15, startByte: ESP, bytes: 124 * MIB },
      { number: 1, startByte: ROOT, bytes: (1024 - 129) * MIB },
    ]);
    expect(table?.partitions.map(({ content }) => content)).toEqual([undefined, 'fat', 'ext']);
    expect(disk.partitions.map(({ number, content }) => [number, content])).toEqual([
      [1, 'ext4'],
      [14, 'bios-boot'],
      [15, 'vfat'],
    ]);
    expect(readdirSync(scratch.path('out'))).toEqual(['disk.vhd']);
  });

  test('has a file system without a mistake, which the GRUB of Debian 12 can read', () => {
    expect(checkExt4(disk.vhd, ROOT)).toContain('root: ');
    const head = execFileSync('/usr/sbin/dumpe2fs', ['-h', `${disk.vhd}?offset=${ROOT}`], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    const features = /^Filesystem features: +(.*)$/m.exec(head)?.[1]?.split(' ') ?? [];
    expect(features).toEqual(expect.arrayContaining(['extent', 'metadata_csum', 'has_journal', '64bit']));
    expect(features).not.toContain('metadata_csum_seed');
    expect(features).not.toContain('orphan_file');
    expect(head).toMatch(new RegExp(`^Filesystem UUID: +${disk.rootId}$`, 'm'));
    expect(head).toMatch(/^Filesystem created: +Tue Nov 14 22:13:20 2023$/m);
  });

  test('gives every name back, whatever is in it', () => {
    expect(namesIn(disk.vhd, ROOT, '/odd').toSorted()).toEqual([...names, 'long link', 'third name'].toSorted());
    for (const name of names) {
      expect(debugfs(disk.vhd, ROOT, 'cat', `/odd/${name}`).toString()).toBe(`content of ${name}`);
    }
    expect(debugfs(disk.vhd, ROOT, 'cat', '/odd/long link').toString()).toBe(`/${'x'.repeat(200)}/"y z"`);
  });

  test('keeps modes, owners and times, beyond 16 bits and beyond 2038', () => {
    const times = [EPOCH, EPOCH, EPOCH];
    expect(at('/')).toMatchObject({ kind: 'directory', mode: 0o751, mtime: 1_234 });
    expect(at('/tmp')).toMatchObject({ kind: 'directory', mode: 0o1777, uid: 0, gid: 0, otherTimes: times });
    expect(at('/su')).toMatchObject({ mode: 0o4750, uid: 70_001, gid: 12, mtime: 4_102_444_800, otherTimes: times });
    expect(at('/vmlinuz')).toMatchObject({ kind: 'symlink', mode: 0o777, target: 'boot/vmlinuz-6.1' });
  });

  test('keeps hard links, and counts them', () => {
    const inodes = ['/z-first-name', '/a-second-name', '/odd/third name'].map(at);
    expect(new Set(inodes.map((each) => each?.inode)).size).toBe(1);
    expect(inodes[0]).toMatchObject({ links: 3, mode: 0o644 });
    expect(debugfs(disk.vhd, ROOT, 'cat', '/a-second-name').toString()).toBe('shared');
  });

  test('keeps extended attributes, such as the capabilities of a program', () => {
    const out = scratch.path('value');
    debugfs(disk.vhd, ROOT, 'ea_get', '-f', out, '/ping', 'security.capability');
    expect(readFileSync(out)).toEqual(capability);
    debugfs(disk.vhd, ROOT, 'ea_get', '-f', out, '/ping', 'user.note');
    expect(readFileSync(out, 'utf8')).toBe('a\nb');
  });

  test('writes no zeros of a file that has many', () => {
    expect(debugfs(disk.vhd, ROOT, 'cat', '/sparse').subarray(-3).toString()).toBe('end');
    expect(debugfs(disk.vhd, ROOT, 'stat', '/sparse').toString()).toContain('Blockcount: 8\n');
  });

  test('starts GRUB by BIOS: each part knows in which sector the next one is', () => {
    const core = readFileSync(scratch.path('core/core.img'));
    const coreSectors = Math.ceil(core.length / 512);
    const bootImage = readFileSync('/usr/lib/grub/i386-pc/boot.img');
    expect(sectors.readBigUInt64LE(0x5c)).toBe(2048n);
    expect(sectors.subarray(0x66, 0x68)).toEqual(Buffer.of(0x90, 0x90));
    expect(sectors.subarray(0x68, 440)).toEqual(bootImage.subarray(0x68, 440));
    const first = sectors.subarray(MIB, MIB + 512);
    expect(first.readBigUInt64LE(500)).toBe(2049n);
    expect(first.readUInt16LE(508)).toBe(coreSectors - 1);
    expect(first.readUInt16LE(510)).toBe(0x820);
    expect(first.subarray(0, 500)).toEqual(core.subarray(0, 500));
    expect(sectors.subarray(MIB + 512, MIB + core.length)).toEqual(core.subarray(512));
  });

  test('starts GRUB by UEFI: the signed files are on the EFI system partition as they are in the tree', () => {
    const image = `${disk.vhd}@@${ESP}`;
    const read = (path: string): string => execFileSync('mtype', ['-i', image, `::/${path}`], { encoding: 'latin1' });
    expect(read('EFI/BOOT/BOOTX64.EFI')).toBe(`MZ shim ${'s'.repeat(100_000)}`);
    expect(read('EFI/BOOT/grubx64.efi')).toBe(`MZ grub ${'g'.repeat(200_000)}`);
    expect(read('EFI/debian/grub.cfg')).toContain(`search.fs_uuid ${disk.rootId} root\n`);
    const listing = execFileSync('mdir', ['-/', '-i', image, '::'], {
      encoding: 'utf8',
      env: { ...process.env, TZ: 'UTC' },
    });
    const times = listing.split('\n').flatMap((line) => /\d{4}-\d\d-\d\d +\d\d:\d\d/.exec(line) ?? []);
    expect(times).toHaveLength(12);
    expect(new Set(times)).toEqual(new Set(['2023-11-14  22:13']));
    expect(() => execFileSync('/usr/sbin/fsck.vfat', ['-n', cut()], { stdio: 'pipe' })).not.toThrow();
  });

  test('finds its root by its id, from GRUB and from Linux', () => {
    const config = debugfs(disk.vhd, ROOT, 'cat', '/boot/grub/grub.cfg').toString();
    expect(config).toContain(
      `linux /vmlinuz root=UUID=${disk.rootId} ro ${AZURE_KERNEL_PARAMETERS.join(' ')}\n  initrd /initrd.img\n`,
    );
    const fstab = debugfs(disk.vhd, ROOT, 'cat', '/etc/fstab').toString();
    expect(fstab).toMatch(
      new RegExp(`^UUID=${disk.rootId} / ext4 errors=remount-ro 0 1\nUUID=[0-9A-F]{4}-[0-9A-F]{4} /boot/efi`),
    );
  });

  /** fsck.vfat takes no offset. */
  function cut(): string {
    return scratch.write('esp', sectors.subarray(ESP));
  }
});
