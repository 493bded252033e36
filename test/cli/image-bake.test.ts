/** What a bake makes, and which of it the next one makes anew. Hooks are in image-hook.test.ts. */
import { readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseFileList } from '../../src/bake/file-list.ts';
import { DEFINITION, imageRig } from '../rig/image-rig.ts';
import { bake, IMAGE, planned, recordOf } from '../rig/tiny-image.ts';
import type { Rig } from '../rig/rig.ts';

describe('a small image', { timeout: 120_000 }, () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await imageRig();
  }, 120_000);
  afterAll(() => rig[Symbol.dispose]());

  test('is baked with its record, its bill and the list of its files', async () => {
    expect(await planned(rig)).toEqual({ base: 'reuse', bootstrap: 'build', disk: 'build' });
    const { status, stdout, stderr } = await bake(rig);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^tiny 1\.2\.3 baked in .* \(made: bootstrap, disk\)\n {2}disk +out\/images\/tiny/);
    expect(readdirSync(rig.path(IMAGE)).toSorted()).toEqual([
      'bom.cdx.json',
      'disk.vhd',
      'files.json.gz',
      'image.json',
    ]);
    const record = recordOf(rig);
    expect(record).toMatchObject({
      ...{ name: 'tiny', version: '1.2.3', architecture: 'x64', generations: ['V2'], secureBoot: true },
      disk: { virtualBytes: 2 ** 30, fileBytes: 2 ** 30 + 512 },
      inputs: { dcos: { variant: null, version: '1.2.3' } },
      packages: [{ name: 'shell', version: '1', architecture: 'all' }],
      roles: ['master', 'slave'],
      users: [{ name: 'dcos_service', home: '/opt/mesosphere', shell: '/sbin/nologin' }],
      kernelParameters: ['console=ttyS0'],
    });
    expect(record.disk.partitions.map(({ number, content }) => [number, content])).toEqual([
      [1, 'ext4'],
      [15, 'vfat'],
    ]);
    expect(record.inputs.dcos.packageIds.map((id) => id.replace(/--.*/, ''))).toEqual(['service', 'tool']);
    expect(record.checks.find(({ id }) => id === 'ssh.keepalive')).toBeDefined();
    expect(statSync(rig.path(IMAGE, 'disk.vhd')).blocks * 512).toBeLessThan(200 * 2 ** 20);
  });

  test('the list of its files has what is on the disk, what boots it too', async () => {
    const files = parseFileList(readFileSync(rig.path(IMAGE, 'files.json.gz')));
    for (const path of ['/boot/grub/grub.cfg', '/etc/fstab', '/etc/passwd']) {
      const command = `debugfs -R 'cat ${path}' '${IMAGE}/disk.vhd?offset=134217728' 2>/dev/null | sha256sum`;
      const { stdout } = await rig.shell(command);
      expect([path, files.get(path)?.[3]]).toEqual([path, stdout.slice(0, 64)]);
    }
  });

  test('has DC/OS in it as pkgpanda would have left it, and what the first boot needs', async () => {
    const { stdout } = await rig.shell(`debugfs -R 'cat /etc/passwd' '${IMAGE}/disk.vhd?offset=134217728' 2>/dev/null
for path in /etc/waagent.conf /usr/lib/dcos/roles/master /etc/systemd/system/dcos-all.service; do
  echo "== $path"
  debugfs -R "cat $path" '${IMAGE}/disk.vhd?offset=134217728' 2>/dev/null
done
for path in /opt/mesosphere/bin/tool /etc/systemd/system/dcos.target.wants/dcos-all.service \\
  /etc/systemd/system/multi-user.target.wants/dcos.target /etc/machine-id /var/lib/dcos/service; do
  echo "== $path"
  debugfs -R "stat $path" '${IMAGE}/disk.vhd?offset=134217728' 2>/dev/null | grep -E '^(User|Fast link)|Size:'
done`);
    expect(
      stdout.replaceAll(/--[0-9a-f]{40}/g, '--ID').replaceAll(/\b6\d\d\b|\b7\d\d\b|\b8\d\d\b/g, 'UID'),
    ).toMatchSnapshot();
  });

  test('mounts the EFI system partition by the number that it has', async () => {
    const { stdout } = await rig.shell(
      `debugfs -R 'cat /etc/fstab' '${IMAGE}/disk.vhd?offset=134217728' 2>/dev/null
dd if=${IMAGE}/disk.vhd bs=1 skip=$((4194304 + 39)) count=4 2>/dev/null | od -A n -t x4`,
    );
    const [, mounted = '', serial = ''] = /^UUID=(\S+) \/boot\/efi [^]*\n ([0-9a-f]{8})\n$/m.exec(stdout) ?? [];
    expect(serial).not.toBe('');
    expect(mounted.replace('-', '').toLowerCase()).toBe(serial);
  });

  test('is not baked again when nothing has changed, and says so at once', async () => {
    const times = () => readdirSync(rig.path(IMAGE)).map((name) => statSync(rig.path(IMAGE, name)).mtimeMs);
    const before = times();
    expect(await planned(rig)).toEqual({ base: 'reuse', bootstrap: 'reuse', disk: 'reuse' });
    const { status, stdout } = await bake(rig);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^tiny 1\.2\.3 is up to date\n/);
    const json = await rig.run('image', 'bake', 'tiny', '--json');
    expect(json.stderr).toBe('');
    expect(JSON.parse(json.stdout).record).toEqual(recordOf(rig));
    expect(times()).toEqual(before);
  });

  test('is the same bytes when it is baked again from nothing', async () => {
    const before = recordOf(rig);
    renameSync(rig.path(IMAGE), rig.path('first'));
    rmSync(rig.path('out/cache/images/bootstrap'), { recursive: true });
    expect((await bake(rig)).status).toBe(0);
    expect(recordOf(rig)).toEqual(before);
    const { stdout } = await rig.shell(`diff --recursive --brief first ${IMAGE} && echo same; rm -r first`);
    expect(stdout).toBe('same\n');
  });

  test('a disk that was changed is found out, and baked anew', async () => {
    const { contentSha256 } = recordOf(rig).disk;
    truncateSync(rig.path(IMAGE, 'disk.vhd'), 2 ** 20);
    truncateSync(rig.path(IMAGE, 'disk.vhd'), 2 ** 30 + 512);
    expect(await planned(rig)).toMatchObject({ disk: 'build' });
    expect((await bake(rig)).status).toBe(0);
    expect(recordOf(rig).disk.contentSha256).toBe(contentSha256);
  });

  test('what does not enter the disk changes the record alone', async () => {
    const before = statSync(rig.path(IMAGE, 'disk.vhd')).mtimeMs;
    const marketplace = { publisher: 'example', offer: 'dcos', sku: 'node' };
    rig.write('pipelines/images/tiny.json', JSON.stringify({ ...DEFINITION, marketplace }));
    expect((await bake(rig)).stdout).toContain('is up to date');
    expect(recordOf(rig).marketplace).toEqual(marketplace);
    expect(statSync(rig.path(IMAGE, 'disk.vhd')).mtimeMs).toBe(before);
  });

  test('a setting makes the disk anew, and a hook the stages behind it', async () => {
    rig.write('pipelines/images/tiny.json', JSON.stringify({ ...DEFINITION, kernel_parameters: ['console=ttyS1'] }));
    expect(await planned(rig)).toEqual({ base: 'reuse', bootstrap: 'reuse', disk: 'build' });
    const { stdout } = await rig.run('image', 'bake', 'tiny', '--dry-run');
    expect(stdout).toContain(
      'The bake replaces another tiny 1.2.3, which differs in settings; with --version, both stay.',
    );
    expect((await rig.run('image', 'bake', 'tiny', '--dry-run', '--version', '1.2.9')).stdout).not.toContain(
      'replaces',
    );
    rig.write('hook.sh', '#!/bin/bash\necho hello\n');
    expect(await planned(rig, '--hook', 'hook.sh')).toEqual({
      ...{ base: 'reuse', hook: 'build', bootstrap: 'reuse', disk: 'build' },
    });
    rig.write('pipelines/images/tiny.json', JSON.stringify(DEFINITION));
  });

  test('a changed component makes bootstrap and disk anew, and not the base', async () => {
    const { version } = { version: '1.3.0' };
    rig.component('tool', { script: 'mkdir -p "$PKG_PATH/bin"\necho other >"$PKG_PATH/bin/tool"' });
    expect((await rig.run('build', '--quiet')).status).toBe(0);
    expect(await planned(rig, '--version', version)).toEqual({ base: 'reuse', bootstrap: 'build', disk: 'build' });
    expect((await bake(rig, '--version', version)).status).toBe(0);
    const { stdout } = await rig.run('image', 'diff', '--json', 'tiny@1.2.3', `tiny@${version}`);
    const { dcos, packages }: { dcos: readonly { name: string }[]; packages: readonly object[] } = JSON.parse(stdout);
    expect(dcos.map(({ name }) => name)).toEqual(['service', 'tool']);
    expect(packages).toEqual([]);
  });

  test('another image under its name and version is replaced, with a word on what differs', async () => {
    rig.write('hook.sh', '#!/bin/bash\necho other >/etc/other\n');
    const { status, stderr } = await bake(rig, '--version', '1.3.0', '--hook', 'hook.sh');
    expect([status, stderr]).toEqual([
      0,
      expect.stringContaining(
        'The bake replaces another tiny 1.3.0, which differs in hooks; with --version, both stay.\n',
      ),
    ]);
    expect((await bake(rig, '--version', '1.3.0', '--hook', 'hook.sh')).stderr).toBe('');
    expect(recordOf(rig, '1.3.0').inputs.hooks).toHaveLength(1);
  });

  test('of a published release it is the disk of the tree, and its record names the release', async () => {
    expect((await rig.run('release', 'create', 'testing', '--to', 'store', '--quiet')).status).toBe(0);
    expect((await bake(rig, '--version', '1.3.1')).status).toBe(0);
    const ofTree = recordOf(rig, '1.3.1');
    rmSync(rig.path('out/images/tiny/1.3.1'), { recursive: true });
    const { status, stderr } = await bake(rig, '--version', '1.3.1', '--release', 'testing', '--from', 'store');
    expect([status, stderr]).toEqual([0, '']);
    const ofRelease = recordOf(rig, '1.3.1');
    expect(ofRelease.disk.contentSha256).toBe(ofTree.disk.contentSha256);
    const { releases }: { releases: readonly { id: string }[] } = JSON.parse(
      (await rig.run('release', 'list', '--to', 'store', '--json')).stdout,
    );
    expect(releases).toEqual([expect.objectContaining({ id: expect.stringMatching(/^1\.2\.3-[0-9a-f]{16}$/) })]);
    expect([ofTree.inputs.dcos.release, ofRelease.inputs.dcos.release]).toEqual([undefined, releases[0]?.id]);
  });

  test('two at a time make one image between them', async () => {
    rmSync(rig.path('out/images'), { recursive: true });
    rmSync(rig.path('out/cache/images/bootstrap'), { recursive: true });
    const both = await Promise.all([bake(rig), bake(rig)]);
    expect(both.map(({ status }) => status)).toEqual([0, 0]);
    expect(both.filter(({ stdout }) => stdout.includes('is up to date'))).toHaveLength(1);
  });

  test('stopped by Ctrl-C it leaves nothing behind, and calls nothing a failure', async () => {
    rmSync(rig.path('out/images'), { recursive: true });
    const running = rig.start(['image', 'bake', 'tiny']);
    await running.sees('disk stage: started');
    running.kill('SIGINT');
    const { status, stderr } = await running.end;
    expect(status).toBe(130);
    expect(stderr).not.toContain('bug');
    expect(readdirSync(rig.path(IMAGE)).filter((name) => name !== 'disk.vhd')).toEqual([]);
  });
});
