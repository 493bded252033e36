import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { normaliseTree } from '../../src/host/normalise-tree.ts';
import { sha256 } from '../../src/model/digest.ts';
import { describeTree } from '../rig/scratch.ts';
import { StoreRig } from './store-rig.ts';

test('a dependent sees the same, whether the package was built here or unpacked from its tarball', async () => {
  using rig = new StoreRig();
  const manifest = await rig.commitFolder(rig.id('a'), 'content');
  await normaliseTree(rig.path('trees', manifest.id), { epoch: 1 });
  const unpacked = await rig.unpacked.open(rig.packages, manifest, { threads: 1 });
  const asUnpacked = describeTree(unpacked);
  const staged = await rig.unpacked.stage(manifest.id, rig.path('trees', manifest.id));
  expect(staged).toBe(unpacked);
  expect(describeTree(staged)).toEqual(asUnpacked);
});

test('a staged folder counts for others only when it is confirmed', async () => {
  using rig = new StoreRig();
  const manifest = await rig.commitFolder(rig.id('a'), 'content');
  const staged = await rig.unpacked.stage(manifest.id, rig.path('trees', manifest.id));
  expect(rig.unpacked.find(manifest.id, manifest.sha256)).toBeUndefined();
  await rig.unpacked.confirm(manifest.id, manifest.sha256);
  expect(rig.unpacked.find(manifest.id, manifest.sha256)).toBe(staged);
  expect(rig.unpacked.find(manifest.id, sha256('another tarball'))).toBeUndefined();
});

test('a folder of another boot of the machine is not trusted, and unpacked again', async () => {
  using rig = new StoreRig();
  const manifest = await rig.commitFolder(rig.id('a'), 'content');
  const folder = await rig.unpacked.open(rig.packages, manifest, { threads: 1 });
  writeFileSync(
    rig.path('unpacked', `${manifest.id}.json`),
    JSON.stringify({ boot: 'before', sha256: manifest.sha256 }),
  );
  writeFileSync(`${folder}/bin/tool`, '');
  expect(rig.unpacked.find(manifest.id, manifest.sha256)).toBeUndefined();
  await rig.unpacked.open(rig.packages, manifest, { threads: 1 });
  expect(rig.read(`unpacked/${manifest.id}/bin/tool`)).toBe('content');
});

test('several that open one package at once get one folder', async () => {
  using rig = new StoreRig();
  const manifest = await rig.commitFolder(rig.id('a'), 'content');
  const opened = await Promise.all([1, 2, 3].map(() => rig.unpacked.open(rig.packages, manifest, { threads: 1 })));
  expect(new Set(opened).size).toBe(1);
  expect(readdirSync(rig.path('unpacked')).toSorted()).toEqual([manifest.id, `${manifest.id}.json`]);
});

test('a tarball with a wrong byte is named with both hashes, set aside, and nothing of it is used', async () => {
  using rig = new StoreRig();
  const manifest = await rig.commitFolder(rig.id('a'), 'content');
  const other = await rig.commitFolder(rig.id('b'), 'CONTENT');
  const tarball = rig.packages.tarball(manifest.id, manifest);
  writeFileSync(tarball, readFileSync(rig.packages.tarball(other.id, other)));
  const opening = rig.unpacked.open(rig.packages, manifest, { threads: 1 });
  await expect(opening).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  await expect(opening).rejects.toThrow(new RegExp(`${manifest.sha256}.*${other.sha256}`));
  expect(rig.packages.find(manifest.id)).toBeUndefined();
  expect(existsSync(`${tarball}.corrupt`)).toBe(true);
  expect(readdirSync(rig.path('unpacked'))).toEqual([]);
});
