/** What is noted of a disk: as long as it has not changed, nothing of it is read again. */
import { globSync, openSync, closeSync, readFileSync, statSync, utimesSync, writeFileSync, writeSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { diskContent } from '../../src/bake/disk-content.ts';
import type { PageContent } from '../../src/store/page-content.ts';
import { Scratch } from '../rig/scratch.ts';
import { contentOf, GIB, makeDisk, noise, type Disk } from '../store/page-rig.ts';

let scratch: Scratch;
let disk: Disk;
beforeEach(() => {
  scratch = new Scratch();
  disk = makeDisk(scratch.path('disk.vhd'), GIB, [
    [0, noise(4096)],
    [GIB / 2 + 512, noise(100_352, 2)],
  ]);
  // Long ago: what was written just now may be written again within the tick of its time.
  age();
});
afterEach(() => scratch[Symbol.dispose]());

const age = (): void => utimesSync(disk.path, 1_600_000_000, 1_600_000_000);
const state = (): string => scratch.path('state');
const note = (): string => globSync(`${state()}/disk-*.json`)[0] ?? '';

/** @returns the content, and whether anything was read for it */
async function look(): Promise<readonly [content: PageContent, isRead: boolean]> {
  let isRead = false;
  const content = await diskContent(disk.path, { state: state(), onProgress: () => (isRead = true) });
  return [content, isRead];
}

/** Time stamps are trusted when they are older than the tick of the kernel's clock. */
async function settle(): Promise<void> {
  const { ctimeMs } = statSync(disk.path);
  while (Date.now() < ctimeMs + 50) await new Promise((next) => setImmediate(next));
}

test('the second look has all of the first, and reads nothing', async () => {
  await settle();
  const [first, isRead] = await look();
  expect(isRead).toBe(true);
  expect(first).toEqual(await contentOf(disk));
  expect(await look()).toEqual([first, false]);
});

test('a disk that was written just now is read once', async () => {
  const [first] = await look();
  expect(await look()).toEqual([first, false]);
});

test('a disk that was written to, or replaced, is read again', async () => {
  await settle();
  const [{ sha256 }] = await look();
  const file = openSync(disk.path, 'r+');
  writeSync(file, Buffer.from('other'), 0, 5, 512);
  closeSync(file);
  age();
  const [changed, isRead] = await look();
  expect(isRead).toBe(true);
  expect(changed.sha256).not.toBe(sha256);
  expect(changed).toEqual(await contentOf(disk));
});

test.each(['', '{', '[]', '{"stats":[],"sizes":[],"runs":[],"writes":[],"footer":[],"bytes":1,"sha256":"x"}'])(
  'a note that is %j is none',
  async (text) => {
    await settle();
    const [first] = await look();
    writeFileSync(note(), text);
    expect(await look()).toEqual([first, true]);
    expect(readFileSync(note(), 'utf8')).toContain(first.sha256);
  },
);

test('without a folder for notes all is read each time', async () => {
  await settle();
  const content = await diskContent(disk.path, { state: undefined });
  expect(content).toEqual(await contentOf(disk));
  expect(note()).toBe('');
});
