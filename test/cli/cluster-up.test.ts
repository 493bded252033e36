/** `cluster up --local` on machines that do not get far: their disk is a sector of code. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { turnIntoFixedVhd } from '../../src/image/fixed-vhd.ts';
import { sha256 } from '../../src/model/digest.ts';
import { bootSector, writeDisk } from '../rig/boot-sector.ts';
import { processesWith } from '../rig/processes.ts';
import { Rig } from '../rig/rig.ts';

/** They take seconds; the limit is for machines that are busy with other things. */
vi.setConfig({ testTimeout: 240_000 });

const DEFINITION = {
  name: 'small',
  image: { definition: 'node', generation: '1', trusted_launch: false },
  masters: { count: 3, size: 'Standard_D2s_v5' },
  pools: [
    { name: 'work', kind: 'private', count: 4, size: 'Standard_D2s_v5' },
    { name: 'front', kind: 'public', count: 2, size: 'Standard_D2s_v5', ports: [8000] },
  ],
};
const PANIC = 'Linux version 6.1\r\nKernel panic - not syncing: test\r\n';
const UP = ['cluster', 'up', '--local', '-f', 'cluster.json', '--image', 'disk.vhd', '--memory', '512'];

async function withDisk(text: string): Promise<Rig> {
  const rig = new Rig();
  rig.write('cluster.json', JSON.stringify(DEFINITION));
  writeDisk(rig.path('disk.vhd'), bootSector(text));
  const options = { contentSha256: sha256('disk'), epochSeconds: 1_700_000_000 };
  await turnIntoFixedVhd(rig.path('disk.vhd'), rig.path('disk.vhd'), options);
  return rig;
}

test('a cluster whose machines panic is told machine by machine, and leaves their consoles', async () => {
  using rig = await withDisk(PANIC);
  const { status, stdout, stderr } = await rig.run(...UP, '--masters', '1', '--agents', '1');
  expect(stderr).toContain('starting 3 of 9 machines\n');
  expect(stderr).toMatch(/^\[ +[\d.]+s\] dcos-master-\w+-0: switched on$/m);
  expect(status).toBe(1);
  expect(stdout).toMatch(/^0 of 3 machines up, with(?:out)? KVM, after /);
  expect(stdout).toMatch(/^dcos-master-\w+-0 +master, azure_master, azure +172\.16\.0\.5 +failed$/m);
  expect(stdout).toMatch(/^dcos-work-\w+-000000 +slave, azure +10\.0\.0\.4 +failed$/m);
  expect(stdout).toMatch(/^dcos-front-\w+-000000 +slave_public, azure +10\.32\.0\.4 +failed$/m);
  expect(stdout).toContain('  | Kernel panic - not syncing: test\nThe kernel panicked.\n');
  const [, master = ''] = /^(dcos-master-\w+-0) /m.exec(stdout) ?? [];
  expect(readFileSync(rig.path(`out/clusters/small/consoles/${master}.log`), 'utf8')).toContain(PANIC);
  expect(processesWith(rig.folder)).toEqual([]);
});

test('--test tells by --json what each rule found', async () => {
  using rig = await withDisk(PANIC);
  const { status, stdout } = await rig.run(...UP, '--masters', '1', '--agents', '0', '--test', '--json');
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    isGood: false,
    nodes: [
      {
        ...{ ip: '172.16.0.5', roles: ['master', 'azure_master', 'azure'] },
        ports: { '22': expect.any(Number), '80': expect.any(Number) },
        failure: { cause: 'The kernel panicked.' },
        findings: expect.arrayContaining([expect.objectContaining({ id: 'node.comes-up', result: 'failed' })]),
      },
    ],
  });
});

test('Ctrl-C while machines come up ends them', async () => {
  using rig = await withDisk('waiting\r\n');
  const running = rig.start([...UP, '--masters', '1', '--agents', '1']);
  await running.sees('switched on');
  running.kill('SIGINT');
  expect((await running.end).status).toBe(130);
  expect(processesWith(rig.folder)).toEqual([]);
});

test('what cannot be meant is said at once, and nothing is started', async () => {
  using rig = await withDisk(PANIC);
  const elsewhere = await rig.run('cluster', 'up', '-f', 'cluster.json', '--masters', '2', '--keep');
  expect(elsewhere.status).toBe(2);
  expect(elsewhere.stderr).toContain('add --local');
  expect(elsewhere.stderr).toContain('--masters takes 1, 3 or 5.');
  expect(elsewhere.stderr).toContain('--test is missing');
  const unknown = await rig.run('cluster', 'up', '--local', '-f', 'cluster.json');
  expect(unknown.status).toBe(2);
  expect(unknown.stderr).toContain('There is no baked image "node".');
  expect(existsSync(rig.path('out'))).toBe(false);
});
