/** Whole runs of `image test`. */
import { execFileSync } from 'node:child_process';
import { rmSync, truncateSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bakeImage } from '../gallery/gallery-rig.ts';
import { GoodImage } from '../rig/good-image.ts';
import { changeRoot, copyImage, ROOT_START } from '../rig/os-image.ts';
import { overwrite } from '../rig/overwrite.ts';
import { Rig } from '../rig/rig.ts';

const image = new GoodImage();
beforeAll(() => image.make());
afterAll(() => image[Symbol.dispose]());

/** A rig whose node.vhd is a copy of the good image. */
function withImage(): Rig {
  const rig = new Rig();
  copyImage(image.path, rig.path('node.vhd'));
  return rig;
}

const history = { write: { '/root/.bash_history': 'a <secret> & "more"\n' } };

test('a good image passes, with the system that is in it', async () => {
  using rig = withImage();
  const { status, stdout, stderr } = await rig.run('image', 'test', 'node.vhd');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^system +Debian GNU\/Linux 12 \(bookworm\) on partition 3, kernel 6\.1\.0-9-cloud-amd64$/m);
  expect(stdout).toMatch(/^ok +hv\.modules +hv_vmbus, .* +6\.1\.0-9-cloud-amd64$/m);
  expect(stdout).toMatch(/^skipped +boot\.v1-size +at most 2 TiB to boot as V1 +it boots as V2 too$/m);
  expect(stdout).toMatch(/^Nothing here forbids this image: 0 errors, 0 warnings\.$/m);
});

test('an error ends with 1; a warning does not', async () => {
  using rig = withImage();
  changeRoot(image.scratch, rig.path('node.vhd'), { write: { '/var/log/dpkg.log': 'x' } }, ['/var/log/README']);
  const warned = await rig.run('image', 'test', 'node.vhd');
  expect(warned.status).toBe(0);
  expect(warned.stdout).toMatch(/^WARNING +leftovers\.logs +no logs +\/var\/log\/dpkg\.log$/m);
  changeRoot(image.scratch, rig.path('node.vhd'), history, ['/root/.profile']);
  const failed = await rig.run('image', 'test', 'node.vhd');
  expect(failed.status).toBe(1);
  expect(failed.stdout).toMatch(/^ERROR +history +no history of a shell +\/root\/\.bash_history: 20 bytes$/m);
  expect(failed.stdout).toMatch(/: 1 error, 1 warning\.$/m);
});

test('--json names the tests of others, and --format self-test is in their form', async () => {
  using rig = withImage();
  changeRoot(image.scratch, rig.path('node.vhd'), history, ['/root/.profile']);
  const { findings, system } = JSON.parse((await rig.run('image', 'test', 'node.vhd', '--json')).stdout);
  expect(system).toMatchObject({ id: 'debian', versionId: '12', partition: 3 });
  expect(findings).toContainEqual(
    expect.objectContaining({ id: 'kernel.no-sleep', result: 'skipped', actual: 'no initramfs-tools' }),
  );
  expect(findings).toContainEqual({
    id: 'history',
    severity: 'error',
    result: 'failed',
    actual: '/root/.bash_history: 20 bytes',
    required: 'no history of a shell',
    source: 'Marketplace self-test 48, LISA verify_bash_history_is_empty',
    testId: 48,
    lisa: 'verify_bash_history_is_empty',
  });
  const end = await rig.run('image', 'test', 'node.vhd', '--format', 'self-test');
  const report = JSON.parse(end.stdout);
  expect([end.status, report.TestResult, report.OSDistro]).toEqual([1, 'Failed', 'Debian GNU/Linux 12 (bookworm)']);
  expect(report.Tests).toContainEqual({
    TestID: '48',
    TestCaseName: 'history',
    Description: 'Marketplace self-test 48, LISA verify_bash_history_is_empty',
    Result: 'Failed',
    ActualValue: '/root/.bash_history: 20 bytes',
    RequiredValue: 'no history of a shell',
  });
});

test('--junit writes XML that others read, whatever stands in the image', async () => {
  using rig = withImage();
  const odd = { write: { '/etc/hostname': 'a<b>&"\u0001\'é' } };
  changeRoot(image.scratch, rig.path('node.vhd'), odd, ['/etc/hostname']);
  expect((await rig.run('image', 'test', 'node.vhd', '--junit', 'reports/findings.xml')).status).toBe(1);
  const script = `
import sys, json, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
told = lambda kind: [[case.get('name'), case.find(kind).get('message')] for case in root.iter('testcase') if case.find(kind) is not None]
print(json.dumps([root.tag, root.attrib, told('failure'), told('skipped')]))`;
  const read = execFileSync('/usr/bin/python3', ['-c', script, rig.path('reports/findings.xml')], { encoding: 'utf8' });
  expect(JSON.parse(read)).toEqual([
    'testsuites',
    { name: 'dcos-build image test node.vhd', tests: '77', failures: '1', errors: '0', skipped: '2' },
    [['generalised.hostname', 'a<b>&"\uFFFD\'é']],
    [
      ['boot.v1-size', 'it boots as V2 too'],
      ['kernel.no-sleep', 'no initramfs-tools'],
    ],
  ]);
});

test.each([
  ['xfs', 0, 'XFSB', 'partition 3 is XFS, which is not read here'],
  ['btrfs', 65_600, '_BHRfS_M', 'partition 3 is Btrfs, which is not read here'],
  ['LVM', 512, 'LABELONE', 'partition 3 is LVM, which is not read here'],
  ['LUKS', 0, 'LUKS\xBA\xBE', 'partition 3 is encrypted by LUKS, which is not read here'],
])('of a root on %s, every rule on the system is skipped and says why', async (_kind, at, mark, why) => {
  using rig = withImage();
  overwrite(rig.path('node.vhd'), ROOT_START, Buffer.alloc(2048));
  overwrite(rig.path('node.vhd'), ROOT_START + at, Buffer.from(mark, 'latin1'));
  const { status, stdout } = await rig.run('image', 'test', 'node.vhd');
  expect(status).toBe(0);
  expect(stdout).toContain(`not looked at: ${why}\n`);
  expect(stdout).toMatch(new RegExp(`^skipped +ssh\\.server +sshd is there and starts +${why}$`, 'm'));
  expect(stdout).toMatch(/^Of the system inside nothing was told: 62 rules were skipped\.$/m);
});

test('a baked image is tested by its name, the newest version of it', async () => {
  using rig = new Rig();
  for (const version of ['1.9.0', '1.10.0']) {
    await bakeImage(rig, { version });
    rmSync(rig.path('out/images/node', version, 'disk.vhd'));
    copyImage(image.path, rig.path('out/images/node', version, 'disk.vhd'));
  }
  changeRoot(image.scratch, rig.path('out/images/node/1.9.0/disk.vhd'), history, ['/root/.profile']);
  const ends = [];
  for (const word of ['node', 'node@1.9.0', 'node@1.10.0', 'out/images/node/1.9.0', 'out/images/node/1.9.0/disk.vhd']) {
    ends.push([word, (await rig.run('image', 'test', word)).status]);
  }
  expect(ends).toEqual([
    ['node', 0],
    ['node@1.9.0', 1],
    ['node@1.10.0', 0],
    ['out/images/node/1.9.0', 1],
    ['out/images/node/1.9.0/disk.vhd', 1],
  ]);
  const { status, stderr } = await rig.run('image', 'test', 'nodes');
  expect([status, stderr]).toEqual([
    2,
    expect.stringContaining('There is no baked image "nodes".\n  hint: Did you mean "node"?'),
  ]);
});

test('a file for --junit that cannot be written is said in a sentence, after what was found', async () => {
  using rig = withImage();
  const { status, stdout, stderr } = await rig.run('image', 'test', 'node.vhd', '--junit', 'packages');
  expect([status, stderr.split('\n')[0]]).toEqual([2, 'error: packages cannot be written: it is a folder.']);
  expect(stdout).toContain('Nothing here forbids this image');
  const full = await rig.run('image', 'test', 'node.vhd', '--junit', '/proc/findings.xml');
  expect([full.status, full.stderr]).toEqual([
    2,
    expect.stringContaining('error: /proc/findings.xml cannot be written: its folder takes no files.'),
  ]);
});

test('what is no image, or cut short, is told in one sentence', async () => {
  using rig = withImage();
  truncateSync(rig.path('node.vhd'), ROOT_START);
  rig.write('text.vhd', 'no disk at all');
  const messages = [];
  for (const file of ['node.vhd', 'text.vhd', 'missing.vhd', 'packages']) {
    const { status, stdout, stderr } = await rig.run('image', 'test', file);
    messages.push([status, stdout, stderr.split('\n')[0]]);
  }
  expect(messages).toEqual([
    [2, '', 'error: node.vhd is no VHD: its last 512 bytes are no footer.'],
    [2, '', 'error: text.vhd has 14 bytes, too few for a VHD.'],
    [2, '', 'error: There is no file missing.vhd.'],
    [2, '', 'error: packages is no file.'],
  ]);
});
