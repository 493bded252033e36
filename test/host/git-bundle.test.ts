import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BundleRefused, openBundle, writeBundle } from '../../src/host/git-bundle.ts';
import { fetchPin, hasPin, takePin } from '../../src/host/git-mirror.ts';
import { GitRepository } from '../rig/git-repository.ts';
import { Scratch } from '../rig/scratch.ts';

/** Three commits of which each changes a file. */
function history(scratch: Scratch): { readonly repository: GitRepository; readonly commits: readonly string[] } {
  const repository = new GitRepository(scratch.path('repository'));
  const commits = ['one', 'two', 'three'].map((text) => {
    repository.write('file', `${text}\n`.repeat(500));
    repository.write(`folder/${text}`, text);
    return repository.commit(text);
  });
  return { repository, commits };
}

async function bundleOf(scratch: Scratch, name: string): Promise<{ readonly path: string; readonly commit: string }> {
  const { repository, commits } = history(scratch);
  const path = scratch.path(name);
  const commit = commits[1] ?? '';
  await writeBundle(scratch.path('repository/.git'), commit, path, {});
  expect(repository.git('rev-list', '--count', commit)).toBe('2');
  return { path, commit };
}

test('a bundle holds one commit with its files and none of its history, and serves as a repository', async () => {
  using scratch = new Scratch();
  const { path, commit } = await bundleOf(scratch, 'a.bundle');
  await openBundle(path, commit, scratch.path('opened'), {});
  await takePin(scratch.path('mirror.git'), scratch.path('opened'), commit, {});
  expect(await hasPin(scratch.path('mirror.git'), commit, {})).toBe(true);
  const git = (...args: string[]): string =>
    execFileSync('git', ['--git-dir', scratch.path('mirror.git'), ...args], { encoding: 'utf8' });
  expect(git('rev-list', '--all').trim()).toBe(commit);
  expect(git('ls-tree', '-r', '--name-only', commit)).toBe('file\nfolder/one\nfolder/two\n');
  expect(git('count-objects', '-v')).not.toContain('garbage: 1');
});

test('the bytes depend on the commit alone, not on the packs that it comes out of', async () => {
  using scratch = new Scratch();
  const { path, commit } = await bundleOf(scratch, 'a.bundle');
  const url = `file://${scratch.path('repository')}`;
  await fetchPin(scratch.path('shallow.git'), { url, commit, origin: 'main' }, {});
  await writeBundle(scratch.path('shallow.git'), commit, scratch.path('b.bundle'), {});
  execFileSync('git', ['-C', scratch.path('repository'), 'gc', '--quiet', '--aggressive']);
  await writeBundle(scratch.path('repository/.git'), commit, scratch.path('c.bundle'), {});
  const bytes = readFileSync(path);
  expect(readFileSync(scratch.path('b.bundle')).equals(bytes)).toBe(true);
  expect(readFileSync(scratch.path('c.bundle')).equals(bytes)).toBe(true);
});

test('plain git reads it in the way that the header says', async () => {
  using scratch = new Scratch();
  const { path, commit } = await bundleOf(scratch, 'a.bundle');
  const script = `git init --quiet --bare x && echo ${commit} > x/shallow
git -C x fetch --quiet '${path}' 'refs/pins/*:refs/pins/*' && git -C x fsck && git -C x show ${commit}:folder/two`;
  expect(execFileSync('bash', ['-c', script], { cwd: scratch.folder, encoding: 'utf8' })).toBe('two');
});

test('a bundle with a damaged byte, one that was cut off, and what is none are refused', async () => {
  using scratch = new Scratch();
  const { path, commit } = await bundleOf(scratch, 'a.bundle');
  const good = readFileSync(path);
  const flipped = [20, 130, good.length - 100, good.length - 1].map((at) => {
    const bytes = Buffer.from(good);
    bytes[at] = (bytes[at] ?? 0) ^ 4;
    return bytes;
  });
  const all = [...flipped, good.subarray(0, good.length - 30), Buffer.from('no bundle'), Buffer.alloc(0)];
  for (const [index, bytes] of all.entries()) {
    writeFileSync(path, bytes);
    await expect(openBundle(path, commit, scratch.path(`opened-${index}`), {})).rejects.toBeInstanceOf(BundleRefused);
  }
});

test('a bundle of another commit is refused, and one that lacks objects of the commit', async () => {
  using scratch = new Scratch();
  const { path, commit } = await bundleOf(scratch, 'a.bundle');
  await expect(openBundle(path, 'f'.repeat(40), scratch.path('other'), {})).rejects.toThrow(
    `it is not of the commit ${'f'.repeat(40)}, but of ${commit}`,
  );
  // git's own, which counts on the parent to be there.
  const git = ['-C', scratch.path('repository'), 'bundle', 'create', '--quiet', scratch.path('thin.bundle')];
  execFileSync('git', ['-C', scratch.path('repository'), 'branch', 'x', commit]);
  execFileSync('git', [...git, 'x', '^x^'], { stdio: 'ignore' });
  await expect(openBundle(scratch.path('thin.bundle'), commit, scratch.path('thin'), {})).rejects.toBeInstanceOf(
    BundleRefused,
  );
});
