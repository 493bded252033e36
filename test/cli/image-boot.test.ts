/** `image test --boot` on disks that boot in a moment, or not at all. */
import { mkdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { turnIntoFixedVhd } from '../../src/image/fixed-vhd.ts';
import { sha256 } from '../../src/model/digest.ts';
import { bootSector, writeDisk } from '../rig/boot-sector.ts';
import { addImageRecord } from '../rig/image-record.ts';
import { processesWith } from '../rig/processes.ts';
import { Rig } from '../rig/rig.ts';

/** They take seconds; the limit is for machines that are busy with other things. */
vi.setConfig({ testTimeout: 180_000 });

async function withDisk(text: string): Promise<Rig> {
  const rig = new Rig();
  writeDisk(rig.path('node.vhd'), bootSector(text));
  const options = { contentSha256: sha256('disk'), epochSeconds: 1_700_000_000 };
  await turnIntoFixedVhd(rig.path('node.vhd'), rig.path('node.vhd'), options);
  return rig;
}

const read = (rig: Rig, name: string): string => readFileSync(rig.path(name), 'utf8');

const PANIC = 'Linux version 6.1\r\nALERT!  UUID=1-2 does not exist.  Dropping to a shell!\r\n';

test('an image that does not boot is told by the end of its console, the likely cause and what to do', async () => {
  using rig = await withDisk(PANIC);
  const { status, stdout, stderr } = await rig.run(
    ...['image', 'test', 'node.vhd', '--boot', '--generation', '1', '--junit', 'junit.xml'],
  );
  expect(status).toBe(1);
  expect(stderr).toMatch(/^booting V1 with(?:out)? KVM …\n$/);
  expect(stdout).toMatch(/^Booted as V1, with(?:out)? KVM: given up after \d+(?:\.\d)?s\.$/m);
  expect(stdout).toMatch(/^ERROR +boot\.comes-up .* The initrd did not find the root file system\.$/m);
  expect(stdout).toMatch(/^skipped +provision\.ready /m);
  expect(stdout).toContain('  | ALERT!  UUID=1-2 does not exist.  Dropping to a shell!\n');
  expect(stdout).toContain('The initrd lacks the driver of the disk (virtio_scsi here, hv_storvsc on Azure)');
  expect(stdout).toMatch(/^console {2}node\.console-v1\.log\nscreen {3}node\.console-v1\.png\n$/m);
  expect(stdout).toMatch(/^It does not boot as V1: 2 errors, 0 warnings\.$/m);
  expect(read(rig, 'node.console-v1.log')).toContain(PANIC);
  expect(read(rig, 'junit.xml')).toContain('<testsuite name="boot V1" ');
});

test('what a boot fails and the record beside the disk ignores is told, and no failure', async () => {
  using rig = await withDisk(PANIC);
  const ignores = ['boot.comes-up', 'boot.console'].map((rule) => ({ rule, reason: 'It is a stub.' }));
  addImageRecord(rig, { ignores });
  renameSync(rig.path('node.vhd'), rig.path('out/images/node/1.7.0/disk.vhd'));
  const { stdout, stderr } = await rig.run(
    ...['image', 'test', 'node', '--boot', '--generation', '1', '--junit', 'junit.xml'],
  );
  expect(stderr).toMatch(/^booting V1 with(?:out)? KVM …\n$/);
  expect(stdout).toMatch(/^ignored +boot\.comes-up /m);
  expect(stdout).toMatch(
    /^Ignored:\n {2}boot\.comes-up {2}for good {2}It is a stub\.\n {2}boot\.console {3}for good /m,
  );
  expect(stdout).toMatch(/^It does not boot as V1: 0 errors, 0 warnings, 2 ignored\.$/m);
  expect(read(rig, 'junit.xml')).toMatch(/<testsuite name="boot V1" tests="\d+" failures="0" /);
});

test('--json has each boot with its findings, and --console says where the log goes', async () => {
  using rig = await withDisk(PANIC);
  const { status, stdout } = await rig.run(
    ...['image', 'test', 'node.vhd', '--boot', '--generation', '1', '--console', 'logs/boot.txt', '--json'],
  );
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    boots: [
      {
        ...{ generation: 'V1', secureBoot: false, consolePath: rig.path('logs/boot.txt') },
        failure: { cause: 'The initrd did not find the root file system.' },
        findings: expect.arrayContaining([expect.objectContaining({ id: 'boot.comes-up', result: 'failed' })]),
      },
    ],
  });
  expect(read(rig, 'logs/boot.txt')).toContain(PANIC);
});

test('Ctrl-C ends the machine, and nothing of it stays', async () => {
  using rig = await withDisk('waiting\r\n');
  const running = rig.start(['image', 'test', 'node.vhd', '--boot', '--generation', '1'], { TMPDIR: rig.folder });
  await running.sees('booting');
  await expect.poll(() => processesWith(rig.folder).join('\n'), { timeout: 60_000 }).toContain('qemu-system');
  running.kill('SIGINT');
  expect(await running.end).toMatchObject({ status: 130, stdout: '' });
  expect(processesWith(rig.folder)).toEqual([]);
});

test.each([
  [['--role', 'slave'], '--role says how to boot, and --boot is missing.'],
  [['--generation', '2'], '--generation says how to boot, and --boot is missing.'],
  [['--boot', '--role', '../etc'], '"../etc" is no name of a role.'],
  [['--boot', '--boot-timeout', '0'], '--boot-timeout takes a number of seconds.'],
  [['--boot', '--boot-timeout', 'soon'], '--boot-timeout takes a number of seconds.'],
  [['--boot', '--generation', '1', '--console', '/proc/none/console.log'], 'The folder /proc/none cannot be made'],
])('image test %j is refused', async (options, message) => {
  using rig = await withDisk('');
  const { status, stderr } = await rig.run('image', 'test', 'node.vhd', ...options);
  expect(status).toBe(2);
  expect(stderr).toContain(message);
});

test('a machine without QEMU says all that it lacks, and how to get it', async () => {
  using rig = await withDisk('');
  const args = ['image', 'test', 'node.vhd', '--boot', '--generation', '1'];
  mkdirSync(rig.path('bin'));
  symlinkSync('/usr/bin/perl', rig.path('bin/perl'));
  const { status, stderr } = await rig.start(args, { PATH: rig.path('bin') }).end;
  expect(status).toBe(3);
  expect(stderr).toMatch(/To boot an image, this machine lacks qemu-img, qemu-system-x86_64, ssh, ssh-keygen\./);
  expect(stderr).toContain('dcos-build doctor --fix --for boot');
});
