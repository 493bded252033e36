import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { sha1, sha256 } from '../../src/model/digest.ts';
import { GitRepository } from '../rig/git-repository.ts';
import { Rig } from '../rig/rig.ts';
import { serveFiles } from '../rig/sources.ts';

const TEXT = Buffer.from('the text\n');

/** A .tar.gz with one folder on top, made by tar. */
function archive(rig: Rig): Buffer {
  rig.write('made/tool-1.0/README', 'read me\n');
  rig.write('made/tool-1.0/src/tool.c', 'int main;\n');
  execFileSync('tar', [
    '--create',
    '--gzip',
    '--file',
    rig.path('made/tool.tar.gz'),
    '-C',
    rig.path('made'),
    'tool-1.0',
  ]);
  return readFileSync(rig.path('made/tool.tar.gz'));
}

function resultOf(rig: Rig, component: string, path: string): string {
  const id = readFileSync(rig.path('out/repository/packages', component, 'latest'), 'utf8');
  return readFileSync(rig.path('out/cache/unpacked', id, path), 'utf8');
}

test('sources of several kinds are fetched, verified and laid out by name below /pkg/src', async () => {
  using rig = Rig.withBuilder();
  const repository = new GitRepository(rig.path('made/repository'));
  repository.write('lib/code.txt', 'code\n');
  const ref = repository.commit();
  const bytes = archive(rig);
  await using server = await serveFiles({ '/dl/tool.tar.gz': bytes, '/note.txt?v=1': TEXT });
  rig.component('tool', {
    buildinfo: {
      sources: {
        archive: { kind: 'url_extract', url: `${server.url}/dl/tool.tar.gz`, sha256: sha256(bytes) },
        code: { kind: 'git', git: pathToFileURL(repository.folder).href, ref, ref_origin: 'main' },
        note: { kind: 'url', url: `${server.url}/note.txt?v=1`, sha256: sha256(TEXT) },
      },
    },
    script: `cd /pkg/src
cat archive/README archive/src/tool.c code/lib/code.txt 'note/note.txt?v=1' > $PKG_PATH/all
ls -A /pkg/src code > $PKG_PATH/names`,
  });
  const { status, stderr } = await rig.run('build');
  expect(stderr).not.toContain('warning');
  expect(status).toBe(0);
  expect(resultOf(rig, 'tool', 'all')).toBe('read me\nint main;\ncode\nthe text\n');
  expect(resultOf(rig, 'tool', 'names')).toBe('/pkg/src:\narchive\nbuildinfo.full.json\ncode\nnote\n\ncode:\nlib\n');
  expect(server.requests).toHaveLength(2);
  rig.component('other', {
    buildinfo: { single_source: { kind: 'url', url: `${server.url}/note.txt?v=1`, sha256: sha256(TEXT) } },
  });
  expect((await rig.run('build')).status).toBe(0);
  expect(server.requests).toHaveLength(2);
});

test('a source pinned by sha1 alone is taken with a warning that names its sha256', async () => {
  using rig = Rig.withBuilder();
  rig.write('made/note.txt', TEXT);
  const url = pathToFileURL(rig.path('made/note.txt')).href;
  rig.component('old', { buildinfo: { single_source: { kind: 'url', url, sha1: sha1(TEXT) } } });
  const { status, stderr } = await rig.run('build');
  expect(status).toBe(0);
  expect(stderr).toContain(
    `warning: old: old: note.txt is pinned by sha1, which can be forged. Its sha256 is ${sha256(TEXT)}.`,
  );
});

test('a source with a wrong hash ends the build, names both hashes, and keeps the file aside', async () => {
  using rig = Rig.withBuilder();
  const wanted = sha256('something else');
  await using server = await serveFiles({ '/note.txt': TEXT });
  rig.component('wrong', {
    buildinfo: { single_source: { kind: 'url', url: `${server.url}/note.txt`, sha256: wanted } },
  });
  const { status, stderr } = await rig.run('build');
  expect(status).toBe(1);
  expect(stderr).toContain(`note.txt should have the sha256 ${wanted}, but has ${sha256(TEXT)}`);
  expect(stderr).toMatch(/wrong sources: failed in fetch/);
  expect(stderr).toMatch(/skipped because of it: wrong, bootstrap/);
  expect(readFileSync(rig.path('out/cache/sources/sha256', `${wanted}.corrupt`))).toEqual(TEXT);
  expect(existsSync(rig.path('out/cache/sources/sha256', wanted))).toBe(false);
  expect(existsSync(rig.path('out/repository/packages/wrong'))).toBe(false);
});

test('what a mirror has wrong is fetched from upstream, with a warning', async () => {
  using rig = Rig.withBuilder();
  await using server = await serveFiles({ '/note.txt': TEXT });
  rig.write(`mirror/sha256/${sha256(TEXT)}`, 'tampered');
  rig.component('note', {
    buildinfo: { single_source: { kind: 'url', url: `${server.url}/note.txt`, sha256: sha256(TEXT) } },
    script: 'cp /pkg/src/note/note.txt $PKG_PATH',
  });
  const { status, stderr } = await rig.run('build', '--mirror', 'mirror');
  expect(status).toBe(0);
  expect(stderr).toMatch(/warning: note: note: mirror .* another hash came/);
  expect(resultOf(rig, 'note', 'note.txt')).toBe(TEXT.toString());
});

test('an archive that would write outside its folder is refused by the name of the entry', async () => {
  using rig = Rig.withBuilder();
  rig.write('made/top/file', 'x');
  const path = rig.path('made/evil.tar.gz');
  const escape = ['--transform', 's,top/file,top/../../../evil,', '--absolute-names'];
  execFileSync('tar', ['--create', '--gzip', ...escape, '--file', path, '-C', rig.path('made'), 'top/file']);
  const source = { kind: 'url_extract', url: pathToFileURL(path).href, sha256: sha256(readFileSync(path)) };
  rig.component('evil', { buildinfo: { single_source: source }, script: 'touch $PKG_PATH/built' });
  const { status, stderr } = await rig.run('build');
  expect(status).toBe(1);
  expect(stderr).toMatch(/evil: failed in unpack/);
  expect(stderr).toContain('top/../../../evil');
  expect(readdirSync(rig.path('out/work'))).toEqual([]);
});

test('--offline fails at once, listing the missing sources of all components, and builds nothing', async () => {
  using rig = Rig.withBuilder();
  rig.component('ready', { script: 'touch $PKG_PATH/ready' });
  await using server = await serveFiles({});
  const source = (name: string) => ({ kind: 'url', url: `${server.url}/${name}`, sha256: sha256(name) });
  rig.component('one', { buildinfo: { requires: ['ready'], sources: { x: source('x.txt'), y: source('y.txt') } } });
  const git = { kind: 'git', git: `${server.url}/repository.git`, ref: 'a'.repeat(40), ref_origin: 'main' };
  rig.component('two', { buildinfo: { single_source: git } });
  const { status, stderr } = await rig.run('build', '--offline');
  expect(status).toBe(1);
  expect(stderr).toContain(`Offline, and the cache lacks 3 files:
  one: x: ${server.url}/x.txt
  one: y: ${server.url}/y.txt
  two: two: ${server.url}/repository.git at ${'a'.repeat(40)}`);
  expect(stderr).toContain('[SOURCE_MISSING]');
  expect(server.requests).toEqual([]);
  expect(existsSync(rig.path('out/repository/packages'))).toBe(false);
  const json = await rig.run('build', '--offline', '--json');
  expect(json.status).toBe(1);
  expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: 'SOURCE_MISSING' } });
  // What needs none of them can be built.
  expect((await rig.run('build', '--offline', 'ready')).status).toBe(0);
});

test('--offline builds from the cache, and from a mirror folder that has the files by hash', async () => {
  using rig = Rig.withBuilder();
  const served: Record<string, Buffer> = { '/cached.txt': Buffer.from('cached') };
  await using server = await serveFiles(served);
  const source = (name: string) => ({ kind: 'url', url: `${server.url}/${name}.txt`, sha256: sha256(name) });
  rig.component('cached', { buildinfo: { single_source: source('cached') } });
  expect((await rig.run('build')).status).toBe(0);
  rig.component('cached', { buildinfo: { single_source: source('cached') }, script: '# changed' });
  rig.component('mirrored', {
    buildinfo: { single_source: source('mirrored') },
    script: 'cp /pkg/src/mirrored/mirrored.txt $PKG_PATH',
  });
  const before = server.requests.length;
  expect((await rig.run('build', '--offline')).status).toBe(1);
  mkdirSync(rig.path('mirror/sha256'), { recursive: true });
  rig.write(`mirror/sha256/${sha256('mirrored')}`, 'mirrored');
  const { status, stderr } = await rig.run('build', '--offline', '--mirror', 'mirror');
  expect(stderr).not.toContain('warning');
  expect(status).toBe(0);
  expect(resultOf(rig, 'mirrored', 'mirrored.txt')).toBe('mirrored');
  expect(server.requests).toHaveLength(before);
});

test('--offline asks no repository on the network, and says so; one in a folder serves', async () => {
  using rig = Rig.withBuilder();
  await using server = await serveFiles({});
  rig.component('a', { script: 'touch $PKG_PATH/a' });
  await rig.run('build');
  using other = Rig.withBuilder();
  other.component('a', { script: 'touch $PKG_PATH/a' });
  const folder = rig.path('out/repository');
  const { status, stderr } = await other.run('build', '--offline', '--repository', server.url, '--repository', folder);
  expect(status).toBe(0);
  expect(stderr).toContain(`warning: offline, so ${server.url} is not asked`);
  expect(stderr).toContain('a: downloaded');
  expect(server.requests).toEqual([]);
});

test('an upstream tree from a repository lends its components, and offline too once it was fetched', async () => {
  using rig = Rig.withBuilder();
  const upstream = new GitRepository(rig.path('made/upstream'));
  const buildinfo = JSON.stringify({ docker: 'shell' });
  upstream.write('packages/base/buildinfo.json', buildinfo);
  upstream.write('packages/base/build', '#!/bin/bash\necho from upstream > $PKG_PATH/base\n');
  upstream.write('packages/own/buildinfo.json', buildinfo);
  upstream.git('update-index', '--add', '--chmod=+x', 'packages/base/build');
  execFileSync('chmod', ['+x', rig.path('made/upstream/packages/base/build')]);
  const ref = upstream.commit();
  const git = { kind: 'git', git: pathToFileURL(upstream.folder).href, ref, ref_origin: 'main' };
  rig.write('packages/upstream.json', JSON.stringify(git));
  rig.component('own', {
    buildinfo: { requires: ['base'] },
    script: 'cp /opt/mesosphere/active/base/base $PKG_PATH/own',
  });
  const offline = await rig.run('build', '--offline');
  expect(offline.status).toBe(1);
  expect(offline.stderr).toContain(`upstream.json: checkout: file://`);
  // Two at once must not take the checkout from each other.
  const ends = await Promise.all([rig.run('build'), rig.run('plan')]);
  expect(ends.map(({ status, stderr }) => [status, stderr])).toEqual([
    [0, expect.any(String)],
    [0, ''],
  ]);
  expect(resultOf(rig, 'own', 'own')).toBe('from upstream\n');
  // What was made in the very moment of looking is looked at once more.
  await rig.run('build');
  expect((await rig.run('build')).stdout).toContain('Nothing to do');
  rig.component('own', { buildinfo: { requires: ['base'] }, script: 'touch $PKG_PATH/other' });
  expect((await rig.run('build', '--offline')).status).toBe(0);
});
