import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/model/digest.ts';
import { fetchPackage } from '../../src/store/fetch-package.ts';
import { HttpStore } from '../../src/store/http.ts';
import { openRepository } from '../../src/store/index.ts';
import { Repositories, type Warning } from '../../src/store/repositories.ts';
import { serve } from './loopback.ts';
import { StoreRig } from './store-rig.ts';

const QUICK = { attempts: 2, retryBaseMs: 1 };

test('a package comes over with its manifest and is as if built here', async () => {
  using theirs = new StoreRig();
  using ours = new StoreRig();
  const id = theirs.id('a');
  const manifest = await theirs.commitBytes(id, 'bytes');
  await using server = await serve(theirs.path('repository'));
  const fetched = await fetchPackage(ours.packages, new HttpStore(server.url, QUICK), id);
  expect(fetched).toEqual({ kind: 'fetched', manifest });
  const [name] = [`repository/packages/a/${id}.manifest.json`];
  expect(ours.read(name)).toBe(theirs.read(name));
  expect(ours.packages.find(id)).toEqual(manifest);
  const other = theirs.id('b');
  expect(await fetchPackage(ours.packages, new HttpStore(server.url, QUICK), other)).toEqual({ kind: 'missing' });
});

test('wrong bytes of the same size are refused with both hashes, kept aside, and are not in the store', async () => {
  using theirs = new StoreRig();
  using ours = new StoreRig();
  const id = theirs.id('a');
  await theirs.commitBytes(id, 'bytes');
  writeFileSync(theirs.path('repository/packages/a', `${id}.tar.xz`), 'bytez');
  await using server = await serve(theirs.path('repository'));
  const fetched = await fetchPackage(ours.packages, new HttpStore(server.url, QUICK), id);
  expect(fetched).toMatchObject({ kind: 'refused' });
  expect(JSON.stringify(fetched)).toMatch(new RegExp(`${sha256('bytes')}.*${sha256('bytez')}`));
  expect(ours.packages.find(id)).toBeUndefined();
  expect(readdirSync(ours.path('repository/packages/a'))).toEqual([`${id}.tar.xz.corrupt`]);
});

test('a manifest without its tarball is a damaged repository, not a miss', async () => {
  using theirs = new StoreRig();
  using ours = new StoreRig();
  const id = theirs.id('a');
  await theirs.commitBytes(id, 'bytes');
  rmSync(theirs.path('repository/packages/a', `${id}.tar.xz`));
  const fetched = await fetchPackage(ours.packages, openRepository(theirs.path('repository')), id);
  expect(fetched).toMatchObject({ kind: 'refused' });
});

test('a package of pkgpanda, which has no manifest, is refused, and told once for its repository', async () => {
  using theirs = new StoreRig();
  using ours = new StoreRig();
  const [id, second] = [theirs.id('a'), theirs.id('a', 1)];
  for (const each of [id, second]) theirs.write(`repository/packages/a/${each}.tar.xz`, 'bytes');
  const repository = openRepository(theirs.path('repository'));
  expect(await fetchPackage(ours.packages, repository, id)).toMatchObject({ kind: 'refused' });
  expect(ours.packages.find(id)).toBeUndefined();
  const warnings: Warning[] = [];
  const repositories = new Repositories([repository], (warning) => warnings.push(warning));
  expect([await repositories.find(id), await repositories.find(second)]).toEqual([undefined, undefined]);
  expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining('has no manifest')]);
});

test('a repository that cannot be reached is told once, and the next one is asked', async () => {
  using theirs = new StoreRig();
  using ours = new StoreRig();
  const [first, second] = [theirs.id('a'), theirs.id('a', 1)];
  await theirs.commitBytes(first, 'one');
  await theirs.commitBytes(second, 'two');
  mkdirSync(theirs.path('empty'));
  const warnings: Warning[] = [];
  const repositories = new Repositories(
    [theirs.path('gone'), theirs.path('empty'), theirs.path('repository')].map((each) => openRepository(each)),
    (warning) => warnings.push(warning),
  );
  expect(await repositories.find(first)).toMatchObject({ manifest: { id: first } });
  expect(await repositories.fetch(ours.packages, first)).toMatchObject({ id: first });
  expect(await repositories.fetch(ours.packages, second)).toMatchObject({ id: second });
  expect(await repositories.fetch(ours.packages, theirs.id('a', 2))).toBeUndefined();
  expect(warnings).toHaveLength(1);
  expect(warnings[0]?.message).toContain('gone');
  expect(repositories.counts).toEqual({ found: 2, missing: 1, refused: 0, unavailable: 1 });
});
