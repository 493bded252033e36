/** What a mirror is for: the tree builds from it with the network cut. Its Debian files come out of Debian's archive. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { toSha256, sha256 } from '../../src/model/digest.ts';
import { GitRepository, serveGit } from '../rig/git-repository.ts';
import { relock } from '../rig/relock.ts';
import { Rig } from '../rig/rig.ts';
import { serve, serveBytes } from '../rig/web-server.ts';

const SIX = 'fd189e9cecbcf17a1fc20aec30055c8afa9c1eec00cd6e7ab385087a2ab3b0d3';
const LOGROTATE = '1680947a9431de1aaa629fedde358696ff49a808ae903feecf996682949e3cff';
const TEXT = Buffer.from('the text\n');
const MINUTES = 60_000;

/** One folder on top, packed by tar. */
function archive(rig: Rig): Buffer {
  rig.write('made/tool-1.0/README', 'read me\n');
  const path = rig.path('made/tool.tar.gz');
  execFileSync('tar', ['--create', '--gzip', '--file', path, '-C', rig.path('made'), 'tool-1.0']);
  return readFileSync(path);
}

/** Runs dcos-build where there is no network but a loopback interface that is down. */
function cut(rig: Rig, command: string): ReturnType<Rig['run']> {
  return rig.shell(`exec bwrap --dev-bind / / --unshare-net --die-with-parent -- dcos-build ${command}`);
}

test(
  'with the network cut, a tree builds from its mirror: sources of every kind, and packages of builders',
  async () => {
    using rig = Rig.withBuilder();
    const repository = new GitRepository(rig.path('served/repository'));
    repository.write('code.txt', 'code\n');
    const ref = repository.commit();
    const tarball = archive(rig);
    await using server = await serve((request, response) => {
      if (request.url === '/tool.tar.gz') serveBytes(request, response, tarball);
      else if (request.url === '/note.txt') serveBytes(request, response, TEXT);
      else serveGit(request, response, rig.path('served'));
    });
    const six = { package: 'python3-six', version: '1.16.0-4', architecture: 'all', sha256: SIX };
    const file = 'pool/main/s/six/python3-six_1.16.0-4_all.deb';
    const digest = toSha256(SIX) ?? sha256('');
    relock(rig, [{ name: 'python3-six', version: '1.16.0-4', architecture: 'all', file, bytes: 1, sha256: digest }]);
    const rotated = {
      kind: 'deb_source',
      package: 'logrotate',
      version: '3.21.0-1',
      file: 'logrotate_3.21.0.orig.tar.gz',
    };
    rig.component('all', {
      buildinfo: {
        sources: {
          archive: { kind: 'url_extract', url: `${server.url}/tool.tar.gz`, sha256: sha256(tarball) },
          code: { kind: 'git', git: `${server.url}/repository/.git`, ref, ref_origin: 'main' },
          debs: { kind: 'deb', packages: [six] },
          note: { kind: 'url', url: `${server.url}/note.txt`, sha256: sha256(TEXT) },
          orig: { ...rotated, sha256: LOGROTATE },
        },
      },
      script: `cd /pkg/src
ls debs/usr/lib/python3/dist-packages/six.py orig/configure.ac > $PKG_PATH/names
cat archive/README code/code.txt note/note.txt > $PKG_PATH/all`,
    });
    const mirrored = await rig.run('source', 'mirror', 'mirror');
    expect([mirrored.status, mirrored.stdout]).toEqual([0, expect.stringContaining('mirror: 5 files came')]);
    await server[Symbol.asyncDispose]();
    rmSync(rig.path('served'), { recursive: true });
    // Of the old work folder only the root of the builder is left: it is no root that its lock describes.
    renameSync(rig.path('out/cache/builders'), rig.path('builders-kept'));
    rmSync(rig.path('out'), { recursive: true });
    mkdirSync(rig.path('out/cache'), { recursive: true });
    const bare = await cut(rig, 'builder build --offline --mirror mirror');
    // The package came out of the mirror; it makes no root.
    expect(bare.stderr).toContain('mmdebstrap could not make the root');
    expect(sha256(readFileSync(rig.path('out/cache/sources/sha256', SIX)))).toBe(SIX);
    rmSync(rig.path('out'), { recursive: true });
    mkdirSync(rig.path('out/cache'), { recursive: true });
    renameSync(rig.path('builders-kept'), rig.path('out/cache/builders'));
    const without = await cut(rig, 'build --offline');
    expect([without.status, without.stderr]).toEqual([
      1,
      expect.stringContaining('Offline, and the cache lacks 5 files'),
    ]);
    const { status, stderr } = await cut(rig, 'build --offline --mirror mirror');
    expect([status, stderr]).toEqual([0, expect.not.stringContaining('warning')]);
    const id = readFileSync(rig.path('out/repository/packages/all/latest'), 'utf8');
    const result = (name: string): string => readFileSync(rig.path('out/cache/unpacked', id, name), 'utf8');
    expect(result('all')).toBe('read me\ncode\nthe text\n');
    expect(result('names')).toBe('debs/usr/lib/python3/dist-packages/six.py\norig/configure.ac\n');
  },
  4 * MINUTES,
);
