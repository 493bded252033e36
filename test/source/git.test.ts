import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { UserError } from '../../src/model/errors.ts';
import { openSources, type SourceRequest, type Sources } from '../../src/source/index.ts';
import { COMMIT_TIME, GitRepository, serveGit } from '../rig/git-repository.ts';
import { describeTree, Scratch } from '../rig/scratch.ts';
import { serve } from '../rig/web-server.ts';

// Each test runs git a dozen times; on a busy machine that is seconds.
vi.setConfig({ testTimeout: 30_000 });

function open(scratch: Scratch, warnings: string[] = []): Sources {
  mkdirSync(scratch.path('src'), { recursive: true });
  return openSources({
    cache: scratch.path('cache'),
    retryBaseMs: 1,
    onWarning: (message) => void warnings.push(message),
  });
}

function gitRequest(git: string, ref: string, refOrigin = 'main'): SourceRequest {
  return { owner: 'curl', name: 'code', source: { kind: 'git', git, ref, refOrigin } };
}

test('a pinned commit is laid out as plain files with modes and times that nobody decides', async () => {
  using scratch = new Scratch();
  const repository = new GitRepository(scratch.path('repository'));
  repository.write('readme', 'text');
  repository.write('bin/run', '#!');
  execFileSync('chmod', ['755', scratch.path('repository/bin/run')]);
  symlinkSync('bin/run', scratch.path('repository/link'));
  const commit = repository.commit();
  const sources = open(scratch);
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
  const warnings: string[] = [];
  const url = `file://${repository.folder}`;
  const request = gitRequest(url, first);
  await open(scratch, warnings).fetch([request]);
  expect(warnings).toEqual([`curl: code: "main" of ${url} is at ${second}; the pin is ${first}.`]);
  execFileSync('mv', [repository.folder, `${repository.folder}-gone`]);
  const again = open(scratch, warnings);
  expect(await again.missing([request])).toEqual([]);
  await again.fetch([request]);
  await again.checkout(request, scratch.path('src'));
  expect(warnings).toHaveLength(1);
});

test('an old commit comes alone from a server that gives single commits away', async () => {
  using scratch = new Scratch();
  const repository = new GitRepository(scratch.path('repository'));
  const commits = Array.from({ length: 5 }, (_, index) => repository.commit(`number ${index}`));
  await open(scratch).fetch([gitRequest(`file://${repository.folder}`, commits[2] ?? '')]);
  const mirrors = readdirSync(scratch.path('cache/git')).filter((name) => name.endsWith('.git'));
  const mirror = scratch.path('cache/git', mirrors[0] ?? '');
  const count = execFileSync('git', ['--git-dir', mirror, 'rev-list', '--count', commits[2] ?? ''], {
    encoding: 'utf8',
  });
  expect([mirrors.length, count.trim()]).toEqual([1, '1']);
});

test('a server that gives out branches only is asked for the branch, then for everything', async () => {
  using scratch = new Scratch();
  const repository = new GitRepository(scratch.path('root/repository'));
  const old = repository.commit('old');
  repository.commit('new');
  repository.git('checkout', '--quiet', '-b', 'side');
  const aside = repository.commit('aside');
  repository.git('checkout', '--quiet', 'main');
  await using server = await serve((request, response) => {
    request.headers['git-protocol'] = 'version=0';
    serveGit(request, response, scratch.path('root'));
  });
  const sources = open(scratch);
  const url = `${server.url}/repository/.git`;
  await sources.fetch([gitRequest(url, old)]);
  await sources.fetch([gitRequest(url, aside)]);
  expect(await sources.missing([gitRequest(url, old), gitRequest(url, aside)])).toEqual([]);
});

test('after a lone commit, another of the same address is fetched into the same mirror', async () => {
  using scratch = new Scratch();
  const repository = new GitRepository(scratch.path('repository'));
  repository.write('file', '1');
  const first = repository.commit();
  repository.write('file', '2');
  const second = repository.commit();
  const sources = open(scratch);
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
  await expect(open(scratch).fetch([gitRequest(url, 'f'.repeat(40))])).rejects.toMatchObject({
    code: 'SOURCE_UNAVAILABLE',
    message: expect.stringContaining(`curl: code: commit ${'f'.repeat(40)} of ${url} cannot be had`),
  });
});

test.each(['main', '', '0x1234', 'f'.repeat(39)])('"%s" is no pin', async (ref) => {
  using scratch = new Scratch();
  await expect(open(scratch).fetch([gitRequest('file:///nowhere', ref)])).rejects.toMatchObject({
    code: 'SOURCE_INVALID',
  });
});

test('an address that looks like an option is an address', async () => {
  using scratch = new Scratch();
  const request = gitRequest(`--upload-pack=touch ${scratch.path('pwned')}`, 'f'.repeat(40));
  await expect(open(scratch).fetch([request])).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
  expect(existsSync(scratch.path('pwned'))).toBe(false);
});

test('a password in the address opens the server, and is nowhere to be read', async () => {
  using scratch = new Scratch();
  const repository = new GitRepository(scratch.path('root/repository'));
  const commit = repository.commit();
  repository.commit('moved on');
  const basic = `Basic ${Buffer.from('me:hunter2').toString('base64')}`;
  await using server = await serve((request, response) => {
    if (request.headers.authorization === basic) serveGit(request, response, scratch.path('root'));
    else response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
  });
  const warnings: string[] = [];
  const url = `${server.url.replace('//', '//me:hunter2@')}/repository/.git`;
  const sources = open(scratch, warnings);
  const wrong = gitRequest(url, 'f'.repeat(40));
  const failure: UserError = await sources.fetch([wrong]).then(
    () => expect.fail('fetched'),
    (error) => error,
  );
  const missing = await sources.missing([wrong]);
  await sources.fetch([gitRequest(url, commit)]);
  expect(missing[0]?.items).toEqual([`${server.url.replace('//', '//***@')}/repository/.git at ${'f'.repeat(40)}`]);
  expect(warnings).toEqual([expect.stringContaining('***@')]);
  expect(JSON.stringify([failure.message, failure.hint, warnings, missing[0]?.items])).not.toContain('hunter2');
  for (const { parentPath, name } of readdirSync(scratch.path('cache'), {
    recursive: true,
    withFileTypes: true,
  }).filter((entry) => entry.isFile())) {
    expect(readFileSync(join(parentPath, name), 'latin1')).not.toContain('hunter2');
  }
});

test('a server that wants a password asks nobody', async () => {
  using scratch = new Scratch();
  await using server = await serve((_request, response) => {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
  });
  await expect(open(scratch).fetch([gitRequest(`${server.url}/r.git`, 'f'.repeat(40))])).rejects.toMatchObject({
    code: 'SOURCE_UNAVAILABLE',
    message: expect.stringMatching(/could not read Username|Authentication failed/),
  });
});

test('a server that is busy at first is asked again', async () => {
  using scratch = new Scratch();
  const repository = new GitRepository(scratch.path('root/repository'));
  const commit = repository.commit();
  let busy = 4;
  await using server = await serve((request, response) => {
    if (busy > 0) response.writeHead(503).end();
    else serveGit(request, response, scratch.path('root'));
    busy -= 1;
  });
  const warnings: string[] = [];
  await open(scratch, warnings).fetch([gitRequest(`${server.url}/repository/.git`, commit)]);
  expect(warnings).toEqual([expect.stringContaining('git is run again in')]);
});

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
  const sources = open(scratch);
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
  const sources = open(scratch);
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
  const sources = open(scratch);
  const source = { kind: 'git', git: `file://${repository.folder}`, ref, refOrigin: 'main' } as const;
  await sources.checkoutUpstream(source, scratch.path('upstream'));
  expect(readdirSync(scratch.path('upstream'))).toEqual(['packages']);
  const checksum = { algorithm: 'sha256', hex: '0'.repeat(64) } as const;
  const file = { kind: 'url', url: 'file:///x', checksum } as const;
  await expect(sources.checkoutUpstream(file, scratch.path('upstream'))).rejects.toMatchObject({
    code: 'SOURCE_INVALID',
  });
});

test('a mirror whose making was killed is made anew', async () => {
  using scratch = new Scratch();
  const repository = new GitRepository(scratch.path('repository'));
  const commit = repository.commit();
  const request = gitRequest(`file://${repository.folder}`, commit);
  await open(scratch).fetch([request]);
  const [mirror = ''] = readdirSync(scratch.path('cache/git')).filter((name) => name.endsWith('.git'));
  execFileSync('rm', [scratch.path('cache/git', mirror, 'HEAD')]);
  const sources = open(scratch);
  expect(await sources.missing([request])).toHaveLength(1);
  await sources.fetch([request]);
  expect(await sources.missing([request])).toEqual([]);
});
