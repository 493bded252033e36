/** Which partitions of a disk become which folders. */
import { execFileSync } from 'node:child_process';
import { readFileSync, truncateSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Content } from '../../../src/image/partition-content.ts';
import { openDiskFiles, type DiskFiles } from '../../../src/image/files/disk-files.ts';
import { diskIn } from '../../rig/file-disk.ts';
import { Scratch } from '../../rig/scratch.ts';

const MIB = 2 ** 20;
const LINUX = '0fc63daf-8483-4772-8e79-3d69d8477de4';
const EFI = 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b';

type Part = readonly [bytes: Buffer, content: Content | undefined, type?: string];

/** A disk of these partitions, one behind the other. */
async function open(parts: readonly Part[]): Promise<DiskFiles> {
  const disk = diskIn(Buffer.concat(parts.map(([bytes]) => bytes)));
  let startByte = 0;
  const partitions = parts.map(([{ length: bytes }, content, type = LINUX], index) => {
    const partition = { number: index + 1, startByte, bytes, type, typeName: undefined, content };
    startByte += bytes;
    return partition;
  });
  return openDiskFiles(disk, { kind: 'gpt', partitions, hybrid: [], hasBootCode: false, mistakes: [] });
}

function ext4(paths: Readonly<Record<string, string>>, options: readonly string[] = []): Buffer {
  using scratch = new Scratch();
  for (const [path, text] of Object.entries(paths)) scratch.write(`tree/${path}`, text);
  const path = scratch.write('part');
  truncateSync(path, 4 * MIB);
  execFileSync('/usr/sbin/mke2fs', ['-q', '-F', '-t', 'ext4', '-d', scratch.path('tree'), ...options, path]);
  return readFileSync(path);
}

function fat(): Buffer {
  using scratch = new Scratch();
  const path = scratch.write('part');
  truncateSync(path, 2 * MIB);
  execFileSync('mformat', ['-i', path, '-T', '4096', '-h', '64', '-s', '32', '::']);
  execFileSync('mcopy', ['-i', path, scratch.write('startup.nsh', 'efi'), '::/']);
  return readFileSync(path);
}

test('a partition of its own for /boot stands at /boot, and the EFI system partition is apart', async () => {
  const root = ext4({ 'etc/passwd': 'root', 'usr/bin/sh': 'sh', 'boot/hidden': 'below the mount', kernel: 'x' });
  const boot = ext4({ 'grub/grub.cfg': 'config', 'vmlinuz-6': 'kernel' });
  const opened = await open([
    [boot, 'ext'],
    [fat(), 'fat', EFI],
    [root, 'ext'],
  ]);
  if (opened.state !== 'read') throw new Error(opened.why);
  expect(opened.partition).toBe(3);
  expect(await opened.files.list('/boot')).toEqual(['grub', 'lost+found', 'vmlinuz-6']);
  expect(await opened.files.text('/boot/grub/../grub/grub.cfg')).toBe('config');
  expect(await opened.files.text('/boot/../etc/passwd')).toBe('root');
  expect(await opened.esp?.text('/STARTUP.NSH')).toBe('efi');
});

test('without a root, the reason is the best that there is', async () => {
  const nothing = { state: 'broken', why: 'no partition has a root file system' };
  expect(await open([])).toEqual(nothing);
  expect(await open([[fat(), 'fat', EFI]])).toEqual(nothing);
  expect(await open([[ext4({ 'grub/grub.cfg': '' }), 'ext']])).toEqual(nothing);
  expect(
    await open([
      [ext4({ 'grub/grub.cfg': '' }), 'ext'],
      [Buffer.alloc(MIB), 'lvm'],
    ]),
  ).toEqual({
    state: 'unread',
    why: 'partition 2 is LVM, which is not read here',
  });
  expect(await open([[ext4({ 'etc/x': '' }, ['-O', 'meta_bg,^resize_inode']), 'ext']])).toEqual({
    state: 'unread',
    why: expect.stringMatching(
      /^partition 1 cannot be read: it uses features of ext4 that are not read here \(0x10\)$/,
    ),
  });
  const broken = ext4({ 'etc/x': '' });
  broken.fill(0xff, 1024 + 0x18, 1024 + 0x1c);
  expect(await open([[broken, 'ext']])).toMatchObject({
    state: 'broken',
    why: expect.stringMatching(/^partition 1 cannot/),
  });
});

test('a partition that says to be longer than its disk is read as far as the disk goes', async () => {
  const whole = ext4({ 'etc/passwd': 'root', 'usr/x': '' });
  const opened = await open([[whole.subarray(0, 64 * 1024), 'ext']]);
  expect(opened.state).toBe('broken');
});
