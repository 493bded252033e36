import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sha1 } from '../../src/model/digest.ts';
import { Rig } from '../rig/rig.ts';

/** Two names of which one begins with the other, a requirement with an environment, and a variant. */
function tree(): Rig {
  const rig = Rig.withBuilder();
  const program = 'mkdir $PKG_PATH/bin; printf "#!/bin/bash\\necho $PKG_NAME\\n" > $PKG_PATH/bin/$PKG_NAME';
  rig.component('a', { script: program, buildinfo: { environment: { A_HOME: '/opt/mesosphere/active/a' } } });
  rig.component('a-b', { script: `${program}; mkdir $PKG_PATH/etc; echo b > $PKG_PATH/etc/b.conf` });
  rig.component('c', { script: program, buildinfo: { requires: ['a'], state_directory: true, username: 'dcos_c' } });
  rig.write('packages/c/ee.buildinfo.json', JSON.stringify({ docker: 'shell', build_script: 'build' }));
  rig.write('ee.treeinfo.json', JSON.stringify({ core_package_list: ['c', 'a-b'], variants: { c: 'ee' } }));
  return rig;
}

function text(rig: Rig, path: string): string {
  return readFileSync(rig.path('out/repository', path), 'utf8');
}

/** Unpacks a tarball of the store, as pkgpanda does: by tar alone. */
function unpacked(rig: Rig, tarball: string): string {
  const folder = rig.path('unpacked', tarball.replaceAll('/', '-'));
  mkdirSync(folder, { recursive: true });
  execFileSync('tar', ['-xf', rig.path('out/repository', tarball), '-C', folder]);
  return folder;
}

test('the store has the layout of a pkgpanda repository, for each tree under its own names', async () => {
  using rig = tree();
  expect((await rig.run('build')).status).toBe(0);
  expect((await rig.run('build', '--variant', 'ee')).status).toBe(0);
  const ids = {
    a: text(rig, 'packages/a/latest'),
    ab: text(rig, 'packages/a-b/latest'),
    c: text(rig, 'packages/c/latest'),
    ee: text(rig, 'packages/c/ee.latest'),
  };
  for (const id of Object.values(ids)) expect(id).toMatch(/^(a|a-b|c)--[0-9a-f]{40}$/);
  const bootstrap = text(rig, 'bootstrap/bootstrap.latest');
  expect(bootstrap).toBe(sha1([ids.a, ids.ab, ids.c].map(sha1).join(',')));
  expect(text(rig, `bootstrap/${bootstrap}.active.json`)).toBe(`[\n  "${ids.ab}",\n  "${ids.a}",\n  "${ids.c}"\n]`);
  expect(JSON.parse(text(rig, 'complete/complete.latest.json'))).toEqual({
    bootstrap,
    packages: [ids.a, ids.ab, ids.c],
  });
  expect(JSON.parse(text(rig, 'complete/ee.complete.latest.json'))).toEqual({
    bootstrap: text(rig, 'bootstrap/ee.bootstrap.latest'),
    packages: [ids.ab, ids.ee],
  });
  const list = [ids.a, ids.ab, ids.c];
  expect(text(rig, `package_lists/${sha1(list.map(sha1).join(','))}.package_list.json`)).toBe(
    `["${list.join('", "')}"]`,
  );
  expect(readdirSync(rig.path('out/repository')).toSorted()).toEqual([
    'bootstrap',
    'complete',
    'package_lists',
    'packages',
  ]);
});

test('a package holds pkginfo.json and buildinfo.full.json as pkgpanda writes them', async () => {
  using rig = tree();
  await rig.run('build');
  const id = text(rig, 'packages/c/latest');
  const folder = unpacked(rig, `packages/c/${id}.tar.xz`);
  expect(readdirSync(folder).toSorted()).toEqual(['bin', 'buildinfo.full.json', 'pkginfo.json']);
  expect(readFileSync(`${folder}/pkginfo.json`, 'utf8')).toBe(
    '{\n  "environment":{},\n  "requires":[\n    "a"\n  ],\n  "state_directory":true,\n  "username":"dcos_c"\n}',
  );
  expect(JSON.parse(readFileSync(`${folder}/buildinfo.full.json`, 'utf8'))).toMatchObject({
    name: 'c',
    variant: null,
    package_version: id.slice('c--'.length),
    build_ids: { name: 'c', variant: '', pkgpanda_version: '0.2', requires: [text(rig, 'packages/a/latest')] },
    sources: {},
  });
  const entries = execFileSync('tar', ['-tvf', rig.path(`out/repository/packages/c/${id}.tar.xz`), '--numeric-owner'], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], TZ: 'UTC' },
  });
  expect(entries.split('\n')[0]).toMatch(/^drwxr-xr-x 0\/0 +0 2016-04-19 00:00 \.\/$/);
  for (const line of entries.trimEnd().split('\n')) expect(line).toMatch(/ 0\/0 +\d+ 2016-04-19 00:00 \.\//);
});

test('a bootstrap, unpacked where DC/OS lives, has its packages active and set-up still to be done', async () => {
  using rig = tree();
  await rig.run('build');
  const id = text(rig, 'bootstrap/bootstrap.latest');
  const folder = unpacked(rig, `bootstrap/${id}.bootstrap.tar.xz`);
  expect(readdirSync(folder).toSorted()).toEqual([
    'active',
    'active.buildinfo.full.json',
    'bin',
    'bootstrap',
    'environment',
    'environment.export',
    'etc',
    'include',
    'lib',
    'packages',
  ]);
  const c = text(rig, 'packages/c/latest');
  expect(readFileSync(`${folder}/bootstrap`, 'utf8')).toBe('');
  expect(readdirSync(`${folder}/active`).toSorted()).toEqual(['a', 'a-b', 'c']);
  expect(readlinkSync(`${folder}/active/c`)).toBe(`/opt/mesosphere/packages/${c}`);
  expect(readlinkSync(`${folder}/bin/c`)).toBe(`/opt/mesosphere/packages/${c}/bin/c`);
  expect(readdirSync(`${folder}/etc`).toSorted()).toEqual(['b.conf', 'dcos-service-configuration.json']);
  expect(readFileSync(`${folder}/environment`, 'utf8')).toContain('A_HOME=/opt/mesosphere/active/a\n');
  expect(readFileSync(`${folder}/environment.export`, 'utf8')).toContain('export A_HOME=/opt/mesosphere/active/a\n');
  expect(Object.keys(JSON.parse(readFileSync(`${folder}/active.buildinfo.full.json`, 'utf8')))).toEqual([
    'a',
    'a-b',
    'c',
  ]);
  expect(readFileSync(`${folder}/packages/${c}/pkginfo.json`, 'utf8')).toContain('"dcos_c"');
});

test('a bootstrap of some packages holds these, and the tree file names all', async () => {
  using rig = tree();
  rig.write('treeinfo.json', JSON.stringify({ bootstrap_package_list: ['c'] }));
  expect((await rig.run('build')).status).toBe(0);
  const id = text(rig, 'bootstrap/bootstrap.latest');
  expect(JSON.parse(text(rig, `bootstrap/${id}.active.json`))).toEqual([
    text(rig, 'packages/a/latest'),
    text(rig, 'packages/c/latest'),
  ]);
  expect(JSON.parse(text(rig, 'complete/complete.latest.json')).packages).toHaveLength(3);
});

test('a tree as DC/OS has it, with treeinfo.json inside packages/, is built from any folder in it', async () => {
  using rig = Rig.withBuilder();
  rig.component('a', { script: 'touch $PKG_PATH/a' });
  rig.write('packages/treeinfo.json', '{}');
  const { status } = await rig.shell('rm treeinfo.json && cd packages/a && dcos-build build');
  expect(status).toBe(0);
  expect(text(rig, 'packages/a/latest')).toMatch(/^a--/);
  const elsewhere = await rig.shell(`cd / && dcos-build build --tree "$OLDPWD"`);
  expect(elsewhere).toMatchObject({ status: 0, stdout: expect.stringContaining('Nothing to do') });
});

test('two trees with one bootstrap share it', async () => {
  using rig = tree();
  rig.write('same.treeinfo.json', '{}');
  await rig.run('build');
  const second = await rig.run('build', '--variant', 'same');
  expect(second.stderr).toContain('nothing to do');
  expect(text(rig, 'bootstrap/same.bootstrap.latest')).toBe(text(rig, 'bootstrap/bootstrap.latest'));
  expect(text(rig, 'complete/same.complete.latest.json')).toBe(text(rig, 'complete/complete.latest.json'));
});
