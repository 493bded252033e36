/** Real machines, as small as they come: their common disk is a sector of code. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { checkCluster } from '../../src/boot/local/check.ts';
import { requireMemory } from '../../src/boot/local/memory.ts';
import type { ClusterMachine, ClusterOptions } from '../../src/boot/local/options.ts';
import { startCluster } from '../../src/boot/local-cluster.ts';
import { bootSector, writeDisk } from '../rig/boot-sector.ts';
import { processesWith } from '../rig/processes.ts';
import { Scratch } from '../rig/scratch.ts';

/** They take seconds; the limits are for machines that are busy with other things. */
vi.setConfig({ testTimeout: 180_000 });
const BYTES = 64 * 2 ** 20;
const PANIC = 'Linux version 6.1\r\nKernel panic - not syncing: test\r\n';

let scratch: Scratch;
beforeEach(() => {
  scratch = new Scratch();
});
afterEach(() => scratch[Symbol.dispose]());

const machine = (hostName: string, ip: string): ClusterMachine => ({
  ...{ hostName, ip, prefixLength: 24, customData: '#cloud-config\n{}\n', roles: ['master'], ports: [80, 22] },
});
const MACHINES = [machine('master-0', '172.16.0.5'), machine('public-0', '10.0.0.4')];

function optionsWith(head: Buffer, more: Partial<ClusterOptions> = {}): ClusterOptions {
  writeDisk(scratch.path('disk.raw'), head, BYTES);
  return {
    ...{ image: scratch.path('disk.raw'), imageBytes: BYTES, format: 'raw', generation: 'V1', secureBoot: false },
    ...{ machines: MACHINES, userName: 'azureuser', memoryMib: 128, accelerator: 'auto', timeoutMs: 150_000 },
    ...{ consoles: scratch.path('consoles'), scratch: scratch.folder, say: () => undefined },
    signal: new AbortController().signal,
    ...more,
  };
}

/** What is left of machines, and where they had their disks. */
const leftovers = (): readonly string[] => [
  ...processesWith(scratch.folder),
  ...readdirSync(scratch.folder).filter((name) => name.includes('.tmp-')),
];

test('machines that do not come up are told one by one, with ports and consoles of their own', async () => {
  const said: string[] = [];
  const options = optionsWith(bootSector(PANIC), { say: (text) => said.push(text.replace(/^\[.*?\] /, '')) });
  await (async () => {
    await using cluster = await startCluster(options);
    expect(cluster.nodes.map(({ end }) => end.failure?.cause)).toEqual([
      'The kernel panicked.',
      'The kernel panicked.',
    ]);
    const ports = cluster.nodes.flatMap(({ hostPorts }) => [hostPorts.get(22), hostPorts.get(80)]);
    expect(new Set(ports).size).toBe(4);
    expect(ports).not.toContain(undefined);
    for (const { consolePath } of cluster.nodes) expect(readFileSync(consolePath, 'utf8')).toContain(PANIC);
    const report = await checkCluster(cluster, options.signal);
    expect(report.isGood).toBe(false);
    expect(report.nodes.map(({ hostName, findings }) => [hostName, findings[0]?.actual])).toEqual([
      ['master-0', 'The kernel panicked.'],
      ['public-0', 'The kernel panicked.'],
    ]);
  })();
  expect(said.filter((line) => line.startsWith('master-0'))).toEqual([
    'master-0: switched on',
    'master-0: its kernel runs',
    'master-0: has failed: The kernel panicked.',
  ]);
  expect(leftovers()).toEqual([]);
});

test('an abort ends all machines', async () => {
  const abort = new AbortController();
  const isOn = new Set<string>();
  const say = (text: string): void => {
    if (text.endsWith('switched on')) isOn.add(text.replace(/^\[.*?\] /, ''));
    if (isOn.size === MACHINES.length) abort.abort(new Error('enough'));
  };
  const options = optionsWith(bootSector('waiting\r\n'), { say, signal: abort.signal });
  await expect(startCluster(options)).rejects.toThrow('enough');
  expect(leftovers()).toEqual([]);
});

test('an image that cannot be read ends all, and leaves nothing', async () => {
  const options = optionsWith(bootSector(''), { image: scratch.path('missing.raw') });
  await expect(startCluster(options)).rejects.toMatchObject({ code: 'IMAGE_INVALID' });
  expect(leftovers()).toEqual([]);
});

test('machines that need more memory than is free are not started', () => {
  const needs = { machines: 3, memoryMib: 2048, accelerator: 'kvm' } as const;
  expect(() => requireMemory(needs, 7 * 2 ** 30)).not.toThrow();
  expect(() => requireMemory(needs, 6 * 2 ** 30)).toThrow(
    '3 machines of 2.0 GiB each need 6.4 GiB of memory, and 6.0 GiB are free.',
  );
});

const RUNNER = `
import { startCluster } from './src/boot/local-cluster.ts';
const options = JSON.parse(process.argv[1]);
await startCluster({ ...options, say: () => undefined, signal: new AbortController().signal });
`;

test('kill -9 leaves no machine behind', async () => {
  const options = optionsWith(bootSector('waiting\r\n'));
  const child = execFile(process.execPath, ['--input-type=module', '-e', RUNNER, JSON.stringify(options)]);
  const qemu = (): readonly string[] => processesWith(scratch.folder).filter((line) => line.startsWith('qemu-system'));
  await expect.poll(qemu, { timeout: 60_000 }).toHaveLength(2);
  child.kill('SIGKILL');
  await expect.poll(() => processesWith(scratch.folder), { timeout: 60_000 }).toEqual([]);
});
