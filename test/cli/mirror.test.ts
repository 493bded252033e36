import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { sha1, sha256 } from '../../src/model/digest.ts';
import { GitRepository } from '../rig/git-repository.ts';
import { cachedBuilderRig, PACKAGE } from '../rig/relock.ts';
import type { Rig } from '../rig/rig.ts';
import { serveFiles } from '../rig/sources.ts';
import { serve, serveBytes, serveCut, type WebServer } from '../rig/web-server.ts';

const TEXT = Buffer.from('the text\n');
const OLD = Buffer.from('the old text\n');

interface Tree {
  readonly rig: Rig;
  readonly commit: string;
}

/** `tool` with a file, a file pinned by SHA-1 and a commit; `other` with the same file. */
function tree(server: WebServer): Tree {
  const rig = cachedBuilderRig();
  const repository = new GitRepository(rig.path('made/repository'));
  repository.write('code.txt', 'code\n');
  const ref = repository.commit();
  const note = { kind: 'url', url: `${server.url}/note.txt`, sha256: sha256(TEXT) };
  const old = { kind: 'url', url: `${server.url}/old.txt`, sha1: sha1(OLD) };
  const code = { kind: 'git', git: pathToFileURL(repository.folder).href, ref, ref_origin: 'main' };
  rig.component('tool', {
    buildinfo: { sources: { code, note, old } },
    script: 'cat /pkg/src/*/*.txt > $PKG_PATH/all',
  });
  rig.component('other', { buildinfo: { single_source: note } });
  return { rig, commit: ref };
}

const serveAll = (): Promise<WebServer> => serveFiles({ '/note.txt': TEXT, '/old.txt': OLD });

/** Names and times of all files, so that any write shows. */
function snapshot(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((name) => `${name} ${statSync(join(folder, name)).mtimeMs}`);
}

test('a mirror gets files by hash, commits as bundles, packages of builders and an index; again it gets nothing', async () => {
  await using server = await serveAll();
  const { rig, commit } = tree(server);
  using _rig = rig;
  const { status, stdout } = await rig.run('source', 'mirror', 'm');
  expect([status, stdout]).toEqual([0, expect.stringMatching(/m: 4 files came, .*; 0 files, 0 B, were there\.\n$/)]);
  const names = [`sha256/${sha256(TEXT)}`, `sha1/${sha1(OLD)}`, `sha256/${sha256(PACKAGE)}`, `git/${commit}.bundle`];
  expect(JSON.parse(readFileSync(rig.path('m/mirror.json'), 'utf8'))).toEqual({
    schema: 'dcos-build mirror 1',
    entries: names.toSorted().map((name) => {
      const bytes = readFileSync(rig.path('m', name));
      return { name, bytes: bytes.length, sha256: sha256(bytes), item: expect.any(String) };
    }),
  });
  const [before, requests] = [snapshot(rig.path('m')), server.requests.length];
  // With the cache gone too: what the mirror has is not fetched.
  rmSync(rig.path('out/cache/sources'), { recursive: true });
  rmSync(rig.path('out/cache/git'), { recursive: true });
  const again = await rig.run('source', 'mirror', 'm');
  expect([again.status, again.stdout]).toEqual([
    0,
    expect.stringMatching(/m: nothing was lacking; 4 files, .*, were there\.\n$/),
  ]);
  expect([snapshot(rig.path('m')), server.requests.length]).toEqual([before, requests]);
  const verified = await rig.run('source', 'verify', 'm');
  expect([verified.status, verified.stdout]).toEqual([
    0,
    expect.stringMatching(/m: 4 files, .*, whole; nothing is missing/),
  ]);
});

test('as many downloads as are asked for run side by side', async () => {
  const waiting: (() => void)[] = [];
  let most = 0;
  await using server = await serve((request, response) => {
    const bytes = Buffer.from(request.url ?? '');
    waiting.push(() => serveBytes(request, response, bytes));
    most = Math.max(most, waiting.length);
    // Nobody is answered before four have asked, so that fewer at once would never end.
    if (waiting.length === 4) for (const answer of waiting.splice(0)) answer();
  });
  using rig = cachedBuilderRig();
  const names = Array.from({ length: 12 }, (_, index) => `/file-${index}`);
  const sources = names.map((name) => [name.slice(1), { kind: 'url', url: server.url + name, sha256: sha256(name) }]);
  rig.component('many', { buildinfo: { sources: Object.fromEntries(sources) } });
  const { status } = await rig.run('source', 'mirror', 'm', '--jobs', '4');
  expect([status, most, server.requests.length]).toEqual([0, 4, 12]);
});

test('a file of the mirror with other content is left alone, and both hashes are named', async () => {
  await using server = await serveAll();
  const { rig, commit } = tree(server);
  using _rig = rig;
  const name = `sha256/${sha256(TEXT)}`;
  rig.write(`m/${name}`, 'not the text');
  const { status, stderr, stdout } = await rig.run('source', 'mirror', 'm');
  expect(status).toBe(1);
  expect(stderr).toContain(`should have the sha256 ${sha256(TEXT)}, but has sha256 ${sha256('not the text')}.`);
  expect(stderr).toContain('[MIRROR_DAMAGED]');
  expect(stdout).toContain('It is not complete: 1 failure.');
  expect(readFileSync(rig.path('m', name), 'utf8')).toBe('not the text');
  expect(existsSync(rig.path('m/git', `${commit}.bundle`))).toBe(true);
});

test('a network that cuts off leaves the rest mirrored, and the next run goes on', async () => {
  const big = Buffer.alloc(300_000, 'x');
  let isWhole = false;
  await using server = await serve((request, response) => {
    if (request.url === '/note.txt') serveBytes(request, response, TEXT);
    else if (isWhole) serveBytes(request, response, big);
    else if (request.headers.range === undefined) serveCut(response, big, 200_000, { etag: '"1"' });
    else response.writeHead(404).end();
  });
  using rig = cachedBuilderRig();
  const source = (path: string, of: Buffer) => ({ kind: 'url', url: `${server.url}/${path}`, sha256: sha256(of) });
  rig.component('big', { buildinfo: { single_source: source('big.bin', big) } });
  rig.component('note', { buildinfo: { single_source: source('note.txt', TEXT) } });
  const cut = await rig.run('source', 'mirror', 'm');
  expect(cut.status).toBe(1);
  expect(cut.stderr).toContain('big: big: big.bin cannot be had:');
  expect(readdirSync(rig.path('m/sha256')).toSorted()).toEqual([sha256(TEXT), sha256(PACKAGE)].toSorted());
  const lacking = await rig.run('source', 'verify', 'm');
  expect([lacking.status, lacking.stdout]).toEqual([
    1,
    expect.stringContaining(`big: big: big.bin is missing: sha256/${sha256(big)}\n`),
  ]);
  isWhole = true;
  const next = await rig.run('source', 'mirror', 'm');
  expect([next.status, next.stdout]).toEqual([0, expect.stringContaining('m: 1 file came')]);
  expect(server.requests.at(-1)).toMatch(/^GET \/big\.bin bytes=\d{5,}-$/);
});

test('a run that was killed is gone on with, and what it left half-written is swept', async () => {
  const first = Promise.withResolvers<void>();
  let isHeld = true;
  await using server = await serve((request, response) => {
    if (request.url === '/note.txt') serveBytes(request, response, TEXT);
    else if (isHeld) first.resolve();
    else serveBytes(request, response, OLD);
  });
  const { rig, commit } = tree(server);
  using _rig = rig;
  const killed = rig.start(['source', 'mirror', 'm']);
  await Promise.all([first.promise, killed.sees('tool: code: 1 file'), killed.sees('other: other: 1 file')]);
  killed.kill('SIGKILL');
  await killed.end;
  const leftover = rig.path(`m/sha256/${sha256(OLD)}.tmp-${killed.pid}-0123`);
  writeFileSync(leftover, 'half');
  isHeld = false;
  const { status, stdout } = await rig.run('source', 'mirror', 'm');
  expect([status, stdout]).toEqual([0, expect.stringContaining('m: 1 file came')]);
  expect([existsSync(leftover), existsSync(rig.path('m/git', `${commit}.bundle`))]).toEqual([false, true]);
  expect((await rig.run('source', 'verify', 'm')).status).toBe(0);
});

test('a mirror is filled from another one offline, with the same bytes', async () => {
  await using server = await serveAll();
  const { rig } = tree(server);
  using _rig = rig;
  await rig.run('source', 'mirror', 'm');
  rmSync(rig.path('out/cache/sources'), { recursive: true });
  rmSync(rig.path('out/cache/git'), { recursive: true });
  const requests = server.requests.length;
  expect((await rig.run('source', 'mirror', 'other', '--mirror', 'm', '--offline')).status).toBe(0);
  expect(server.requests).toHaveLength(requests);
  expect(readFileSync(rig.path('other/mirror.json'), 'utf8')).toBe(readFileSync(rig.path('m/mirror.json'), 'utf8'));
});

test('the commit of an upstream tree is mirrored, and comes out of the mirror', async () => {
  using rig = cachedBuilderRig();
  const upstream = new GitRepository(rig.path('made/upstream'));
  upstream.write('packages/base/buildinfo.json', JSON.stringify({ docker: 'shell' }));
  upstream.write('packages/base/build', '#!/bin/bash\necho upstream > $PKG_PATH/base\n');
  execFileSync('chmod', ['+x', rig.path('made/upstream/packages/base/build')]);
  const ref = upstream.commit();
  const git = { kind: 'git', git: pathToFileURL(upstream.folder).href, ref, ref_origin: 'main' };
  rig.write('packages/upstream.json', JSON.stringify(git));
  rig.component('own', { buildinfo: { requires: ['base'] } });
  expect((await rig.run('source', 'mirror', 'm')).stdout).toContain('m: 2 files came');
  for (const gone of ['made', 'out/cache/git', 'out/cache/upstream']) rmSync(rig.path(gone), { recursive: true });
  expect((await rig.run('build', '--offline')).stderr).toContain('Offline, and the cache lacks 1 file');
  expect((await rig.run('build', '--offline', '--mirror', 'm')).status).toBe(0);
});

test('verify names what lacks and what was touched by component and source, over HTTP too', async () => {
  await using server = await serveAll();
  const { rig, commit } = tree(server);
  using _rig = rig;
  await rig.run('source', 'mirror', 'm');
  await using mirror = await serve((request, response) => {
    const path = rig.path('m', request.url ?? '');
    if (existsSync(path)) serveBytes(request, response, readFileSync(path));
    else response.writeHead(404).end();
  });
  expect((await rig.run('source', 'verify', mirror.url)).status).toBe(0);
  rmSync(rig.path('m/sha256', sha256(TEXT)));
  writeFileSync(rig.path('m/sha1', sha1(OLD)), 'touched');
  const bundle = rig.path('m/git', `${commit}.bundle`);
  truncateSync(bundle, statSync(bundle).size - 10);
  for (const place of ['m', mirror.url]) {
    const { status, stdout } = await rig.run('source', 'verify', place);
    expect(status).toBe(1);
    expect(stdout).toContain(`other: other and tool: note: note.txt is missing: sha256/${sha256(TEXT)}\n`);
    expect(stdout).toContain(`tool: old: old.txt is damaged: sha1/${sha1(OLD)}
  expected sha1 ${sha1(OLD)}
  got sha1 ${sha1('touched')}\n`);
    expect(stdout).toMatch(
      /tool: code: file:\S+ is damaged: git\/\w+\.bundle\n {2}expected commit \w+\n {2}got no bundle/,
    );
    expect(stdout).toMatch(/: 1 file, 9 B, whole; 1 missing, 2 damaged\.\n$/);
  }
  const json = await rig.run('source', 'verify', 'm', '--json');
  expect(JSON.parse(json.stdout).verdicts).toContainEqual(
    expect.objectContaining({ state: 'missing', needed: ['other: other', 'tool: note'] }),
  );
});

test('what is no mirror is not written to and not verified, and the server that is none is named', async () => {
  await using server = await serveAll();
  const { rig } = tree(server);
  using _rig = rig;
  rig.write('home/letter.txt', 'dear');
  const written = await rig.run('source', 'mirror', 'home');
  expect([written.status, written.stderr]).toEqual([2, expect.stringContaining('is no mirror: it has no mirror.json')]);
  expect(readdirSync(rig.path('home'))).toEqual(['letter.txt']);
  for (const [place, why] of [
    ['home', 'it has no mirror.json, and nothing that this tree needs'],
    ['nowhere', 'there is no such folder'],
    [server.url, 'it has no mirror.json, and nothing that this tree needs'],
  ]) {
    const { status, stderr } = await rig.run('source', 'verify', place ?? '');
    expect([status, stderr]).toEqual([2, expect.stringContaining(`is no mirror of sources: ${why}`)]);
  }
  const taken = await rig.run('source', 'mirror', 'home/letter.txt');
  expect([taken.status, taken.stderr]).toEqual([2, expect.stringContaining('home/letter.txt cannot be written to: ')]);
  const gone = await rig.run('source', 'mirror', 'http://127.0.0.1:9/m');
  expect([gone.status, gone.stderr]).toEqual([2, expect.stringContaining('is no place that can be written to')]);
});

test('components can be named; one that is not there is refused with the name that was meant', async () => {
  await using server = await serveAll();
  const { rig } = tree(server);
  using _rig = rig;
  const unknown = await rig.run('source', 'mirror', 'm', 'toool');
  expect([unknown.status, unknown.stderr]).toEqual([2, expect.stringContaining('Did you mean "tool"?')]);
  expect((await rig.run('source', 'mirror')).stderr).toContain('No mirror is named.');
  expect((await rig.run('source', 'mirror', 'm', 'other')).status).toBe(0);
  expect(server.requests).toEqual(['GET /note.txt']);
  expect((await rig.run('source', 'verify', 'm', 'other')).status).toBe(0);
  expect((await rig.run('source', 'verify', 'm')).status).toBe(1);
});

test('sources are listed with kind and pin, and with their size once they are here', async () => {
  await using server = await serveAll();
  const { rig, commit } = tree(server);
  using _rig = rig;
  await rig.run('source', 'mirror', 'm', 'other');
  const { stdout } = await rig.run('source', 'ls');
  expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['SOURCE', 'KIND', 'FILE', 'PIN', 'IN CACHE'],
    ['other: other', 'url', 'note.txt', `sha256/${sha256(TEXT).slice(0, 12)}`, '9 B'],
    ['tool: code', 'git', expect.stringContaining('repository'), `git/${commit.slice(0, 12)}`, '-'],
    ['tool: note', 'url', 'note.txt', `sha256/${sha256(TEXT).slice(0, 12)}`, '9 B'],
    ['tool: old', 'url', 'old.txt', `sha1/${sha1(OLD).slice(0, 12)}`, '-'],
    ['builder shell', 'builder', '1 package', '9 B'],
    [''],
  ]);
  expect((await rig.run('source', 'ls', 'other')).stdout).not.toContain('tool');
});
