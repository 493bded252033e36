import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { packBootstrap } from '../../src/build/bootstrap.ts';
import { treeFileNames, writeTreeFiles } from '../../src/store/tree-files.ts';
import { sha1, sha256 } from '../../src/model/digest.ts';
import { parsePackageId } from '../../src/model/package-id.ts';
import { BootstrapStore } from '../../src/store/bootstrap-store.ts';
import { DirectoryStore } from '../../src/store/directory.ts';
import { Scratch } from '../rig/scratch.ts';

const A = parsePackageId('a--1');
const AB = parsePackageId('a-b--1');

function fill(scratch: Scratch, folder: string): string {
  for (const id of [A, AB]) {
    scratch.write(`${folder}/${id}/pkginfo.json`, '{}');
    scratch.write(`${folder}/${id}/buildinfo.full.json`, '{}');
    scratch.write(`${folder}/${id}/bin/${id}`, id, 0o755);
    scratch.write(`${folder}/${id}/dcos.target.wants/${id}.service`, '');
  }
  return scratch.path(folder);
}

test('a bootstrap holds what pkgpanda puts into it, with the same bytes from any folder', async () => {
  using scratch = new Scratch();
  const options = { compression: 'xz', threads: 2 } as const;
  const one = await packBootstrap({
    ...options,
    packages: [AB, A],
    unpacked: fill(scratch, 'one'),
    tarball: scratch.path('one.tar'),
  });
  const two = await packBootstrap({
    ...options,
    packages: [A, AB],
    unpacked: fill(scratch, 'two/deeper'),
    tarball: scratch.path('two.tar'),
    threads: 1,
  });
  expect(two).toEqual(one);
  expect(sha256(readFileSync(scratch.path('one.tar')))).toBe(one.sha256);
  const listed = execFileSync('tar', ['-tvJf', scratch.path('one.tar')], { encoding: 'utf8' });
  expect(
    listed
      .trim()
      .split('\n')
      .map((line) => line.replace(/^\S+ +\S+ +\d+ \S+ \S+ /, '')),
  ).toMatchInlineSnapshot(`
    [
      "./",
      "./active/",
      "./active/a -> /opt/mesosphere/packages/a--1",
      "./active/a-b -> /opt/mesosphere/packages/a-b--1",
      "./active.buildinfo.full.json",
      "./bin/",
      "./bin/a--1 -> /opt/mesosphere/packages/a--1/bin/a--1",
      "./bin/a-b--1 -> /opt/mesosphere/packages/a-b--1/bin/a-b--1",
      "./bootstrap",
      "./environment",
      "./environment.export",
      "./etc/",
      "./etc/dcos-service-configuration.json",
      "./include/",
      "./lib/",
      "./packages/",
      "./packages/a--1/",
      "./packages/a--1/bin/",
      "./packages/a--1/bin/a--1",
      "./packages/a--1/buildinfo.full.json",
      "./packages/a--1/dcos.target.wants/",
      "./packages/a--1/dcos.target.wants/a--1.service",
      "./packages/a--1/pkginfo.json",
      "./packages/a-b--1/",
      "./packages/a-b--1/bin/",
      "./packages/a-b--1/bin/a-b--1",
      "./packages/a-b--1/buildinfo.full.json",
      "./packages/a-b--1/dcos.target.wants/",
      "./packages/a-b--1/dcos.target.wants/a-b--1.service",
      "./packages/a-b--1/pkginfo.json",
    ]
  `);
  expect(readdirSync(scratch.folder).toSorted()).toEqual(['one', 'one.tar', 'two', 'two.tar']);
});

test('in the store it has its active.json, and latest and complete files name it', async () => {
  using scratch = new Scratch();
  const store = new DirectoryStore(scratch.path('repository'));
  const bootstraps = new BootstrapStore(store, scratch.path('locks'));
  const tarball = scratch.write('new', 'bytes');
  const tree = { variant: 'ee', bootstrap: 'ff', packages: [A, AB], active: [AB, A], buildOrder: [] };
  expect(bootstraps.find('ff')).toBeUndefined();
  const packed = { tarball, compression: 'xz', sha256: sha256('bytes'), bytes: 5, tool: 't' } as const;
  const manifest = await bootstraps.commit('ff', { ...packed, active: tree.active });
  expect(bootstraps.find('ff')).toEqual(manifest);
  await writeTreeFiles(store, tree);
  expect([...(await store.list('')).keys()]).toEqual([
    'bootstrap/ee.bootstrap.latest',
    'bootstrap/ff.active.json',
    'bootstrap/ff.bootstrap.tar.xz',
    'bootstrap/ff.manifest.json',
    'complete/ee.complete.latest.json',
    expect.stringMatching(/^package_lists\/[0-9a-f]{40}\.package_list\.json$/),
  ]);
  expect(await store.readText('bootstrap/ff.active.json')).toBe('[\n  "a-b--1",\n  "a--1"\n]');
  expect(await store.readText('bootstrap/ee.bootstrap.latest')).toBe('ff');
  expect(await store.readText('complete/ee.complete.latest.json')).toBe(
    '{\n  "bootstrap":"ff",\n  "packages":[\n    "a--1",\n    "a-b--1"\n  ]\n}',
  );
});

test('the id of a package list is the hash of its sorted ids, its text one line of Python JSON', async () => {
  using scratch = new Scratch();
  const store = new DirectoryStore(scratch.folder);
  const tree = { variant: undefined, bootstrap: 'ff', packages: [AB, A] };
  await writeTreeFiles(store, tree);
  const list = `package_lists/${sha1([sha1(A), sha1(AB)].join(','))}.package_list.json`;
  expect(treeFileNames(tree)).toEqual([list, 'bootstrap/bootstrap.latest', 'complete/complete.latest.json']);
  expect(await store.readText(list)).toBe('["a--1", "a-b--1"]');
});
