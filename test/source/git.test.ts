import { execFileSync } from 'node:child_process';
import { readdirSync, statSync, symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { COMMIT_TIME, GitRepository } from '../rig/git-repository.ts';
import { describeTree, Scratch } from '../rig/scratch.ts';
import { gitRequest, openScratchSources } from '../rig/sources.ts';

test('a pinned commit is laid out as plain files with modes and times that nobody decides', async () => {
  using scratch = new Scratch();
  const repository = new GitRepository(scratch.path('repository'));
  repository.write('readme', 'text');
  repository.write('bin/run', '#!');
  execFileSync('chmod', ['755', scratch.path('repository/bin/run')]);
  symlinkSync('bin/run', scratch.path('repository/link'));
  const commit = repository.commit();
  const { sources } = openScratchSources(scratch);
  const request = gitRequest(`file://${repository.folder}`, commit);
  await sources.fetch([request]);
  const before = process.umask(0o077);
  try {
    await sources.checkout(request, scratch.path('src'));
    const time = COMMIT_TIME * 1000;
    expect(describeTree(scratch.path('src/code'))).toEqual([
      `. 755 ${time} folder`,
      `./bin 755 ${time} folder`,
      `./bin/run 755 ${time} ${Buffer.from('#!').toString('hex')}`,
      `./link -> bin/run ${time}`,
      `./readme 644 ${time} ${Buffer.from('text').toString('hex')}`,
    ]);
  } finally {
    process.umask(before);
  }
  await sources.checkout({ ...request, name: 'again' }, scratch.path('src'), { epoch: 5 });
  expect(statSync(scratch.path('src/again/bin/run')).mtimeMs).toBe(5000);
  expect(readdirSync(scratch.path('src'))).toEqual(['again', 'code']);
});

test('what is there is not fetched again, and a moved branch is only a warning', async () => {
  using scratch = new Scratch();
  const repository = new GitRepository(scratch.path('repository'));
  const first = repository.commit('first');
  const second = repository.commit('second');
  const { sources, warnings } = openScratchSources(scratch);
  const url = `file://${repository.folder}`;
  const request = gitRequest(url, first);
  await sources.fetch([request]);
  expect(warnings).toEqual([`curl: code: "main" of ${url} is at ${second}; the pin is ${first}.`]);
  execFileSync('mv', [repository.folder, `${repository.folder}-gone`]);
  const again = openScratchSources(scratch);
  expect(await again.sources.missing([request])).toEqual([]);
  await again.sources.fetch([request]);
  await again.sources.checkout(request, scratch.path('src'));
  expect([warnings.length, again.warnings]).toEqual([1, []]);
});

test('after a lone commit, another of the same address is fetched into the same mirror', async () => {
  using scratch = new Scratch();
  const repository = new GitRepository(scratch.path('repository'));
  repository.write('file', '1');
  const first = repository.commit();
  repository.write('file', '2');
  const second = repository.commit();
  const { sources } = openScratchSources(scratch);
  const url = `file://${repository.folder}`;
  await sources.fetch([gitRequest(url, second), { ...gitRequest(url, first), name: 'old' }]);
  await sources.checkout(gitRequest(url, second), scratch.path('src'));
  await sources.checkout({ ...gitRequest(url, first), name: 'old' }, scratch.path('src'));
  expect([scratch.read('src/code/file'), scratch.read('src/old/file')]).toEqual(['2', '1']);
});

test('a commit that is nowhere is named with its repository', async () => {
  using scratch = new Scratch();
  const repository = new GitRepository(scratch.path('repository'));
  repository.commit();
  const url = `file://${repository.folder}`;
  await expect(openScratchSources(scratch).sources.fetch([gitRequest(url, 'f'.repeat(40))])).rejects.toMatchObject({
    code: 'SOURCE_UNAVAILABLE',
    message: expect.stringContaining(`curl: code: commit ${'f'.repeat(40)} of ${url} cannot be had`),
  });
});

test.each(['main', '', '0x1234', 'f'.repeat(39)])('"%s" is no pin', async (ref) => {
  using scratch = new Scratch();
  await expect(openScratchSources(scratch).sources.fetch([gitRequest('file:///nowhere', ref)])).rejects.toMatchObject({
    code: 'SOURCE_INVALID',
  });
});

test('a mirror whose making was killed is made anew', async () => {
  using scratch = new Scratch();
  const repository = new GitRepository(scratch.path('repository'));
  const commit = repository.commit();
  const request = gitRequest(`file://${repository.folder}`, commit);
  await openScratchSources(scratch).sources.fetch([request]);
  const [mirror = ''] = readdirSync(scratch.path('cache/git')).filter((name) => name.endsWith('.git'));
  execFileSync('rm', [scratch.path('cache/git', mirror, 'HEAD')]);
  const { sources } = openScratchSources(scratch);
  expect(await sources.missing([request])).toHaveLength(1);
  await sources.fetch([request]);
  expect(await sources.missing([request])).toEqual([]);
});
