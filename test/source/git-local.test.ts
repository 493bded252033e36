import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { SourceRequest } from '../../src/source/index.ts';
import { GitRepository } from '../rig/git-repository.ts';
import { describeTree, Scratch } from '../rig/scratch.ts';
import { gitRequest, openScratchSources } from '../rig/sources.ts';

test('line ends, the environment of a hook and submodules do not change what is checked out', async () => {
  using scratch = new Scratch();
  const repository = new GitRepository(scratch.path('repository'));
  repository.write('unix', 'a\n');
  repository.write('dos', 'a\n');
  repository.write('.gitattributes', 'dos eol=crlf\nunix filter=lfs\n');
  const inner = new GitRepository(scratch.path('inner'));
  inner.commit();
  repository.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.folder, 'sub');
  const commit = repository.commit();
  repository.git('config', 'core.autocrlf', 'true');
  repository.git('config', 'filter.lfs.smudge', `touch ${scratch.path('pwned')}`);
  const { sources } = openScratchSources(scratch);
  const remote = gitRequest(`file://${repository.folder}`, commit);
  const local: SourceRequest = {
    owner: 'curl',
    name: 'local',
    source: { kind: 'git_local', path: repository.folder, commit },
  };
  process.env['GIT_DIR'] = scratch.path('elsewhere');
  process.env['GIT_INDEX_FILE'] = scratch.path('elsewhere/index');
  try {
    await sources.fetch([remote]);
    await sources.checkout(remote, scratch.path('src'));
  } finally {
    delete process.env['GIT_DIR'];
    delete process.env['GIT_INDEX_FILE'];
  }
  await sources.fetch([local]);
  await sources.checkout(local, scratch.path('src'));
  for (const name of ['code', 'local']) {
    expect([scratch.read(`src/${name}/unix`), scratch.read(`src/${name}/dos`)]).toEqual(['a\n', 'a\r\n']);
    expect(readdirSync(scratch.path('src', name, 'sub'))).toEqual([]);
  }
  expect(describeTree(scratch.path('src/local'))).toEqual(describeTree(scratch.path('src/code')));
  expect(existsSync(scratch.path('pwned'))).toBe(false);
});

test('git_local is HEAD without what is not tracked; modified files and a moved HEAD are refused', async () => {
  using scratch = new Scratch();
  const repository = new GitRepository(scratch.path('repository'));
  repository.write('file', 'committed');
  const commit = repository.commit();
  repository.write('untracked', 'x');
  const { sources } = openScratchSources(scratch);
  const request: SourceRequest = {
    owner: 'curl',
    name: 'code',
    source: { kind: 'git_local', path: repository.folder, commit },
  };
  await sources.checkout(request, scratch.path('src'));
  expect(readdirSync(scratch.path('src/code'))).toEqual(['file']);
  repository.write('file', 'changed');
  await expect(sources.fetch([request])).rejects.toMatchObject({
    code: 'SOURCE_INVALID',
    message: `curl: code: ${repository.folder} has changes that are not committed: file.`,
  });
  repository.commit();
  await expect(sources.fetch([request])).rejects.toMatchObject({ message: expect.stringContaining('has moved from') });
});

test('an upstream replaces what is at its destination; a file cannot be one', async () => {
  using scratch = new Scratch();
  const repository = new GitRepository(scratch.path('repository'));
  repository.write('packages/a/buildinfo.json', '{}');
  const ref = repository.commit();
  scratch.write('upstream/old');
  const { sources } = openScratchSources(scratch);
  const source = { kind: 'git', git: `file://${repository.folder}`, ref, refOrigin: 'main' } as const;
  await sources.checkoutUpstream(source, scratch.path('upstream'));
  expect(readdirSync(scratch.path('upstream'))).toEqual(['packages']);
  const checksum = { algorithm: 'sha256', hex: '0'.repeat(64) } as const;
  const file = { kind: 'url', url: 'file:///x', checksum } as const;
  await expect(sources.checkoutUpstream(file, scratch.path('upstream'))).rejects.toMatchObject({
    code: 'SOURCE_INVALID',
  });
});
