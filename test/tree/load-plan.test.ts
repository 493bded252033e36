/** Trees on disk: where they are found, what their ids depend on besides files, and what is noted. */
import { mkdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findTree } from '../../src/tree/find-tree.ts';
import { loadTree, type LoadedTree, type LoadOptions } from '../../src/tree/load-plan.ts';
import { RecordingFileView } from '../../src/host/file-view.ts';
import { sha256 } from '../../src/model/digest.ts';
import { formatBuilderLock } from '../../src/recipe/builder.ts';
import { GitRepository } from '../rig/git-repository.ts';
import { Scratch } from '../rig/scratch.ts';

const IMAGE = 'dcos/dcos-builder:dcos-builder_dockerdir-latest';

/** A tree as in DC/OS's own repository, with the component `a`. */
function tree(files: Readonly<Record<string, string>> = {}): Scratch {
  const scratch = new Scratch();
  const all = { 'packages/treeinfo.json': '', 'packages/a/buildinfo.json': '', 'packages/a/build': 'x', ...files };
  for (const [path, content] of Object.entries(all)) scratch.write(path, content);
  return scratch;
}

async function load(scratch: Scratch, options: LoadOptions = {}): Promise<LoadedTree> {
  const view = new RecordingFileView();
  return loadTree(
    findTree(view, scratch.folder, { exact: true }),
    { imageId: async () => 'sha256:1', ...options },
    view,
  );
}

function docker(loaded: LoadedTree): unknown {
  return loaded.plan.components.get('a|null')?.buildIds['docker'];
}

describe('the tree is found', () => {
  const find = (scratch: Scratch, below: string, exact = false): unknown =>
    findTree(new RecordingFileView(), scratch.path(below), { exact });

  test('from its root, its packages folder, and any folder below', () => {
    using scratch = tree();
    const folders = { root: scratch.folder, packages: scratch.path('packages'), treeinfos: scratch.path('packages') };
    for (const start of ['.', 'packages', 'packages/a', 'not/there']) expect(find(scratch, start)).toEqual(folders);
    for (const start of ['.', 'packages']) expect(find(scratch, start, true)).toEqual(folders);
    expect(() => find(scratch, 'packages/a', true)).toThrow('is no tree');
  });

  test('with its treeinfo files beside packages/', () => {
    using scratch = tree({ 'treeinfo.json': '' });
    for (const start of ['.', 'packages', 'packages/a']) {
      expect(find(scratch, start)).toMatchObject({ root: scratch.folder, treeinfos: scratch.folder });
    }
    expect(find(scratch, 'packages', true)).toMatchObject({ root: scratch.folder, treeinfos: scratch.folder });
  });

  test('without a default tree only if it is named', () => {
    using scratch = new Scratch();
    scratch.write('packages/x.treeinfo.json');
    expect(find(scratch, '.', true)).toMatchObject({ treeinfos: scratch.path('packages') });
    mkdirSync(scratch.path('packages/a'));
    expect(() => find(scratch, 'packages/a')).toThrow('Neither');
  });
});

describe('which trees', () => {
  test('the default one, those named, or all', async () => {
    using scratch = tree({ 'packages/x.treeinfo.json': '{}' });
    const variantsOf = async (options: LoadOptions): Promise<unknown> =>
      (await load(scratch, options)).plan.trees.map(({ variant }) => variant);
    expect(await variantsOf({})).toEqual([undefined]);
    expect(await variantsOf({ variants: ['x'] })).toEqual(['x']);
    expect(await variantsOf({ variants: ['x', undefined, 'x'] })).toEqual([undefined, 'x']);
    expect(await variantsOf({ variants: 'all' })).toEqual([undefined, 'x']);
    await expect(load(scratch, { variants: ['y'] })).rejects.toMatchObject({
      code: 'TREE_INVALID',
      message: 'packages/y.treeinfo.json does not exist.',
      hint: 'Did you mean "x"?',
    });
  });

  test('a broken one beside one that works', async () => {
    using scratch = tree({ 'packages/x.treeinfo.json': '[' });
    const loaded = await load(scratch, { variants: 'all' });
    expect(loaded.plan.trees).toHaveLength(1);
    expect(loaded.failed).toMatchObject([{ variant: 'x', errors: [{ code: 'TREE_INVALID' }] }]);
    scratch.write('packages/wrongtreeinfo.json');
    await expect(load(scratch, { variants: 'all' })).rejects.toThrow('packages/wrongtreeinfo.json is neither');
  });
});

describe('ids of builders', () => {
  test('the file that is given comes first, then the lock in the tree, then the engine', async () => {
    using scratch = tree();
    expect(docker(await load(scratch))).toBe('sha256:1');
    expect((await load(scratch)).dependsOnMore).toBe(true);
    scratch.write('builders.lock.json', JSON.stringify({ [IMAGE]: 'sha256:2' }));
    expect(docker(await load(scratch))).toBe('sha256:2');
    const builderIds = scratch.write('ids.json', JSON.stringify({ [IMAGE]: 'sha256:3' }));
    const given = await load(scratch, { builderIds });
    expect(docker(given)).toBe('sha256:3');
    expect(given.dependsOnMore).toBe(false);
    expect(given.observations.paths).toContain(builderIds);
  });

  test('none is one error that names component and image', async () => {
    using scratch = tree();
    await expect(load(scratch, { imageId: async () => undefined })).rejects.toMatchObject({
      code: 'BUILDER_UNKNOWN',
      message: `Component "a": the id of the builder image "${IMAGE}" is not known.`,
    });
  });

  test('a file of ids that are none is refused', async () => {
    using scratch = tree({ 'builders.lock.json': '{"x": 5}' });
    await expect(load(scratch)).rejects.toMatchObject({ code: 'BUILDER_INVALID', place: { line: 1, key: 'x' } });
  });

  test('a builder of ours counts by the digest of its lock', async () => {
    using scratch = tree({ 'packages/a/buildinfo.json': '{"docker": "small"}', 'builders/small.json': SMALL });
    await expect(load(scratch)).rejects.toMatchObject({
      code: 'BUILDER_UNKNOWN',
      message: 'Component "a": the builder "small" has no lock, builders/small.lock.json.',
    });
    scratch.write('builders/small.lock.json', LOCK);
    const loaded = await load(scratch);
    expect(loaded.plan.components.get('a|null')?.builder).toMatchObject({ name: 'small', kind: 'root' });
    expect(docker(loaded)).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(loaded.dependsOnMore).toBe(false);
  });
});

describe('local repositories', () => {
  const LOCAL = JSON.stringify({ single_source: { kind: 'git_local', rel_path: '../../repo' } });

  test('count by their commit, and must have no changes', async () => {
    using scratch = tree({ 'packages/a/buildinfo.json': LOCAL });
    const repository = new GitRepository(scratch.path('repo'));
    await expect(load(scratch)).rejects.toThrow('has no commit yet');
    repository.write('f g', 'x');
    const commit = repository.commit();
    const loaded = await load(scratch);
    expect(loaded.plan.components.get('a|null')?.buildIds['sources']).toEqual({ a: { commit } });
    expect(loaded.dependsOnMore).toBe(true);
    repository.write('untracked', '');
    await load(scratch);
    repository.write('f g', 'y');
    await expect(load(scratch)).rejects.toThrow('has changes that are not committed: f g.');
  });

  test('must be the top of a repository', async () => {
    using scratch = tree({ 'packages/a/buildinfo.json': LOCAL });
    await expect(load(scratch)).rejects.toMatchObject({ code: 'SOURCE_INVALID', place: { key: 'single_source' } });
  });
});

describe('an upstream tree', () => {
  const UPSTREAM = JSON.stringify({ kind: 'git', git: 'r', ref: '1'.repeat(40), ref_origin: 'main' });

  test('gives the components that this one has not, all variants of those it has being hidden', async () => {
    using upstream = tree({
      'packages/a/v.buildinfo.json': '',
      'packages/b/buildinfo.json': '',
      'packages/b/build': '',
    });
    using scratch = tree({ 'packages/upstream.json': UPSTREAM });
    const loaded = await load(scratch, { checkoutUpstream: async () => upstream.folder });
    expect(loaded.store.names).toEqual(['a', 'b']);
    expect([...loaded.store.variantsOf('a').keys()]).toEqual([undefined]);
    expect(loaded.plan.components.get('b|null')?.folder).toBe(upstream.path('packages/b'));
  });

  test('may have none itself', async () => {
    using upstream = tree({ 'packages/upstream.json': UPSTREAM });
    using scratch = tree({ 'packages/upstream.json': UPSTREAM });
    await expect(load(scratch, { checkoutUpstream: async () => upstream.folder })).rejects.toThrow('not supported');
  });

  test.each([
    ['', 'source "upstream" lacks the key "kind"'],
    ['{"kind": "url", "url": "a://b", "sha1": "c"}', 'an upstream cannot be of kind "url"'],
    ['[]', 'must hold an object'],
  ])('%j is refused', async (text, message) => {
    using scratch = tree({ 'packages/upstream.json': text });
    await expect(load(scratch)).rejects.toThrow(message);
  });
});

test('everything that was looked at is noted', async () => {
  using scratch = tree({ 'packages/a/extra/f': 'x' });
  const { observations } = await load(scratch);
  const below = observations.paths.map((path) => path.slice(scratch.folder.length + 1));
  expect(below).toEqual(
    expect.arrayContaining([
      'packages',
      'packages/treeinfo.json',
      'packages/upstream.json',
      'packages/a',
      'packages/a/buildinfo.json',
      'packages/a/build',
      'packages/a/extra',
      'packages/a/extra/f',
      'builders.lock.json',
    ]),
  );
});

const SMALL = '{"suite": "bookworm", "packages": ["make"]}';
const LOCK = formatBuilderLock({
  suite: 'bookworm',
  architecture: 'amd64',
  requested: ['make'],
  madeWith: { tool: 'mmdebstrap', variant: 'minbase', timestamp: 1 },
  packages: [
    { name: 'make', version: '4.3', architecture: 'amd64', file: 'pool/main/m/make.deb', bytes: 1, sha256: sha256('') },
  ],
});
