import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Rig } from '../rig/rig.ts';

test('a plan as text says what is to be built and why, and the bootstrap that comes of it', async () => {
  using rig = Rig.withBuilder();
  rig.component('lib', { script: 'touch $PKG_PATH/lib' });
  rig.component('app', { buildinfo: { requires: ['lib'] }, script: 'touch $PKG_PATH/app' });
  const before = await rig.run('plan');
  expect(before).toMatchObject({ status: 0, stderr: '' });
  expect(before.stdout).toMatch(/^2 to build\.\n\nTo build:\n +lib +never built\n +app +never built\n/);
  expect(before.stdout).toMatch(/Bootstrap:\n +default +2 packages +[0-9a-f]{40}\n/);
  await rig.run('build');
  expect((await rig.run('plan')).stdout).toContain('Nothing to build: 2 in the store.');
  rig.component('lib', { script: 'touch $PKG_PATH/lib2' });
  const { stdout } = await rig.run('plan');
  expect(stdout).toMatch(/ lib .*build changed\n/);
  expect(stdout).toMatch(/ app .*lib changed\n/);
});

test('a plan as JSON is the whole plan, the same bytes each time, and nothing else is printed', async () => {
  using rig = Rig.withBuilder();
  rig.component('lib');
  rig.component('app', { buildinfo: { requires: ['lib'] } });
  rig.write('ee.treeinfo.json', '{"core_package_list": ["lib"]}');
  const one = await rig.run('plan', '--json', '--all-trees');
  expect(one).toMatchObject({ status: 0, stderr: '' });
  expect((await rig.run('plan', '--json', '--all-trees')).stdout).toBe(one.stdout);
  const plan = JSON.parse(one.stdout);
  expect(Object.keys(plan)).toEqual(expect.arrayContaining(['trees', 'packages', 'build_order']));
  expect(JSON.stringify(plan)).not.toContain(rig.folder);
});

test('--all-trees plans what it can, and tells the mistakes of the others', async () => {
  using rig = Rig.withBuilder();
  rig.component('lib');
  rig.write('broken.treeinfo.json', '{"core_package_list": ["nothing"]}');
  const { status, stdout, stderr } = await rig.run('plan', '--all-trees');
  expect(status).toBe(2);
  expect(stdout).toContain('lib');
  expect(stderr).toContain('broken.treeinfo.json');
  expect(stderr).toContain('"nothing"');
});

test('builder ids come from the file that is named, from wherever it is called', async () => {
  using rig = new Rig();
  rig.component('a', { buildinfo: { docker: 'image:tag' } });
  const unknown = await rig.run('plan');
  expect(unknown.status).toBe(2);
  expect(unknown.stderr).toContain('"image:tag"');
  rig.write('ids.json', JSON.stringify({ 'image:tag': 'sha256:1' }));
  const { status, stdout } = await rig.run('plan', '--json', '--builder-ids', 'ids.json');
  expect(status).toBe(0);
  expect(stdout).toContain('sha256:1');
  rmSync(rig.path('ids.json'));
  const gone = await rig.run('plan', '--builder-ids', 'ids.json');
  expect(gone.status).toBe(2);
  expect(gone.stderr).toContain('ids.json');
});

test('a plan needs no work folder and makes none', async () => {
  using rig = new Rig();
  rig.component('a', { buildinfo: { docker: 'image:tag' } });
  rig.write('builders.lock.json', JSON.stringify({ 'image:tag': 'sha256:1' }));
  await rig.run('plan');
  const { stdout } = await rig.shell('ls');
  expect(stdout).toBe('builders.lock.json\npackages\ntreeinfo.json\n');
});
