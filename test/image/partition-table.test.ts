import { execFileSync } from 'node:child_process';
import { readFileSync, truncateSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Disk } from '../../src/image/disk.ts';
import { readPartitionTable, type PartitionTable } from '../../src/image/partition-table.ts';
import { Scratch } from '../rig/scratch.ts';

const MIB = 2 ** 20;
const GPT = `label: gpt
label-id: 01234567-89AB-CDEF-0123-456789ABCDEF
size=1MiB, type=21686148-6449-6E6F-744E-656564454649, name="bios"
size=10MiB, type=uefi
size=4MiB, type=swap
type=linux, name="racine é", uuid=AAAAAAAA-BBBB-CCCC-DDDD-EEEEEEEEEEEE
`;

/** A disk that sfdisk has partitioned by this script. */
function partitioned(script: string): Buffer {
  using scratch = new Scratch();
  const path = scratch.write('disk');
  truncateSync(path, 64 * MIB);
  execFileSync('/usr/sbin/sfdisk', ['--quiet', path], { input: script });
  return readFileSync(path);
}

const WITH_GPT = partitioned(GPT);

function diskOf(bytes: Buffer): Disk {
  return {
    bytes: bytes.length,
    read: async (start, count) => {
      if (start < 0 || start + count > bytes.length) throw new RangeError(`read of ${count} bytes at ${start}`);
      return bytes.subarray(start, start + count);
    },
  };
}

async function tableOf(bytes: Buffer): Promise<PartitionTable> {
  return readPartitionTable(diskOf(bytes));
}

test('a GPT is read as sfdisk wrote it', async () => {
  const table = await tableOf(WITH_GPT);
  expect(table).toMatchObject({
    kind: 'gpt',
    diskId: '01234567-89ab-cdef-0123-456789abcdef',
    hasBootCode: false,
    hybrid: [],
    mistakes: [],
  });
  expect(
    table.partitions.map(({ number, startByte, bytes, typeName }) => [number, startByte, bytes, typeName]),
  ).toEqual([
    [1, MIB, MIB, 'BIOS boot'],
    [2, 2 * MIB, 10 * MIB, 'EFI system'],
    [3, 12 * MIB, 4 * MIB, 'Linux swap'],
    [4, 16 * MIB, 47 * MIB, 'Linux'],
  ]);
  expect(table.partitions.at(-1)).toMatchObject({ name: 'racine é', id: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee' });
});

test('an MBR is read with its logical partitions', async () => {
  const script = [
    'label: dos',
    'label-id: 0x12345678',
    'start=2048, size=8MiB, type=83, bootable',
    'size=30MiB, type=5',
    '5: size=6MiB, type=82',
    '6: size=6MiB, type=83',
  ].join('\n');
  const table = await tableOf(partitioned(script));
  expect(table).toMatchObject({ kind: 'mbr', diskId: '12345678', mistakes: [] });
  expect(table.partitions.map(({ number, type, startByte, isActive }) => [number, type, startByte, isActive])).toEqual([
    [1, '83', MIB, true],
    [2, '05', 9 * MIB, false],
    [5, '82', 10 * MIB, false],
    [6, '83', 17 * MIB, false],
  ]);
});

test('a disk without a table has none', async () => {
  expect(await tableOf(Buffer.alloc(MIB))).toMatchObject({ kind: 'none', partitions: [], mistakes: [] });
  expect(await tableOf(Buffer.alloc(100))).toMatchObject({ kind: 'none' });
});

test('boot code and a hybrid MBR are seen', async () => {
  const disk = Buffer.from(WITH_GPT);
  disk.writeUInt8(0xeb, 0);
  const entry = Buffer.from([0x80, 0, 0, 0, 0x83, 0, 0, 0, 0, 0x80, 0, 0, 0, 0x40, 0, 0]);
  entry.copy(disk, 446 + 16);
  const table = await tableOf(disk);
  expect(table).toMatchObject({ kind: 'gpt', hasBootCode: true, mistakes: [] });
  expect(table.hybrid).toMatchObject([{ number: 2, type: '83', startByte: 0x8000 * 512, isActive: true }]);
});

test('a broken first copy is told, and the second one read', async () => {
  const whole = await tableOf(WITH_GPT);
  const disk = Buffer.from(WITH_GPT);
  disk.writeUInt8(disk.readUInt8(2 * 512 + 60) ^ 1, 2 * 512 + 60);
  const table = await tableOf(disk);
  expect(table.mistakes).toEqual(['the first copy of the GPT has entries that do not match their checksum']);
  expect(table.partitions.map(({ typeName }) => typeName)).toEqual(whole.partitions.map(({ typeName }) => typeName));
});

test('a disk that was made larger behind its GPT is told', async () => {
  const disk = Buffer.concat([WITH_GPT, Buffer.alloc(MIB)]);
  expect((await tableOf(disk)).mistakes).toEqual(['the second copy of the GPT is not there']);
});

test('a disk that was cut short is told', async () => {
  const { mistakes } = await tableOf(WITH_GPT.subarray(0, 40 * MIB));
  expect(mistakes).toEqual(['the second copy of the GPT is not there', 'partition 4 ends beyond the disk']);
});

test('a GPT without a protective MBR, and an MBR that protects nothing, are told', async () => {
  const unprotected = Buffer.from(WITH_GPT);
  unprotected.fill(0, 0, 512);
  expect((await tableOf(unprotected)).mistakes).toEqual(['no protective MBR stands before the GPT']);
  const lost = Buffer.from(WITH_GPT);
  lost.fill(0, 512);
  expect((await tableOf(lost)).mistakes).toEqual(['the MBR protects a GPT that is not there']);
});

test('two copies that differ are told', async () => {
  const disk = Buffer.from(WITH_GPT);
  const other = partitioned(GPT.replace('01234567-89AB', '11234567-89AB'));
  other.subarray(-33 * 512).copy(disk, disk.length - 33 * 512);
  expect((await tableOf(disk)).mistakes).toEqual(['the two copies of the GPT differ']);
});

test('partitions of an MBR that overlap or leave the disk, and a chain in a circle, are told', async () => {
  const disk = partitioned(
    'label: dos\nsize=8MiB, type=83\nsize=8MiB, type=83\nsize=20MiB, type=5\n5: size=4MiB, type=83\n',
  );
  disk.writeUInt32LE(2048 + 100, 446 + 16 + 8);
  expect((await tableOf(disk)).mistakes).toEqual(['partitions 1 and 2 overlap']);
  disk.writeUInt32LE(2 ** 20, 446 + 16 + 8);
  expect((await tableOf(disk)).mistakes).toEqual(['partition 2 ends beyond the disk']);
  const extended = disk.readUInt32LE(446 + 32 + 8) * 512;
  Buffer.from([0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]).copy(disk, extended + 446 + 16);
  expect((await tableOf(disk)).mistakes).toContain('the chain of logical partitions has no end');
});

test('a GPT without a flaw has every bit of its headers and entries under a checksum', async () => {
  const disk = Buffer.from(WITH_GPT);
  const covered = fc.oneof(
    fc.integer({ min: 512, max: 512 + 91 }),
    fc.integer({ min: 1024, max: 1024 + 128 * 128 - 1 }),
    fc.integer({ min: disk.length - 512, max: disk.length - 512 + 91 }),
  );
  await fc.assert(
    fc.asyncProperty(covered, fc.integer({ min: 0, max: 7 }), async (at, bit) => {
      const before = disk.readUInt8(at);
      disk.writeUInt8(before ^ (1 << bit), at);
      const { mistakes } = await tableOf(disk);
      disk.writeUInt8(before, at);
      expect(mistakes).not.toEqual([]);
    }),
  );
});

test('whatever stands where a table should be, nothing is read beyond the disk', async () => {
  const sectors = fc.uint8Array({ minLength: 0, maxLength: 1024 });
  await fc.assert(
    fc.asyncProperty(sectors, fc.integer({ min: 0, max: 1024 }), async (noise, at) => {
      const broken = Buffer.from(WITH_GPT.subarray(0, 20 * MIB));
      broken.set(noise, at);
      broken.writeUInt16LE(0xaa55, 510);
      await expect(tableOf(broken)).resolves.toBeDefined();
    }),
  );
});
