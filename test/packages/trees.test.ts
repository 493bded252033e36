/** The trees of this repository: what they hold, and that they resolve. */
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { Rig } from '../rig/rig.ts';

/** DC/OS's bill of materials. */
const NAMES =
  `3dt adminrouter boost-system boto bouncer cosmos curl dcos-cluster-id dcos-history-service dcos-image dcos-image-deps
  dcos-installer dcos-installer-ui dcos-oauth dcos-signal dcos-ui dnspython erlang exhibitor flask hadoop hdfs-mesos java
  libevent logrotate marathon mesos mesos-buildenv mesos-dns mesos-metrics-module mesos-modules-private minuteman ncurses
  networking_api openssl python python-dateutil python-docopt python-jinja2 python-kazoo python-markupsafe python-passlib
  python-pyyaml python-requests python-retrying six spartan strace toybox zk-value-consensus`.split(/\s+/);

const PRIVATE = ['hadoop', 'mesos-modules-private', 'networking_api'];

test('treeinfo.json holds all 50 components, each of which has a folder, and no folder is left over', () => {
  expect(NAMES).toHaveLength(50);
  expect(coreOf('treeinfo.json')).toEqual(NAMES);
  const folders = globSync('packages/*/buildinfo.json').map((path) => basename(dirname(path)));
  expect(folders.toSorted()).toEqual(NAMES);
});

test('those whose sources were never published say so, and oss.treeinfo.json holds all the others', () => {
  const isPrivate = (name: string): boolean => description(name).availability === 'private';
  expect(NAMES.filter(isPrivate)).toEqual(PRIVATE);
  expect(coreOf('oss.treeinfo.json')).toEqual(NAMES.filter((name) => !PRIVATE.includes(name)));
});

test('a source on mirrors alone stands in private components, and in no others', () => {
  const onMirrors = NAMES.filter((name) => readFileSync(`packages/${name}/buildinfo.json`, 'utf8').includes('mirror:'));
  expect(onMirrors).toEqual(PRIVATE);
});

test.each([
  ['treeinfo.json', [], 50],
  ['oss.treeinfo.json', ['--variant', 'oss'], 47],
])('plan of %s resolves, and names what is private', async (_, variant, count) => {
  using rig = new Rig();
  const args = ['--tree', resolve('.'), '--out', rig.path('out'), ...variant];
  const json = await rig.run('plan', '--json', ...args);
  expect(json.status).toBe(0);
  const { components } = JSON.parse(json.stdout);
  expect(Object.keys(components)).toHaveLength(count);
  const privates = Object.values<any>(components).filter(({ availability }) => availability === 'private');
  const expected = variant.length === 0 ? PRIVATE : [];
  expect(new Set(privates.map(({ name }) => name))).toEqual(new Set(expected));
  const { stdout } = await rig.run('plan', ...args);
  expect(stdout.includes(`were never published`)).toBe(expected.length > 0);
  for (const name of expected) expect(stdout).toMatch(new RegExp(`--mirror\\):\n.*${name}`));
});

test('a build of treeinfo.json ends at once, and names what cannot be had', async () => {
  using rig = new Rig();
  const { status, stderr } = await rig.run('build', '--tree', resolve('.'), '--out', rig.path('out'));
  expect(status).toBe(1);
  expect(stderr).toContain('hadoop, mesos-modules-private, networking_api are private');
  expect(stderr).toContain('--variant oss');
});

function coreOf(file: string): readonly string[] {
  return JSON.parse(readFileSync(file, 'utf8')).core_package_list;
}

function description(name: string): { readonly availability?: string } {
  return JSON.parse(readFileSync(`packages/${name}/component.json`, 'utf8'));
}
