import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { UserError } from '../../src/model/errors.ts';
import { GitRepository, serveGit } from '../rig/git-repository.ts';
import { Scratch } from '../rig/scratch.ts';
import { gitRequest, openScratchSources } from '../rig/sources.ts';
import { serve } from '../rig/web-server.ts';

test('an old commit comes alone from a server that gives single commits away', async () => {
  using scratch = new Scratch();
  const repository = new GitRepository(scratch.path('repository'));
  const commits = Array.from({ length: 5 }, (_, index) => repository.commit(`number ${index}`));
  await openScratchSources(scratch).sources.fetch([gitRequest(`file://${repository.folder}`, commits[2] ?? '')]);
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
  const { sources } = openScratchSources(scratch);
  const url = `${server.url}/repository/.git`;
  await sources.fetch([gitRequest(url, old)]);
  await sources.fetch([gitRequest(url, aside)]);
  expect(await sources.missing([gitRequest(url, old), gitRequest(url, aside)])).toEqual([]);
});

test('an address that looks like an option is an address', async () => {
  using scratch = new Scratch();
  const request = gitRequest(`--upload-pack=touch ${scratch.path('pwned')}`, 'f'.repeat(40));
  await expect(openScratchSources(scratch).sources.fetch([request])).rejects.toMatchObject({
    code: 'SOURCE_UNAVAILABLE',
  });
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
  const url = `${server.url.replace('//', '//me:hunter2@')}/repository/.git`;
  const { sources, warnings } = openScratchSources(scratch);
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
  await expect(
    openScratchSources(scratch).sources.fetch([gitRequest(`${server.url}/r.git`, 'f'.repeat(40))]),
  ).rejects.toMatchObject({
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
  const { sources, warnings } = openScratchSources(scratch);
  await sources.fetch([gitRequest(`${server.url}/repository/.git`, commit)]);
  expect(warnings).toEqual([expect.stringContaining('git is run again in')]);
});
