import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { expect, test } from 'vitest';
import { turnIntoFixedVhd } from '../../src/image/fixed-vhd.ts';
import { sha256 } from '../../src/model/digest.ts';
import { Scratch } from '../rig/scratch.ts';

const MIB = 2 ** 20;
const DISK = { contentSha256: sha256('disk'), epochSeconds: 1_700_000_000 };

function rawDisk(scratch: Scratch, bytes: number, content = 'content'): string {
  const path = scratch.write('disk.raw', content);
  truncateSync(path, bytes);
  return path;
}

test('qemu reads the disk that went in, to the byte', async () => {
  using scratch = new Scratch();
  const raw = rawDisk(scratch, 21 * MIB);
  const vhd = scratch.path('disk.vhd');
  const kept = scratch.path('kept.raw');
  copyFileSync(raw, kept);
  await turnIntoFixedVhd(raw, vhd, DISK);
  const info = JSON.parse(execFileSync('qemu-img', ['info', '-f', 'vpc', '--output=json', vhd], { encoding: 'utf8' }));
  expect(info).toMatchObject({ format: 'vpc', 'virtual-size': 21 * MIB });
  const compared = execFileSync('qemu-img', ['compare', '-f', 'raw', '-F', 'vpc', kept, vhd], { encoding: 'utf8' });
  expect(compared).toBe('Images are identical.\n');
  expect(readdirSync(scratch.folder).toSorted()).toEqual(['disk.vhd', 'kept.raw']);
});

test('a disk of 30 GiB takes no disk, and the same disk gives the same VHD', async () => {
  using scratch = new Scratch();
  const vhd = scratch.path('folder/disk.vhd');
  await turnIntoFixedVhd(rawDisk(scratch, 30 * 1024 * MIB), vhd, DISK);
  expect(statSync(vhd).size).toBe(30 * 1024 * MIB + 512);
  expect(statSync(vhd).blocks * 512).toBeLessThanOrEqual(64 * 1024);
  const info = JSON.parse(execFileSync('qemu-img', ['info', '-f', 'vpc', '--output=json', vhd], { encoding: 'utf8' }));
  expect(info['virtual-size']).toBe(30 * 1024 * MIB);
});

test('the same disk gives the same bytes', async () => {
  using scratch = new Scratch();
  for (const name of ['one.vhd', 'two.vhd']) await turnIntoFixedVhd(rawDisk(scratch, MIB), scratch.path(name), DISK);
  expect(readFileSync(scratch.path('one.vhd')).equals(readFileSync(scratch.path('two.vhd')))).toBe(true);
});

test('a disk that is no whole number of MiB is refused and left alone', async () => {
  using scratch = new Scratch();
  const raw = rawDisk(scratch, MIB + 512);
  await expect(turnIntoFixedVhd(raw, scratch.path('disk.vhd'), DISK)).rejects.toMatchObject({
    code: 'IMAGE_INVALID',
    message: `The disk ${raw} has ${MIB + 512} bytes, which are no whole number of MiB.`,
    hint: 'It may be a VHD already.',
  });
  truncateSync(raw, MIB + 1);
  await expect(turnIntoFixedVhd(raw, scratch.path('disk.vhd'), DISK)).rejects.toMatchObject({
    hint: expect.stringContaining('Make the disk a whole number of MiB'),
  });
  expect(readdirSync(scratch.folder)).toEqual(['disk.raw']);
  const missing = scratch.path('missing.raw');
  await expect(turnIntoFixedVhd(missing, scratch.path('disk.vhd'), DISK)).rejects.toMatchObject({
    message: `The disk ${missing} is not there.`,
  });
});

test('if the VHD cannot get its name, the raw disk is as it was', async () => {
  using scratch = new Scratch();
  const raw = rawDisk(scratch, MIB);
  mkdirSync(scratch.path('disk.vhd'));
  const before = readFileSync(raw);
  await expect(turnIntoFixedVhd(raw, scratch.path('disk.vhd'), DISK)).rejects.toThrow('EISDIR');
  expect(existsSync(raw) && readFileSync(raw).equals(before)).toBe(true);
  expect(readdirSync(scratch.folder).toSorted()).toEqual(['disk.raw', 'disk.vhd']);
});
