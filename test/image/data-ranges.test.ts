import { execFileSync } from 'node:child_process';
import { closeSync, openSync, truncateSync, writeSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dataRanges } from '../../src/image/data-ranges.ts';
import { Scratch } from '../rig/scratch.ts';

const MIB = 2 ** 20;

test('a file has the ranges that qemu-img finds in it', async () => {
  using scratch = new Scratch();
  const path = scratch.write('sparse', 'at the beginning');
  const file = openSync(path, 'r+');
  for (const at of [5 * MIB + 1, 900 * MIB, 40 * 1024 * MIB]) writeSync(file, 'data', at);
  closeSync(file);
  truncateSync(path, 41 * 1024 * MIB);
  const ranges = await dataRanges(path);
  expect(ranges).toHaveLength(4);
  const map = execFileSync('qemu-img', ['map', '--output=json', '-f', 'raw', path], { encoding: 'utf8' });
  const extents: readonly { readonly start: number; readonly length: number; readonly data: boolean }[] =
    JSON.parse(map);
  const expected = extents.filter(({ data }) => data);
  expect(ranges).toEqual(expected.map(({ start, length }) => ({ start, bytes: length })));
});

test('an empty file and one hole have nothing, a full file is one range', async () => {
  using scratch = new Scratch();
  const empty = scratch.write('empty');
  expect(await dataRanges(empty)).toEqual([]);
  truncateSync(empty, 30 * 1024 * MIB);
  expect(await dataRanges(empty)).toEqual([]);
  const full = scratch.write("a full file's name", 'x'.repeat(10_000));
  expect(await dataRanges(full)).toEqual([{ start: 0, bytes: 10_000 }]);
});

test('a file that is not there is said to be missing', async () => {
  await expect(dataRanges('/nowhere')).rejects.toThrow('No such file');
});
