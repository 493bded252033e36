import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readSync, statSync, truncateSync, writeSync } from 'node:fs';
import { expect, test } from 'vitest';
import { turnIntoFixedVhd } from '../../src/image/fixed-vhd.ts';
import { sha256 } from '../../src/model/digest.ts';
import { Rig } from '../rig/rig.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const BOTH_WAYS = `label: gpt
size=1MiB, type=21686148-6449-6E6F-744E-656564454649, name="bios"
size=100MiB, type=uefi, name="esp"
type=linux, name="root"
`;

/** A rig whose disk.raw is so large, partitioned, and boots by BIOS as far as its first bytes tell. */
function withDisk(bytes: number, script: string): Rig {
  const rig = new Rig();
  const raw = rig.path('disk.raw');
  rig.write('disk.raw', '');
  truncateSync(raw, bytes);
  execFileSync('/usr/sbin/sfdisk', ['--quiet', raw], { input: script });
  const file = openSync(raw, 'r+');
  writeSync(file, Buffer.from([0xeb, 0x63]), 0, 2, 0);
  closeSync(file);
  return rig;
}

async function withVhd(bytes = 30 * GIB, script = BOTH_WAYS): Promise<Rig> {
  const rig = withDisk(bytes, script);
  const options = { contentSha256: sha256('disk'), epochSeconds: 1_700_000_000 };
  await turnIntoFixedVhd(rig.path('disk.raw'), rig.path('disk.vhd'), options);
  return rig;
}

test('an image that boots both ways is shown with footer, sizes and partitions, and passes', async () => {
  using rig = await withVhd();
  const { status, stdout, stderr } = await rig.run('image', 'inspect', 'disk.vhd');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('virtual size  30.0 GiB (32212254720 bytes)\n');
  expect(stdout).toMatch(/^file +32212255232 bytes, \d+\.\d KiB of data$/m);
  expect(stdout).toMatch(/^created +2023-11-14T22:13:20Z by win$/m);
  expect(stdout).toMatch(/^table +GPT [0-9a-f-]{36}$/m);
  expect(stdout).toMatch(/^boots as +V1, V2$/m);
  expect(stdout).toMatch(/^ +2 +2\.0 MiB +100 MiB +EFI system +- +esp$/m);
  expect(stdout).toMatch(/^ok +vhd\.lead-in +first partition at 1 MiB or later +at 1\.0 MiB$/m);
  expect(stdout).toMatch(/^Nothing here forbids this image: 0 errors, 0 warnings\.$/m);
});

test('--json has every rule with what is and what has to be', async () => {
  using rig = await withVhd();
  const { status, stdout } = await rig.run('image', 'inspect', 'disk.vhd', '--json');
  expect(status).toBe(0);
  const inspection = JSON.parse(stdout);
  expect(inspection).toMatchObject({
    file: 'disk.vhd',
    fileBytes: 30 * GIB + 512,
    footer: { type: 'fixed', virtualBytes: 30 * GIB, createdSeconds: 1_700_000_000, creator: 'win ' },
    table: { kind: 'gpt', hasBootCode: true, mistakes: [] },
    generations: ['V1', 'V2'],
  });
  expect(inspection.dataBytes).toBeLessThan(MIB);
  expect(inspection.findings).toContainEqual({
    id: 'vhd.aligned',
    severity: 'error',
    result: 'passed',
    actual: '30720 MiB',
    required: 'a whole number of MiB',
    source: 'Marketplace policy 200.3.1',
    policy: '200.3.1',
  });
});

test('what Azure refuses is named, and ends in 1', async () => {
  using rig = await withVhd(64 * MIB, 'label: dos\nstart=63, size=20MiB, type=83\nsize=8MiB, type=82\n');
  const { status, stdout, stderr } = await rig.run('image', 'inspect', 'disk.vhd');
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  expect(stdout).toMatch(/^ERROR +vhd\.lead-in +first partition at 1 MiB or later +at 31\.5 KiB$/m);
  expect(stdout).toMatch(/^ERROR +swap\.none-on-os +no swap partition +swap: partition 2$/m);
  expect(stdout).toMatch(/^Azure or its Marketplace would refuse this image: 3 errors, 1 warning\.$/m);
});

test('the name of a partition is shown without its control characters', async () => {
  using rig = await withVhd(30 * GIB, 'label: gpt\ntype=uefi, name="a\\x1b[31mred"\n');
  const { stdout } = await rig.run('image', 'inspect', 'disk.vhd');
  expect(stdout).toMatch(/^ +1 .* ared$/m);
});

test('a footer with a flipped bit, and a disk that lost its middle, are named', async () => {
  using rig = await withVhd(GIB);
  const bytes = statSync(rig.path('disk.vhd')).size;
  const footer = Buffer.alloc(512);
  const file = openSync(rig.path('disk.vhd'), 'r+');
  readSync(file, footer, 0, 512, bytes - 512);
  footer.writeUInt8(footer.readUInt8(70) ^ 1, 70);
  writeSync(file, footer, 0, 512, bytes - 512);
  writeSync(file, footer, 0, 512, bytes - MIB - 512);
  closeSync(file);
  const flipped = await rig.run('image', 'inspect', 'disk.vhd');
  expect(flipped.status).toBe(1);
  expect(flipped.stdout).toMatch(/^ERROR +vhd\.footer .* its checksum is 0x[0-9a-f]{8}, and its bytes give 0x/m);
  truncateSync(rig.path('disk.vhd'), bytes - MIB);
  const cut = await rig.run('image', 'inspect', 'disk.vhd');
  expect(cut.stdout).toMatch(/^ERROR +vhd\.length +\S.* 1072693760 bytes instead of 1073742336$/m);
  expect(cut.stdout).toMatch(/^ERROR +table\.whole +\S.*the second copy of the GPT is not there/m);
});

test('a dynamic VHD is an error of its own, not looked into', async () => {
  using rig = new Rig();
  execFileSync('qemu-img', [
    'create',
    '-q',
    '-f',
    'vpc',
    '-o',
    'subformat=dynamic,force_size=on',
    rig.path('d.vhd'),
    '30G',
  ]);
  const { status, stdout } = await rig.run('image', 'inspect', 'd.vhd');
  expect(status).toBe(1);
  expect(stdout).toMatch(/^ERROR +vhd\.fixed +a fixed VHD +of type dynamic$/m);
  expect(stdout).toMatch(/^ok +vhd\.footer /m);
  expect(stdout).toMatch(/^skipped +table\.whole /m);
  expect(stdout).toContain('would refuse this image: 1 error, 0 warnings.');
  truncateSync(rig.path('d.vhd'), 1024);
  const cut = await rig.run('image', 'inspect', 'd.vhd');
  expect(cut.status).toBe(2);
  expect(cut.stderr).toContain('error: d.vhd was cut short: it has the header of a dynamic VHD and no footer.\n');
});

test.each([
  ['vhdx', 'is a VHDX, no VHD.'],
  ['qcow2', 'is a qcow2 image, no VHD.'],
  ['vmdk', 'is a VMDK, no VHD.'],
  ['raw', 'is no VHD: its last 512 bytes are no footer.'],
])('a disk of the format %s is told by its name', async (format, sentence) => {
  using rig = new Rig();
  execFileSync('qemu-img', ['create', '-q', '-f', format, rig.path('disk.vhd'), '20M']);
  const { status, stdout, stderr } = await rig.run('image', 'inspect', 'disk.vhd');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(`error: disk.vhd ${sentence}\n`);
  expect(stderr).toContain('[IMAGE_INVALID]');
});

test('what cannot be a VHD at all is refused in one sentence', async () => {
  using rig = new Rig();
  rig.write('short.vhd', 'conec');
  const messages = [];
  for (const file of ['short.vhd', 'missing.vhd', 'packages']) {
    const { status, stderr } = await rig.run('image', 'inspect', file);
    messages.push([status, stderr.split('\n')[0]]);
  }
  expect(messages).toEqual([
    [2, 'error: short.vhd has 5 bytes, too few for a VHD.'],
    [2, 'error: There is no file missing.vhd.'],
    [2, 'error: packages is no file.'],
  ]);
});

test('an action or a file that is missing is a mistake of the command line', async () => {
  using rig = new Rig();
  expect((await rig.run('image')).status).toBe(2);
  expect((await rig.run('image', 'inspect')).stderr).toContain('It is not said which file is meant.');
  expect((await rig.run('image', 'inspct', 'x.vhd')).stderr).toContain('Did you mean "inspect"?');
});

test.each([
  [
    'lock node --dry-run',
    '--dry-run is no option of "image lock".',
    'It belongs to bake, upload, register, prune, publish.',
  ],
  ['bake node --boot', '--boot is no option of "image bake".', 'It belongs to test.'],
  ['bake node --junit x.xml', '--junit is no option of "image bake".', 'It belongs to test.'],
  ['test node.vhd --hook x.sh', '--hook is no option of "image test".', 'It belongs to bake.'],
  ['inspect node.vhd --no-secure-boot', '--no-secure-boot is no option of "image inspect".', 'It belongs to test.'],
  ['inspect node.vhd --format self-test', '--format is no option of "image inspect".', 'It belongs to test.'],
  ['diff a b --release stable', '--release is no option of "image diff".', 'It belongs to bake.'],
  ['ls --version 1.2.3', '--version is no option of "image ls".', 'It belongs to bake.'],
  ['ls node', '"image ls" takes no name, and "node" is one.', 'Leave it out: all images are listed.'],
])('what has no effect is refused: image %s', async (words, message, hint) => {
  using rig = new Rig();
  const { status, stderr } = await rig.run('image', ...words.split(' '));
  expect([status, stderr]).toEqual([2, `error: ${message}\n  hint: ${hint} [USAGE]\n`]);
});
