import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freeBytes, requireSpace } from '../../src/host/disk-space.ts';
import { pack } from '../../src/host/tar-pack.ts';
import { copyHashed, moveDurably } from '../../src/host/transfer.ts';
import { sha256 } from '../../src/model/digest.ts';
import { Scratch } from '../rig/scratch.ts';

/** On every Linux a file system of its own, in memory. */
const SHARED_MEMORY = '/dev/shm';

test('a copy is hashed on the way and tells how far it is', async () => {
  using scratch = new Scratch();
  const content = 'x'.repeat(3_000_000);
  const seen: (readonly [number, number | undefined])[] = [];
  const copied = await copyHashed(scratch.write('from', content), scratch.path('to'), {
    onProgress: (bytes, total) => seen.push([bytes, total]),
  });
  expect(copied).toEqual({ sha256: sha256(content), bytes: 3_000_000 });
  expect(seen.at(-1)).toEqual([3_000_000, 3_000_000]);
});

test('a file from another file system appears whole, and is gone there', async () => {
  using scratch = new Scratch();
  const folder = mkdtempSync(join(SHARED_MEMORY, 'dcos-build-test-'));
  try {
    writeFileSync(join(folder, 'file'), 'content');
    await moveDurably(join(folder, 'file'), scratch.path('made/file'));
    expect(scratch.read('made/file')).toBe('content');
    expect(existsSync(join(folder, 'file'))).toBe(false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a full disk is told as that, by a copy and by a pack', async () => {
  using scratch = new Scratch();
  // Every write to this device fails as on a full disk.
  for (const name of ['copy', 'tarball']) symlinkSync('/dev/full', scratch.path(name));
  const from = scratch.write('tree/file', 'content');
  await expect(copyHashed(from, scratch.path('copy'))).rejects.toMatchObject({ code: 'DISK_FULL' });
  const packing = pack(scratch.path('tree'), scratch.path('tarball'), { compression: 'zst', epoch: 0, threads: 1 });
  await expect(packing).rejects.toMatchObject({ code: 'DISK_FULL' });
  expect(existsSync(scratch.path('tarball'))).toBe(false);
  expect(existsSync('/dev/full')).toBe(true);
});

test('what cannot fit is refused before it begins, with what is there and what is needed', async () => {
  using scratch = new Scratch();
  const inside = scratch.path('not/there/yet');
  expect(await freeBytes(inside)).toBeGreaterThan(0);
  await requireSpace(inside, 1);
  await expect(requireSpace(inside, 2 ** 60)).rejects.toThrow(/has \d+ MiB free; 1099511627776 MiB are needed/);
});
