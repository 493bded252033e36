/** Images that were made to keep whoever looks at them busy, or to have it fall over: they get findings like any other. */
import { closeSync, openSync, readSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inspectImage } from '../../../src/image/inspect-image.ts';
import { readGrubConfig } from '../../../src/image/os/boot-entries.ts';
import { readInitrd } from '../../../src/image/os/initrd.ts';
import { RELEASE, type OsFiles } from '../../rig/os-files.ts';
import { changeRoot, copyImage, ESP_START, makeOsImage, osFiles, ROOT_START } from '../../rig/os-image.ts';
import { overwrite } from '../../rig/overwrite.ts';
import { Scratch } from '../../rig/scratch.ts';

const scratch = new Scratch();
const { signal } = new AbortController();
let good = '';

beforeAll(async () => {
  good = await makeOsImage(scratch, 'good');
  changeRoot(scratch, good, { write: osFiles(scratch) }, []);
});
afterAll(() => scratch[Symbol.dispose]());

async function failuresWith(write: OsFiles): Promise<readonly string[]> {
  const disk = copyImage(good, scratch.path('changed.vhd'));
  changeRoot(scratch, disk, { write }, Object.keys(osFiles(scratch)));
  const { findings } = await inspectImage(disk, { shown: disk, signal });
  return findings.filter(({ result }) => result === 'failed').map(({ id }) => id);
}

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
  const reading = await readInitrd(gzipSync(archiveOf(names), { level: 1 }), signal);
  expect('modules' in reading ? reading.modules.size : reading).toBe(count);
});

test('a list of sources with more lines than a call takes arguments is read', async () => {
  expect(await failuresWith({ '/etc/apt/sources.list': 'deb h x\n'.repeat(400_000) })).toEqual(['repos']);
});

test.each([
  ['inodes of 1000 bytes', 0x58, 1000],
  ['inodes of 129 bytes', 0x58, 129],
  ['descriptors of groups of 33 bytes', 0xfe, 33],
  ['descriptors of groups of 1000 bytes', 0xfe, 1000],
])('a superblock that tells of %s is a broken one', async (_, at, value) => {
  const disk = copyImage(good, scratch.path('changed.vhd'));
  // Of 64 bits, so that descriptors have a size of their own.
  changeRoot(scratch, disk, { commands: ['feature 64bit'] }, []);
  overwrite(disk, ROOT_START + 1024 + at, Buffer.from([value % 256, Math.floor(value / 256)]));
  const { findings } = await inspectImage(disk, { shown: disk, signal });
  const root = findings.find(({ id }) => id === 'root.readable');
  expect(root).toMatchObject({ result: 'failed', actual: expect.stringContaining('sizes in its superblock') });
});

test('an EFI system partition that breaks off inside counts as empty, and the root is judged', async () => {
  const disk = copyImage(good, scratch.path('changed.vhd'));
  const file = openSync(disk, 'r');
  const esp = Buffer.alloc(ROOT_START - ESP_START);
  readSync(file, esp, 0, esp.length, ESP_START);
  closeSync(file);
  // The size of a file, which its chain of clusters does not reach.
  overwrite(disk, ESP_START + esp.indexOf('GRUB    CFG') + 28, Buffer.from([0, 0, 64, 0]));
  const { findings } = await inspectImage(disk, { shown: disk, signal });
  expect(findings.flatMap(({ id, result }) => (result === 'failed' ? [id] : []))).toEqual([]);
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
