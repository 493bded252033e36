import {
  existsSync,
  globSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseFileList } from '../../src/bake/file-list.ts';
import { parseImageRecord } from '../../src/recipe/image-record.ts';
import { DEFINITION, imageRig } from '../rig/image-rig.ts';
import { runWithArchive } from '../rig/apt-machine.ts';
import { DebianArchive } from '../rig/debian-archive.ts';
import type { Rig } from '../rig/rig.ts';

const IMAGE = 'out/images/tiny/1.2.3';

const recordOf = (rig: Rig, version = '1.2.3') =>
  parseImageRecord(readFileSync(rig.path(`out/images/tiny/${version}/image.json`), 'utf8'), 'image.json');

const bake = async (rig: Rig, ...args: readonly string[]) => rig.run('image', 'bake', 'tiny', '--quiet', ...args);

/** Stages with what `--dry-run` says of them. */
async function planned(rig: Rig, ...args: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const { stdout, stderr, status } = await rig.run('image', 'bake', 'tiny', '--dry-run', '--json', ...args);
  if (status !== 0) throw new Error(stderr);
  const { stages }: { stages: readonly { name: string; action: string }[] } = JSON.parse(stdout);
  return Object.fromEntries(stages.map(({ name, action }) => [name, action]));
}

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

  test('a hook runs as root of the root, without network, and what it leaves is in the image', async () => {
    rig.write(
      'hook.sh',
      `#!/bin/bash
set -eu
echo "I am $(id -u)"
(exec 3<>/dev/tcp/127.0.0.1/1) 2>&1 | sed s/.*connect/connect/
ls /run
echo made >/etc/made
install -d -m 0750 /srv/made
echo x >/var/log/hook.log`,
    );
    const { status, stderr } = await rig.run('image', 'bake', 'tiny', '--hook', 'hook.sh', '--version', '1.2.4', '-v');
    expect(stderr).toContain('hook stage | I am 0\n');
    expect(stderr).toContain('hook stage | hook\n');
    expect(status).toBe(0);
    expect(recordOf(rig, '1.2.4').inputs.hooks.map(({ name }) => name)).toEqual(['hook.sh']);
    const { stdout } = await rig.run('image', 'diff', 'tiny@1.2.3', 'tiny@1.2.4');
    expect(stdout).toMatch(
      /^tiny 1\.2\.3 → tiny 1\.2\.4: .*\n\nfiles \(5\)\n {2}content {2}\/boot\/grub\/grub\.cfg .*\n {2}content {2}\/etc\/fstab .*\n {2}added +\/etc\/made {2,}\+5 B\n {2}added +\/srv .*\n {2}added +\/srv\/made /,
    );
    const { stdout: listed } = await rig.run('image', 'ls');
    expect(listed).toMatch(/^tiny {2}1\.2\.4 {2}V2 {2}1\.0 GiB .*\ntiny {2}1\.2\.3 {2}V2 /);
  });

  test('a user without ids to give away bakes the same, and its hooks too', async () => {
    rig.write('hook.sh', '#!/bin/bash\nset -eu\necho "I am $(id -u)"\necho mine >/etc/mine\n');
    const asUser = 'exec bwrap --dev-bind / / --unshare-user --uid 4711 --gid 4711 dcos-build image bake tiny';
    const { status, stderr } = await rig.shell(`${asUser} --hook hook.sh --version 1.2.6 --verbose`);
    expect(stderr).toContain('hook stage | I am 0\n');
    expect(status).toBe(0);
    const asOne = recordOf(rig, '1.2.6').disk.contentSha256;
    rmSync(rig.path('out/images/tiny/1.2.6'), { recursive: true });
    rmSync(rig.path('out/cache/images/hook'), { recursive: true });
    expect((await bake(rig, '--hook', 'hook.sh', '--version', '1.2.6')).status).toBe(0);
    expect(recordOf(rig, '1.2.6').disk.contentSha256).toBe(asOne);
  });

  test('a hook that fails is told with its last words', async () => {
    rig.write('hook.sh', '#!/bin/bash\necho first\necho no such thing >&2\nexit 7\n');
    const { status, stderr } = await bake(rig, '--hook', 'hook.sh', '--version', '1.2.5');
    expect(status).toBe(1);
    expect(stderr).toContain('The hook hook.sh failed with status 7; its last words: no such thing');
    // Told by the view, and not a second time.
    expect(stderr).not.toContain('error:');
    expect(existsSync(rig.path('out/images/tiny/1.2.5'))).toBe(false);
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

describe('what cannot be baked', { timeout: 120_000 }, () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await imageRig();
  }, 120_000);
  afterAll(() => rig[Symbol.dispose]());

  test.each<readonly [args: readonly string[], status: number, message: string]>([
    [['tini'], 2, 'The tree has no image definition "tini" in pipelines/images.'],
    [['tini'], 2, 'hint: Did you mean "tiny"?'],
    [[], 2, '"image bake" needs the name of an image definition.'],
    [['tiny', '--version', '1.2'], 2, '"1.2" is no version of an image: Compute Gallery takes three numbers'],
    [['tiny', '--variant', 'other'], 2, 'The bootstrap of variant "other" is not there: the tree was not built yet.'],
    [['tiny', '--variant', 'other'], 2, 'hint: Run "dcos-build build --variant other"'],
    [['tiny', '--hook', 'none.sh'], 2, 'The hook none.sh is not there.'],
    [['tiny', '--release', 'none'], 2, 'none'],
  ])('%j is refused', async (args, status, message) => {
    const end = await rig.run('image', 'bake', ...args);
    expect(end.stderr).toContain(message);
    expect(end.status).toBe(status);
  });

  test('a disk that is too small is told with what is needed, before anything is written', async () => {
    const big = 1_100_000_000;
    const base = globSync(rig.path('out/cache/images/base/*'))[0] ?? '';
    const entries = readFileSync(join(base, 'entries.json'), 'utf8');
    const rights = JSON.stringify(['file', '/usr/big', 0o644, 0, 0, 0, '0'.repeat(64), big]);
    writeFileSync(join(base, 'entries.json'), entries.replace('[\n', `[\n${rights},\n`));
    const { status, stderr } = await bake(rig);
    writeFileSync(join(base, 'entries.json'), entries);
    expect(stderr).toMatch(
      /A disk of 1073741824 bytes \(1024 MiB\) is too small: its content needs \d+ bytes \(1\d\d\d MiB\)\./,
    );
    expect(stderr).toContain('hint: Set disk_gib to 2 or more');
    expect(status).toBe(2);
    expect(existsSync(rig.path(IMAGE, 'disk.vhd'))).toBe(false);
  });

  test('a machine without the programs that write disks is told what to do', async () => {
    const { status, stderr } = await rig.shell(
      'exec bwrap --dev-bind / / --tmpfs /usr/sbin dcos-build image bake tiny --quiet',
    );
    expect(stderr).toContain('This machine has no program');
    expect(stderr).toContain('dcos-build doctor --fix');
    expect(status).toBe(3);
  });

  test('a file system without the space for the disk is told with what is needed', async () => {
    const { status, stderr } = await rig.shell(
      'mkdir -p out/images && exec bwrap --dev-bind / / --size 4194304 --tmpfs "$PWD/out/images" dcos-build image bake tiny --quiet',
    );
    expect(stderr).toMatch(/The file system of .*out\/images\/tiny\/1\.2\.3 has \d+ MiB free; \d+ MiB are needed\./);
    expect(stderr).toContain('store gc --dry-run');
    expect(status).toBe(3);
  });

  test('a lock of another definition is refused, with the command that mends it', async () => {
    const text = readFileSync(rig.path('pipelines/images/tiny.json'), 'utf8');
    rig.write('pipelines/images/tiny.json', text.replace('"shell"', '"shell", "dash"'));
    const { status, stderr } = await bake(rig);
    rig.write('pipelines/images/tiny.json', text);
    expect(stderr).toContain('pipelines/images/tiny.lock.json is out of date: dash was added.');
    expect(stderr).toContain('hint: Run "dcos-build image lock tiny"');
    expect(status).toBe(2);
  });

  test('a mistake in the definition is told with its place', async () => {
    const text = readFileSync(rig.path('pipelines/images/tiny.json'), 'utf8');
    rig.write('pipelines/images/tiny.json', text.replace('"disk_gib"', '"disk_gb"'));
    const { status, stderr } = await bake(rig);
    rig.write('pipelines/images/tiny.json', text);
    expect(stderr).toContain('pipelines/images/tiny.json:10:3');
    expect(stderr).toContain('Did you mean "disk_gib"?');
    expect(status).toBe(2);
  });

  test('a unit that is not in the image is refused before a disk is written', async () => {
    const text = readFileSync(rig.path('pipelines/images/tiny.json'), 'utf8');
    rig.write('pipelines/images/tiny.json', JSON.stringify({ ...DEFINITION, services: { enable: ['extr.service'] } }));
    const { status, stderr } = await bake(rig);
    rig.write('pipelines/images/tiny.json', text);
    expect(stderr).toContain('The image has no unit "extr.service".');
    expect(stderr).toContain('hint: Did you mean "extra.service"?');
    expect(status).toBe(2);
  });

  test('a package that vanished from the archive is named, with what to do', async () => {
    rmSync(rig.path('out/cache/images/base'), { recursive: true });
    const offline = await bake(rig, '--offline');
    expect(offline.stderr).toContain('The image needs packages that are not here: shell 1.');
    expect(offline.status).toBe(1);
    const archive = new DebianArchive(rig.path('archive'));
    archive.addPackage({ name: 'other', version: '1' });
    const { stderr, status } = await runWithArchive(rig, archive, ['image', 'bake', 'tiny', '--quiet']);
    expect(stderr).toMatch(/Packages of the image cannot be fetched: shell 1 \(.*\)\./);
    expect(stderr).toContain('a version that left the archive is replaced by "dcos-build image lock"');
    expect(status).toBe(1);
  });
});
