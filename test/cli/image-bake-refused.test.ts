/** What cannot be baked is told with what to do, before anything is written. */
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runWithArchive } from '../rig/apt-machine.ts';
import { DebianArchive } from '../rig/debian-archive.ts';
import { DEFINITION, imageRig } from '../rig/image-rig.ts';
import { bake, IMAGE } from '../rig/tiny-image.ts';
import type { Rig } from '../rig/rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await imageRig();
});
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
  [['tiny', '--from', 'none'], 2, '--from says where a release is, and none is named.'],
  [['tiny', '--trust', 'none'], 2, '--trust says who signed a release, and none is named.'],
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

test.each<[what: string, changes: object, messages: readonly string[]]>([
  [
    'a role that nobody knows',
    { roles: ['master', 'salve', 'quux'] },
    [
      'pipelines/images/tiny.json, key roles.1: DC/OS knows no role "salve", and none of its packages has files for one.',
      'pipelines/images/tiny.json, key roles.2: DC/OS knows no role "quux", and none of its packages has files for one.',
      'hint: Did you mean "slave"?',
      'hint: Those that it knows: aws, aws_master, azure, azure_master, lonely, master, minuteman, slave, slave_public.',
    ],
  ],
  [
    'a shell that the image does not have',
    {
      users: [
        { name: 'good', shell: '/bin/bash' },
        { name: 'audit', shell: '/bin/bsah' },
        { name: 'other', shell: '/usr/local/bin/fish' },
      ],
    },
    [
      'tiny.json, key users.1.shell: the user audit is to have the shell /bin/bsah, which the image does not have.',
      'tiny.json, key users.2.shell: the user other is to have the shell /usr/local/bin/fish, which the image does not have.',
      'hint: Did you mean "/bin/bash"?',
      'hint: Name another, or add the package that brings it to "packages".',
    ],
  ],
  [
    'a shell that is no program',
    { users: [{ name: 'audit', shell: '/etc/passwd' }] },
    ['key users.0.shell: the user audit is to have the shell /etc/passwd, which is no program.'],
  ],
])('%s is refused with its place, before a disk is written', async (_, changes, messages) => {
  const text = readFileSync(rig.path('pipelines/images/tiny.json'), 'utf8');
  rig.write('pipelines/images/tiny.json', JSON.stringify({ ...DEFINITION, ...changes }));
  const { status, stderr } = await bake(rig);
  rig.write('pipelines/images/tiny.json', text);
  for (const message of messages) expect(stderr).toContain(message);
  expect(status).toBe(2);
  expect(existsSync(rig.path(IMAGE, 'disk.vhd'))).toBe(false);
});

test('a role that nobody knows is refused by a plan as well, and where packages are yet to be unpacked', async () => {
  const text = readFileSync(rig.path('pipelines/images/tiny.json'), 'utf8');
  rig.write('pipelines/images/tiny.json', JSON.stringify({ ...DEFINITION, roles: ['salve'] }));
  const planned = await bake(rig, '--dry-run', '--json');
  rmSync(rig.path('out/cache/unpacked'), { recursive: true });
  const baked = await bake(rig);
  rig.write('pipelines/images/tiny.json', text);
  expect([planned.status, JSON.parse(planned.stdout)]).toEqual([
    2,
    {
      error: expect.objectContaining({
        ...{ code: 'IMAGE_INVALID', hint: 'Did you mean "slave"?' },
        place: { file: 'pipelines/images/tiny.json', key: 'roles.0' },
      }),
    },
  ]);
  expect(baked.status).toBe(2);
  expect(baked.stderr).toMatch(/bootstrap stage: failed .*key roles\.0: DC\/OS knows no role "salve"/);
  expect(baked.stderr).toContain(' at pipelines/images/tiny.json, key roles.0\n');
  expect(baked.stderr).toContain(' hint: Did you mean "slave"? [IMAGE_INVALID]\n');
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
