/** Real machines, as small as they come: their disks are a sector of code, or nothing at all. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bootImage, type BootOptions, type BootReport } from '../../src/boot/boot-image.ts';
import { turnIntoFixedVhd } from '../../src/image/fixed-vhd.ts';
import { sha256 } from '../../src/model/digest.ts';
import { bootSector, writeDisk } from '../rig/boot-sector.ts';
import { processesWith } from '../rig/processes.ts';
import { Scratch } from '../rig/scratch.ts';

/** They take seconds; the limits are for machines that are busy with other things. */
vi.setConfig({ testTimeout: 180_000 });
const BYTES = 64 * 2 ** 20;

let scratch: Scratch;
beforeEach(() => {
  scratch = new Scratch();
});
afterEach(() => scratch[Symbol.dispose]());

/** What is left of machines, and where they had their disk. */
const leftovers = (): readonly string[] => [
  ...processesWith(scratch.folder),
  ...readdirSync(scratch.folder).filter((name) => name.includes('.tmp-')),
];

async function boot(head: Buffer, options: Partial<BootOptions> = {}): Promise<BootReport> {
  const disk = scratch.path('node.vhd');
  writeDisk(disk, head, BYTES);
  await turnIntoFixedVhd(disk, disk, { contentSha256: sha256('disk'), epochSeconds: 0 });
  const before = readFileSync(disk);
  const report = await bootImage(disk, {
    ...{ generation: 'V1', imageBytes: BYTES, role: undefined, timeoutMs: 150_000, secureBoot: true },
    ...{ accelerator: 'auto', consolePath: scratch.path('console.log'), scratch: scratch.folder },
    ...{ say: () => undefined, signal: new AbortController().signal },
    ...options,
  });
  expect(readFileSync(disk).equals(before)).toBe(true);
  expect(leftovers()).toEqual([]);
  return report;
}

const failed = ({ findings }: BootReport) => findings.flatMap(({ id, result }) => (result === 'failed' ? id : []));

test('a kernel that panics is told by its last lines and the cause, long before the time is over', async () => {
  const text =
    'Linux version 6.1\r\nKernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)\r\n';
  const report = await boot(bootSector(text));
  expect(report.failure).toMatchObject({ cause: 'The kernel found no root file system.' });
  expect(report.failure?.lastLines.at(-1)).toBe(
    'Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)',
  );
  expect(failed(report)).toEqual(['boot.comes-up', 'boot.console']);
  expect(report.durationsMs[0]).toBeLessThan(150_000);
  expect(scratch.read('console.log')).toContain(text);
  expect(readFileSync(scratch.path('console.png')).toString('latin1', 1, 4)).toBe('PNG');
});

test('a disk without a bootloader is told so, for BIOS', async () => {
  const report = await boot(Buffer.alloc(512));
  expect(report.failure?.cause).toBe('The BIOS found no bootloader for generation 1.');
});

test('a disk without a bootloader is told so, for UEFI with Secure Boot', async () => {
  const report = await boot(Buffer.alloc(512), { generation: 'V2' });
  expect(report).toMatchObject({ secureBoot: true });
  expect(report.failure?.cause).toBe('The firmware found no bootloader for generation 2.');
});

test('a loader that crashes all the time is not waited for', async () => {
  const report = await boot(bootSector('crash\r\n', 'crash'));
  expect(report.failure?.cause).toMatch(/^The machine began anew \d+ times\.$/);
});

test('what says nothing more is ended when its time is over, and told by how far it came', async () => {
  const report = await boot(bootSector('[    0.000000] Linux version 6.1\r\n'), { timeoutMs: 6000 });
  expect(report.failure?.cause).toBe('The kernel runs, but was not done within 6 seconds.');
});

test('an abort ends everything', async () => {
  const abort = new AbortController();
  const say = (text: string): void => {
    if (text.startsWith('booting')) setTimeout(() => abort.abort(new Error('enough')), 1500);
  };
  await expect(boot(bootSector('waiting\r\n'), { say, signal: abort.signal })).rejects.toThrow('enough');
  expect(leftovers()).toEqual([]);
  expect(scratch.read('console.log')).toContain('waiting');
});

const RUNNER = `
import { bootImage } from './src/boot/boot-image.ts';
const [disk, folder] = process.argv.slice(1);
await bootImage(disk, { generation: 'V1', imageBytes: ${BYTES}, format: 'raw', role: undefined, timeoutMs: 60000, secureBoot: false,
  accelerator: 'auto', consolePath: folder + '/console.log', scratch: folder, say: () => undefined, signal: new AbortController().signal });
`;

test('kill -9 leaves no machine behind, and the next run sweeps what it left', async () => {
  const disk = scratch.path('disk.raw');
  writeDisk(disk, bootSector('waiting\r\n'), BYTES);
  const child = execFile(process.execPath, ['--input-type=module', '-e', RUNNER, disk, scratch.folder]);
  const qemu = (): readonly string[] => processesWith(scratch.folder).filter((line) => line.startsWith('qemu-system'));
  await expect.poll(qemu, { timeout: 60_000 }).toHaveLength(1);
  child.kill('SIGKILL');
  await expect.poll(() => processesWith(scratch.folder), { timeout: 60_000 }).toEqual([]);
  await boot(bootSector('Kernel panic - not syncing: test\r\n'));
});
