import { existsSync, utimesSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseGarbage } from '../../src/store/garbage.ts';
import { collectGarbage, type GcOptions } from '../../src/store/gc.ts';
import { takeInventory, type Item, type InventoryFolders } from '../../src/store/inventory.ts';
import { readRoots } from '../../src/store/roots.ts';
import { StoreRig } from './store-rig.ts';

const HOUR = 3_600_000;

function foldersOf(rig: StoreRig): InventoryFolders {
  return {
    repository: rig.path('repository'),
    unpacked: rig.path('unpacked'),
    sources: rig.path('cache/sources/sha256'),
    git: rig.path('cache/git'),
    builders: rig.path('cache/builders'),
    imageStages: rig.path('cache/images'),
    logs: rig.path('logs'),
    work: rig.path('work'),
  };
}

/** A time so far ahead that everything here is old. */
const LATER = Date.now() + 100 * HOUR;

async function optionsFor(rig: StoreRig, more: Partial<GcOptions> = {}): Promise<GcOptions> {
  const roots = await readRoots(rig.packages.store);
  return {
    roots,
    sources: new Set(),
    builders: new Set(),
    stages: new Set(),
    limits: { maxAgeMs: HOUR },
    nowMs: LATER,
    dryRun: false,
    ...more,
  };
}

test('what latest and complete files name stays; the rest goes when it is old', async () => {
  using rig = new StoreRig();
  const [old, latest, complete] = [rig.id('a'), rig.id('a', 1), rig.id('b')];
  for (const id of [old, latest, complete]) await rig.commitBytes(id, 'bytes');
  await rig.packages.writeLatest(undefined, latest);
  rig.write('repository/complete/complete.latest.json', JSON.stringify({ bootstrap: 'b1', packages: [complete] }));
  rig.write('repository/bootstrap/b1.bootstrap.tar.xz', 'x');
  rig.write('repository/bootstrap/b1.active.json', '[]');
  rig.write('repository/bootstrap/b2.bootstrap.tar.xz', 'x');
  rig.write('cache/sources/sha256/aa', 'kept');
  rig.write('cache/sources/sha256/bb', 'gone');
  rig.write(`logs/a/${old}.log`, 'gone');
  rig.write(`logs/a/${latest}.log`, 'kept');
  const dry = await collectGarbage(foldersOf(rig), await optionsFor(rig, { dryRun: true, sources: new Set(['aa']) }));
  expect(rig.packages.find(old)).toBeDefined();
  const wet = await collectGarbage(foldersOf(rig), await optionsFor(rig, { sources: new Set(['aa']) }));
  expect(wet).toEqual(dry);
  expect(wet.removed.map(({ item }) => item.id).toSorted()).toEqual([old, old, 'b2', 'bb'].toSorted());
  expect(rig.packages.find(old)).toBeUndefined();
  for (const id of [latest, complete]) expect(rig.packages.find(id)).toBeDefined();
  expect(existsSync(rig.path('repository/bootstrap/b1.active.json'))).toBe(true);
  expect(existsSync(rig.path(`logs/a/${latest}.log`))).toBe(true);
});

test('builder roots and git mirrors that no tree names go when they are old, and no lock file does', async () => {
  using rig = new StoreRig();
  const gone = ['cache/builders/aa/root/bin/sh', 'cache/git/cc.git/HEAD'];
  const kept = ['cache/builders/bb/root/bin/sh', 'cache/git/dd.git/HEAD', 'cache/git/cc.git.lock'];
  for (const path of [...gone, ...kept]) rig.write(path, 'x');
  const options = await optionsFor(rig, { builders: new Set(['bb']), sources: new Set(['dd.git']) });
  const { removed } = await collectGarbage(foldersOf(rig), options);
  expect(removed.map(({ item: { kind, id } }) => [kind, id])).toEqual(
    expect.arrayContaining([
      ['builder', 'aa'],
      ['git', 'cc.git'],
    ]),
  );
  expect(gone.map((path) => existsSync(rig.path(path)))).toEqual([false, false]);
  expect(kept.map((path) => existsSync(rig.path(path)))).toEqual([true, true, true]);
});

test('leftovers of dead processes go; those of a living one and young ones stay', async () => {
  using rig = new StoreRig();
  const dead = spawnSync('true').pid;
  const paths = [
    `repository/packages/a/x.tar.xz.tmp-${dead}-00`,
    `repository/packages/a/x.tar.xz.tmp-${process.pid}-00`,
    `work/a--1.tmp-${dead}-00/src/file`,
    `unpacked/a--1.tmp-${dead}-00/file`,
  ];
  for (const path of paths) rig.write(path, 'x');
  const young = await collectGarbage(foldersOf(rig), await optionsFor(rig, { nowMs: Date.now() }));
  expect(young.removed).toEqual([]);
  await collectGarbage(foldersOf(rig), await optionsFor(rig));
  expect(paths.map((path) => existsSync(rig.path(path)))).toEqual([false, true, false, false]);
});

test('an unpacked package and its marker are one item, as old as the marker', async () => {
  using rig = new StoreRig();
  const manifest = await rig.commitFolder(rig.id('a'), 'content');
  await rig.unpacked.open(rig.packages, manifest, { threads: 1 });
  utimesSync(rig.path('unpacked', manifest.id), 1, 1);
  const [item] = (await takeInventory(foldersOf(rig))).filter(({ kind }) => kind === 'unpacked');
  expect(item).toMatchObject({ id: manifest.id, bytes: expect.any(Number) });
  expect(item?.modifiedMs).toBeGreaterThan(HOUR);
  await collectGarbage(foldersOf(rig), await optionsFor(rig));
  expect(rig.unpacked.find(manifest.id, manifest.sha256)).toBeUndefined();
  expect(existsSync(rig.path('unpacked', manifest.id))).toBe(false);
});

test('stages of images that are there stay, and others go when they are old', async () => {
  using rig = new StoreRig();
  for (const stage of ['base/aa', 'base/bb', 'bootstrap/cc']) rig.write(`cache/images/${stage}/entries.json`, '[]');
  const { removed } = await collectGarbage(foldersOf(rig), await optionsFor(rig, { stages: new Set(['aa']) }));
  expect(removed.map(({ item: { kind, id } }) => `${kind} ${id}`)).toEqual(['stage bb', 'stage cc']);
  expect(existsSync(rig.path('cache/images/base/aa/entries.json'))).toBe(true);
  expect(existsSync(rig.path('cache/images/base/bb'))).toBe(false);
});

const item = fc.record({
  kind: fc.constantFrom<Item['kind']>(
    ...([
      'package',
      'bootstrap',
      'unpacked',
      'builder',
      'stage',
      'source',
      'git',
      'log',
      'leftover',
      'damaged',
    ] as const),
  ),
  id: fc.constantFrom('kept', 'a', 'b', 'c'),
  paths: fc.constantFrom(['/x.tmp-7-0'], ['/y.tmp-8-0']),
  bytes: fc.nat(100),
  modifiedMs: fc.nat(10 * HOUR),
});

test('never what is kept or being written; under the limit afterwards, or nothing left that could go', () => {
  const kept = new Set(['kept']);
  const property = fc.property(fc.array(item), fc.nat(500), fc.nat(10 * HOUR), (items, maxBytes, maxAgeMs) => {
    const garbage = chooseGarbage({
      items,
      roots: { packages: kept, bootstraps: kept },
      sources: kept,
      builders: kept,
      stages: kept,
      limits: { maxBytes, maxAgeMs },
      nowMs: 10 * HOUR,
      isRunning: (pid) => pid === 7,
    });
    const gone = new Set<Item>(garbage.map(({ item: each }) => each));
    const left = items.filter((each) => !gone.has(each));
    const isKept = ({ kind, id, paths }: Item): boolean =>
      kind === 'leftover' ? paths[0] === '/x.tmp-7-0' : kind !== 'damaged' && id === 'kept';
    expect([...gone].filter(isKept)).toEqual([]);
    const free = left.filter((each) => each.kind !== 'leftover' && !isKept(each));
    expect(free.every((each) => 10 * HOUR - each.modifiedMs <= maxAgeMs)).toBe(true);
    expect(free.length === 0 || left.reduce((sum, { bytes }) => sum + bytes, 0) <= maxBytes).toBe(true);
  });
  fc.assert(property);
});
