/** The command `release` on folders. */
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256 } from '../../src/model/digest.ts';
import { GitRepository } from '../rig/git-repository.ts';
import { ReleasedTree, smallTree } from './release-rig.ts';

let tree: ReleasedTree;
beforeAll(async () => {
  tree = new ReleasedTree();
  await tree.release();
});
afterAll(() => tree[Symbol.dispose]());

function filesBelow(folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map(({ parentPath, name }) => `${parentPath}/${name}`).toSorted();
  return new Map(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'base64')]));
}

test('what is not built yet is told by a dry run, and nothing is built or written', async () => {
  using rig = smallTree();
  const { status, stdout } = await rig.run('release', 'create', 'testing', '--to', 'store', '--dry-run');
  expect([status, stdout]).toEqual([
    0,
    expect.stringMatching(/^3 artifacts would have to be built first:\n  build  app--/),
  ]);
  expect([existsSync(rig.path('store')), existsSync(rig.path('out/repository'))]).toEqual([false, false]);
});

test('a dry run lists each blob with its hash, and no content of it', async () => {
  const args = ['release', 'create', 'testing', '--to', tree.store(), '--tag', 'third', '--dry-run', '--json'];
  const { stdout } = await tree.run(...args);
  const { release, channel, uploaded, skipped } = JSON.parse(stdout);
  expect([release, channel]).toEqual([expect.stringMatching(/^1\.0-[0-9a-f]{16}$/), 'testing']);
  expect(uploaded.map(({ name }: { name: string }) => name)).toContain(`releases/${release}/plan.json`);
  expect(Object.keys(skipped[0])).toEqual(['name', 'sha256', 'bytes', 'mediaType']);
});

test('a second create of the same has nothing to do', async () => {
  const store = tree.store();
  const args = ['release', 'create', 'testing', '--to', store, '--tag', 'second'];
  expect((await tree.run(...args)).stdout).toBe(
    `Nothing to do: "testing" of ${tree.rig.path(store)} has ${tree.second} already.\n`,
  );
  const { isUnchanged, uploaded, before } = JSON.parse((await tree.run(...args, '--json')).stdout);
  expect([isUnchanged, uploaded, before]).toEqual([true, [], tree.second]);
});

test('promote moves a channel, by the beginning of an id too; again it has nothing to do', async () => {
  const to = ['--to', tree.store()];
  const beginning = tree.second.slice(0, -4);
  const dry = await tree.run('release', 'promote', beginning, 'stable', ...to, '--dry-run');
  expect(dry.stdout).toBe(`"stable" would have ${tree.second} (it had ${tree.first}).\n`);
  const { stdout } = await tree.run('release', 'promote', beginning, 'stable', ...to, '--json');
  expect(JSON.parse(stdout)).toEqual({
    ...{ channel: 'stable', release: tree.second, before: tree.first, isUnchanged: false },
  });
  const again = await tree.run('release', 'promote', 'testing', 'stable', ...to);
  expect(again.stdout).toBe(`Nothing to do: "stable" has ${tree.second} already.\n`);
});

test('rollback goes to what the channel had before, and to a release that is named', async () => {
  const to = ['--to', tree.store()];
  const back = await tree.run('release', 'rollback', 'testing', ...to);
  expect(back.stdout).toBe(`"testing" has ${tree.first} now (it had ${tree.second}).\n`);
  const forth = await tree.run('release', 'rollback', 'testing', '--release', tree.second, ...to);
  expect(forth.stdout).toBe(`"testing" has ${tree.second} now (it had ${tree.first}).\n`);
});

test('list shows releases with their channels; show has everything of one as JSON', async () => {
  const store = tree.store();
  const { releases, channels } = JSON.parse((await tree.run('release', 'list', '--to', store, '--json')).stdout);
  const of = releases.map(({ id, channels: names }: { id: string; channels: string[] }) => [id, names]);
  expect(of).toEqual(
    expect.arrayContaining([
      [tree.first, ['stable']],
      [tree.second, ['testing']],
    ]),
  );
  expect(channels.map(({ name }: { name: string }) => name)).toEqual(['stable', 'testing']);
  const shown = JSON.parse((await tree.run('release', 'show', 'testing', '--to', store, '--json')).stdout);
  expect(shown).toMatchObject({ id: tree.second, tag: 'second', version: '1.0', signature: { kind: 'unjudged' } });
  expect(shown.channel.history).toHaveLength(2);
});

test('verify finds a damaged and a missing blob, names both hashes, and ends with status 1', async () => {
  const store = tree.store();
  const names = [...filesBelow(tree.rig.path(store)).keys()];
  const path = (pattern: RegExp): string => tree.rig.path(store, names.find((name) => pattern.test(name)) ?? '');
  appendFileSync(path(/app--.*\.tar\.xz$/), 'x');
  rmSync(path(/package_list\.json$/));
  const { status, stdout } = await tree.run('release', 'verify', 'testing', '--to', store);
  expect(status).toBe(1);
  expect(stdout).toMatch(/^damaged +packages\/app\/app--\w+\.tar\.xz +expected sha256 \w{64}, got \w{64}$/m);
  expect(stdout).toMatch(/^missing +package_lists\/\w+\.package_list\.json +it is not there$/m);
  expect(stdout).toMatch(/\n2 things wrong\.\n$/);
  const promoted = await tree.run('release', 'promote', 'testing', 'stable', '--to', store);
  expect([promoted.status, promoted.stderr]).toEqual([expect.any(Number), expect.stringContaining('is not whole: ')]);
});

test('a blob with other content under its name is a conflict, and the channel stays', async () => {
  const store = tree.store();
  const [, name = ''] = [...filesBelow(tree.rig.path(store)).keys()].join('\n').match(/^(.*app--\w+\.tar\.xz)$/m) ?? [];
  appendFileSync(tree.rig.path(store, name), 'more');
  const { status, stderr } = await tree.run('release', 'create', 'testing', '--to', store, '--tag', 'third');
  expect(status).toBe(1);
  expect(stderr).toMatch(/app--\w+\.tar\.xz is in the store with other content: ours is sha256 \w{64}, there is /);
  expect(stderr).toContain('[STORE_CONFLICT]');
  expect(readFileSync(tree.rig.path(store, 'channels/testing.json'), 'utf8')).toContain(`"release": "${tree.second}"`);
  expect(readdirSync(tree.rig.path(store, 'pending'))).toEqual([]);
});

test('a package of the same size with other bytes is a conflict that names both hashes', async () => {
  const store = tree.store();
  const names = [...filesBelow(tree.rig.path(store)).keys()];
  const [tarball = '', manifest = ''] = [/app--\w+\.tar\.xz$/, /app--\w+\.manifest\.json$/].map((pattern) =>
    tree.rig.path(store, names.find((name) => pattern.test(name)) ?? ''),
  );
  const bytes = readFileSync(tarball);
  const ours = sha256(bytes);
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  writeFileSync(tarball, bytes);
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(ours, sha256(bytes)));
  const { status, stderr } = await tree.run('release', 'create', 'testing', '--to', store, '--tag', 'third');
  expect([status, stderr]).toEqual([
    1,
    expect.stringContaining(`ours is sha256 ${ours}, there is sha256 ${sha256(bytes)}.`),
  ]);
});

test('copy takes channels to another store, nothing twice, and no damaged blob', async () => {
  const store = tree.store();
  const dry = await tree.run('release', 'copy', store, 'copied', 'testing', '--dry-run');
  expect(dry.stdout).toMatch(/: would copy 8 blobs, /);
  expect(existsSync(tree.rig.path('copied'))).toBe(false);
  const copy = await tree.run('release', 'copy', store, 'copied');
  expect(copy.stdout).toMatch(/ of "stable": copied 8 blobs, .*\n.* of "testing": copied 3 blobs, /);
  expect((await tree.run('release', 'verify', 'testing', '--to', 'copied')).status).toBe(0);
  const name = [...filesBelow(tree.rig.path(store)).keys()].find((each) => /lib--\w+\.tar\.xz$/.test(each)) ?? '';
  const bytes = readFileSync(tree.rig.path(store, name));
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  writeFileSync(tree.rig.path(store, name), bytes);
  const damaged = await tree.run('release', 'copy', store, 'copied-damaged', 'testing');
  expect([damaged.status, damaged.stderr]).toEqual([
    1,
    expect.stringMatching(/lib--\w+\.tar\.xz should have the sha256/),
  ]);
  expect(existsSync(tree.rig.path('copied-damaged/channels'))).toBe(false);
});

test('gc removes what no channel needs, after a dry run that only tells', async () => {
  const store = tree.store();
  const args = ['release', 'gc', '--to', store, '--keep', '1', '--min-age', '0s'];
  await tree.run('release', 'promote', 'testing', 'stable', '--to', store);
  const dry = await tree.run(...args, '--dry-run');
  expect(dry.stdout).toContain(`  releases/${tree.first}/manifest.json\n`);
  expect(existsSync(tree.rig.path(store, `releases/${tree.first}/manifest.json`))).toBe(true);
  expect((await tree.run(...args)).stdout).toMatch(/^Removed 1 release: /);
  expect([...filesBelow(tree.rig.path(store)).keys()].filter((name) => name.includes(tree.first))).toEqual([]);
  expect((await tree.run('release', 'verify', 'stable', '--to', store)).status).toBe(0);
});

test('what is released on one machine is fetched on another with the same bytes', async () => {
  const store = tree.store();
  const fetched = await tree.run('fetch', 'testing', '--from', store, '--out', 'B', '--json');
  expect(JSON.parse(fetched.stdout)).toMatchObject({ present: [], releases: [tree.second] });
  const [here, there] = ['out', 'B'].map((out) => filesBelow(tree.rig.path(out, 'repository')));
  const tarballs = [...(there?.keys() ?? [])].filter((name) => /\.tar\.xz$|manifest\.json$|active\.json$/.test(name));
  expect(tarballs.length).toBe(7);
  for (const name of tarballs) expect([name, there?.get(name)]).toEqual([name, here?.get(name)]);
  const built = await tree.run('build', '--out', 'B', '--offline', '--dry-run');
  expect(built.stdout).not.toContain('lib');
  expect((await tree.run('fetch', 'testing', '--from', store, '--out', 'B')).stdout).toContain('Fetched 0 artifacts');
});

test('publish uploads packages without a release, and skips what is there', async () => {
  const dry = await tree.run('publish', 'lib', '--to', 'published', '--dry-run');
  expect([dry.stdout, existsSync(tree.rig.path('published'))]).toEqual([
    expect.stringContaining('would write 2 blobs'),
    false,
  ]);
  expect((await tree.run('publish', 'lib', '--to', 'published')).stdout).toContain('wrote 2 blobs');
  const { uploaded, skipped } = JSON.parse((await tree.run('publish', '--to', 'published', '--json')).stdout);
  expect([uploaded.length, skipped.length]).toEqual([2, 2]);
});

test('a tree with changes that are not committed is released with a warning; DCOS_IMAGE_COMMIT names the commit', async () => {
  const repository = new GitRepository(tree.rig.folder);
  repository.write('.gitignore', 'out/\nB/\nstore-*\nreleased/\ncopied*/\npublished/\n');
  const commit = repository.commit();
  const args = ['release', 'create', 'nightly', '--to', tree.store(), '--json'];
  const clean = await tree.run(...args);
  expect([clean.status, clean.stderr.includes('not committed')]).toEqual([0, false]);
  tree.rig.write('release.json', JSON.stringify({ name: 'Changed', version: '1.0' }));
  const changed = await tree.run(...args, '--dry-run');
  expect(changed.stderr).toContain('warning: The tree has changes that are not committed.');
  const shown = await tree.run('release', 'show', 'nightly', '--to', args[4] ?? '', '--json');
  expect(JSON.parse(shown.stdout)).toMatchObject({ commit, isChanged: false });
  const given = await tree.rig.start(args.slice(0, -1), { DCOS_IMAGE_COMMIT: 'master' }).end;
  expect([given.status, given.stderr]).toEqual([
    2,
    expect.stringContaining('DCOS_IMAGE_COMMIT is "master", which is no commit.'),
  ]);
  const named = await tree.rig.start(args, { DCOS_IMAGE_COMMIT: 'c'.repeat(40) }).end;
  expect([named.status, named.stderr.includes('not committed')]).toEqual([0, false]);
  const metadata = readFileSync(tree.rig.path(args[4] ?? '', 'nightly/metadata.json'), 'utf8');
  expect(JSON.parse(metadata)).toMatchObject({ commit: 'c'.repeat(40) });
});

test('what was released into out/repository stays when its store is cleaned, though the tree has moved on', async () => {
  using rig = smallTree();
  expect((await rig.run('release', 'create', 'testing')).status).toBe(0);
  rig.write('packages/app/build', '#!/bin/bash\necho other > $PKG_PATH/app\n');
  expect((await rig.run('build')).status).toBe(0);
  expect((await rig.run('store', 'gc', '--max-age', '0')).status).toBe(0);
  const { status, stdout } = await rig.run('release', 'verify', 'testing');
  expect([status, stdout]).toEqual([0, expect.stringContaining('It is whole.')]);
});
