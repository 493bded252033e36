import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ISC_TEXT, licensedTree } from '../rig/licensed-tree.ts';
import type { Rig } from '../rig/rig.ts';

function describeApp(rig: Rig, licence = 'Apache-2.0 AND MIT'): void {
  rig.write('packages/app/component.json', JSON.stringify({ version: '2', summary: 'An app.', licence }));
}

test('components are listed by licence, as text, as data and as a page', async () => {
  using rig = licensedTree();
  describeApp(rig);
  const text = await rig.run('licenses');
  expect(text).toMatchObject({ status: 0, stderr: '' });
  expect(text.stdout).toContain('2 components under 2 licences.');
  expect(text.stdout).toContain(
    '\nApache-2.0 (1)\n  app 2  Apache-2.0 AND MIT\n\nMIT (2)\n  app 2    Apache-2.0 AND MIT\n  lib 1.0\n',
  );
  expect(JSON.parse((await rig.run('licenses', '--json')).stdout)).toMatchObject({
    licences: [{ licence: 'Apache-2.0' }, { licence: 'MIT', components: [{ component: 'app' }, { component: 'lib' }] }],
    unknown: [],
  });
  await rig.run('licenses', '--format', 'html', '-o', 'page.html');
  expect(readFileSync(rig.path('page.html'), 'utf8')).toContain('<td>A &lt;library&gt;.</td>');
});

test('a component without component.json stands under no licence, with a warning', async () => {
  using rig = licensedTree();
  const { status, stdout, stderr } = await rig.run('licenses');
  expect(status).toBe(0);
  expect(stdout).toContain('No licence is known (1)\n  app\n');
  expect(stderr).toContain('packages/app/component.json');
});

test('--allow and --deny are a gate: each component that does not pass is named with what is in the way', async () => {
  using rig = licensedTree();
  describeApp(rig);
  expect(await rig.run('licenses', '--allow', 'MIT', '--allow', 'Apache-2.0')).toMatchObject({
    status: 0,
    stdout: 'The licences of all 2 components may be used.\n',
  });
  const refused = await rig.run('licenses', '--allow', 'MIT');
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain('app is under Apache-2.0 AND MIT, and Apache-2.0 may not be used.');
  expect(refused.stderr).toContain('LICENCE_REFUSED');
  const denied = await rig.run('licenses', '--deny', 'MIT OR ISC', '--json');
  expect(denied.status).toBe(1);
  expect(JSON.parse(denied.stdout).errors).toHaveLength(2);
});

test('a gate lets no component pass whose licence is not known', async () => {
  using rig = licensedTree();
  const { status, stderr } = await rig.run('licenses', '--deny', 'ISC');
  expect(status).toBe(1);
  expect(stderr).toContain('app declares no licence.');
});

test.each<[string, string[], string]>([
  ['a licence that is not SPDX', ['--allow', 'GPL'], '--allow has "GPL"'],
  ['licences joined by AND', ['--deny', 'MIT AND ISC'], 'what AND would mean'],
  ['a format that is none', ['--format', 'pdf'], 'text'],
  ['a notice of a check', ['--notice', 'N', '--allow', 'MIT'], '--notice'],
  ['a file for a check', ['-o', 'N', '--allow', 'MIT'], '--output'],
])('%s is refused', async (_, args, message) => {
  using rig = licensedTree();
  const end = await rig.run('licenses', ...args);
  expect(end.stderr).toContain(message);
  expect(end).toMatchObject({ status: 2, stdout: '' });
});

test('licence texts of the sources are packed, each once, and what the build put there stays', async () => {
  using rig = licensedTree();
  const before = await rig.run('plan', '--json');
  expect(await rig.run('build')).toMatchObject({ status: 0 });
  expect((await rig.run('plan', '--json')).stdout).toBe(before.stdout);
  const id = readFileSync(rig.path('out/repository/packages/lib/latest'), 'utf8');
  const { stdout } = await rig.shell(
    `tar xJOf out/repository/packages/lib/${id}.tar.xz ./share/licenses/lib/upstream/doc/LICENSE.extra; tar tJf out/repository/packages/lib/${id}.tar.xz`,
  );
  expect(stdout.split('\n')).toEqual([
    'ours',
    './',
    './buildinfo.full.json',
    './pkginfo.json',
    './share/',
    './share/licenses/',
    './share/licenses/lib/',
    './share/licenses/lib/upstream/',
    './share/licenses/lib/upstream/COPYING',
    './share/licenses/lib/upstream/doc/',
    './share/licenses/lib/upstream/doc/LICENSE.extra',
    '',
  ]);
  expect(await rig.run('build', '--check', 'lib')).toMatchObject({ status: 0 });
});

test('one NOTICE for the release has every text once, from unpacked packages and from tarballs alike', async () => {
  using rig = licensedTree();
  describeApp(rig);
  await rig.run('build');
  const end = await rig.run('licenses', '--notice', 'NOTICE');
  expect(end).toMatchObject({ status: 0, stdout: 'NOTICE has 2 texts of 1 component.\n' });
  expect(end.stderr).toContain('No licence text was packed for app.');
  const notice = readFileSync(rig.path('NOTICE'), 'utf8');
  expect(notice).toContain('  lib 1.0: MIT\n');
  expect(notice).toContain('\nlib: upstream/COPYING\n');
  expect(notice.split(ISC_TEXT.trim())).toHaveLength(2);
  await rig.shell('rm -r out/cache/unpacked');
  await rig.run('licenses', '--notice', 'again');
  expect(readFileSync(rig.path('again'), 'utf8')).toBe(notice);
});

test('a source that shows another licence than component.json is a warning with the file, until that is corrected', async () => {
  using rig = licensedTree();
  describeApp(rig);
  await rig.run('build');
  const { stderr } = await rig.run('licenses');
  expect(stderr).toContain('lib declares MIT, but upstream/COPYING and 1 more file of its sources say ISC.');
  expect(stderr).toContain('lib declares MIT, but upstream/other.c of its sources says GPL-2.0-only.');
  expect(stderr).not.toContain('Zlib');
  expect((await rig.run('licenses', '--published', 'out/repository')).stderr).toBe(stderr);
  const corrected = { version: '1.0', summary: 'x', licence: 'MIT AND ISC AND GPL-2.0-or-later' };
  rig.write('packages/lib/component.json', JSON.stringify(corrected));
  expect(await rig.run('licenses')).toMatchObject({ status: 0, stderr: '' });
});
