import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ARCHITECTURE, runWithArchive } from '../rig/apt-machine.ts';
import { DebianArchive } from '../rig/debian-archive.ts';
import { GitRepository } from '../rig/git-repository.ts';
import { addPinned, outdatedRows, urlSource } from '../rig/outdated-tree.ts';
import { NO_HASH } from '../rig/pin-files.ts';
import { Rig } from '../rig/rig.ts';
import { serve, type WebServer } from '../rig/web-server.ts';

function serveJson(answers: Readonly<Record<string, unknown>>): Promise<WebServer> {
  return serve((request, response) => {
    const answer = answers[request.url ?? ''];
    if (answer === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
}

describe('git', () => {
  test('versions are told by tags, early ones left out, and the range holds back what is too new', async () => {
    using rig = new Rig();
    const repository = new GitRepository(rig.path('upstream'));
    const commit = repository.commit();
    for (const tag of ['v1.0.0', 'v1.1.0', 'v2.0.0', 'v3.0.0-rc1', 'latest'])
      repository.git('tag', '-a', '-m', tag, tag);
    const git = pathToFileURL(repository.folder).href;
    const source = { kind: 'git', git, ref: commit, ref_origin: 'v1.0.0' };
    addPinned(rig, 'free', { source, version: '1.0.0' });
    addPinned(rig, 'ranged', { source, version: '1.0.0', updates: { kind: 'git', range: '^1' } });
    addPinned(rig, 'held', {
      source: { ...source, ref_origin: 'v1.1.0' },
      version: '1.1.0',
      updates: { kind: 'git', range: '^1' },
    });
    addPinned(rig, 'early', { source, version: '1.0.0', updates: { kind: 'git', prereleases: true } });
    const rows = await outdatedRows(rig);
    expect(rows.map((row) => [row.component, row.status, row.pinned, row.wanted, row.newest])).toEqual([
      ['early', 'outdated', 'v1.0.0', 'v3.0.0-rc1', 'v3.0.0-rc1'],
      ['free', 'outdated', 'v1.0.0', 'v2.0.0', 'v2.0.0'],
      ['held', 'held', 'v1.1.0', 'v1.1.0', 'v2.0.0'],
      ['ranged', 'outdated', 'v1.0.0', 'v1.1.0', 'v2.0.0'],
    ]);
    expect(rows[0].how).toBe(`git tags of ${git}`);
  });

  test('a pin that was taken from a branch is held against its tip', async () => {
    using rig = new Rig();
    const repository = new GitRepository(rig.path('upstream'));
    const old = repository.commit();
    const source = { kind: 'git', git: pathToFileURL(repository.folder).href, ref: old, ref_origin: 'main' };
    addPinned(rig, 'app', { source, version: '1.7.0' });
    expect(await outdatedRows(rig)).toMatchObject([{ status: 'current', pinned: old, newest: old }]);
    const tip = repository.commit('another');
    expect(await outdatedRows(rig)).toMatchObject([{ status: 'outdated', pinned: old, wanted: tip }]);
  });

  test('a branch whose name ends in a number is no version', async () => {
    using rig = new Rig();
    const repository = new GitRepository(rig.path('upstream'));
    const ref = repository.commit();
    repository.git('branch', 'dcos/1.13');
    repository.git('tag', 'v0.6.0');
    const source = { kind: 'git', git: pathToFileURL(repository.folder).href, ref, ref_origin: 'dcos/1.13' };
    addPinned(rig, 'branch', { source, version: '0.5.0' });
    addPinned(rig, 'tags', { source, version: '0.5.0', updates: { kind: 'git', range: '*' } });
    expect(await outdatedRows(rig)).toMatchObject([
      { component: 'branch', status: 'current', pinned: ref },
      { component: 'tags', status: 'outdated', pinned: '0.5.0', wanted: 'v0.6.0' },
    ]);
  });

  test('odd schemes: letters behind numbers, and only the tags with the prefix that is named', async () => {
    using rig = new Rig();
    const repository = new GitRepository(rig.path('upstream'));
    const ref = repository.commit();
    for (const tag of ['OpenSSL_1_0_2g', 'OpenSSL_1_0_2h', 'OpenSSL_1_1_0', 'FIPS_9_0']) repository.git('tag', tag);
    const source = { kind: 'git', git: pathToFileURL(repository.folder).href, ref, ref_origin: 'OpenSSL_1_0_2g' };
    addPinned(rig, 'openssl', {
      source,
      version: '1.0.2g',
      updates: { kind: 'git', tag_prefix: 'OpenSSL_', range: '~1.0.2' },
    });
    expect(await outdatedRows(rig)).toMatchObject([
      { pinned: '1_0_2g', wanted: '1_0_2h', newest: '1_1_0', status: 'outdated' },
    ]);
  });
});

describe('web servers', () => {
  test('PyPI, npm and GitHub are asked at the addresses that the environment or component.json names', async () => {
    using rig = new Rig();
    const file = {
      filename: 'six-1.11.0.tar.gz',
      url: 'https://example.org/six-1.11.0.tar.gz',
      digests: { sha256: NO_HASH },
    };
    const dist = { tarball: 'https://example.org/ui-2.0.0.tgz', shasum: '0'.repeat(40) };
    await using server = await serveJson({
      '/py/pypi/six/json': {
        releases: {
          '1.10.0': [file],
          '1.11.0': [file],
          '1.12.0': [{ ...file, yanked: true }],
          '2.0b1': [file],
          '3.0': [],
        },
      },
      '/npm/@dcos%2fui': {
        versions: { '1.0.0': { dist }, '2.0.0': { dist }, '2.1.0': { dist, deprecated: 'no' }, '3.0.0-1': { dist } },
      },
      '/repos/dcos/cosmos/releases?per_page=100&page=1': [
        { tag_name: 'v0.2.0' },
        { tag_name: 'v0.3.0', prerelease: true },
        { tag_name: 'v0.4.0', draft: true },
      ],
    });
    addPinned(rig, 'cosmos', {
      source: urlSource('0.1.5'),
      version: '0.1.5',
      updates: { kind: 'github', repository: 'dcos/cosmos', base: server.url },
    });
    addPinned(rig, 'six', {
      source: urlSource('1.10.0'),
      version: '1.10.0',
      updates: { kind: 'pypi', package: 'six' },
    });
    addPinned(rig, 'ui', {
      source: urlSource('1.0.0'),
      version: '1.0.0',
      updates: { kind: 'npm', package: '@dcos/ui' },
    });
    const env = { DCOS_BUILD_PYPI_URL: `${server.url}/py`, DCOS_BUILD_NPM_URL: `${server.url}/npm/` };
    const rows = await outdatedRows(rig, [], env);
    expect(rows.map(({ component, newest, status }) => [component, newest, status])).toEqual([
      ['cosmos', 'v0.2.0', 'outdated'],
      ['six', '1.11.0', 'outdated'],
      ['ui', '2.0.0', 'outdated'],
    ]);
    expect(rows[1].how).toBe(`PyPI at ${new URL(server.url).host} (six)`);
  });

  test('what fails for one is a row with the reason, and the exit status is 1', async () => {
    using rig = new Rig();
    await using server = await serve((request, response) => {
      if (request.url === '/pypi/page/json') response.writeHead(200).end('<html>');
      else if (request.url === '/pypi/odd/json') response.writeHead(200).end('{"releases": 5}');
      else if (request.url === '/pypi/six/json') response.writeHead(200).end('{"releases": {}}');
      else response.writeHead(404).end();
    });
    for (const name of ['gone', 'odd', 'page', 'six']) {
      addPinned(rig, name, { source: urlSource('1.0'), version: '1.0', updates: { kind: 'pypi', package: name } });
    }
    const missing = pathToFileURL(rig.path('nowhere')).href;
    addPinned(rig, 'tool', {
      source: { kind: 'git', git: missing, ref: 'a'.repeat(40), ref_origin: 'v1' },
      version: '1',
    });
    addPinned(rig, 'plain', { source: urlSource('1.0'), version: '1.0' });
    const { status, stdout } = await rig.start(['outdated', '--exit-code'], { DCOS_BUILD_PYPI_URL: server.url }).end;
    expect(status).toBe(1);
    expect(stdout).toMatch(/^gone .* failed .*has no Python project "gone"/m);
    expect(stdout).toMatch(/^odd .* failed .*answers something unexpected \(at releases: /m);
    expect(stdout).toMatch(/^page .* failed .*answers no JSON/m);
    expect(stdout).toMatch(/^six .* failed .*no version was found/m);
    expect(stdout).toMatch(/^tool .* failed .*nowhere/m);
    expect(stdout).toMatch(/^plain .* not looked at .*component.json does not say where to look/m);
    expect(stdout).toContain('6 pins: 1 not looked at and 5 failed.');
  });

  test('many are asked side by side', async () => {
    using rig = new Rig();
    const waiting: (() => void)[] = [];
    await using server = await serve((_request, response) => {
      const answer = { releases: { '1.0': [{ filename: 'a', url: 'https://example.org/a', digests: {} }] } };
      waiting.push(() => response.end(JSON.stringify(answer)));
      // Nobody is answered before five ask at once.
      if (waiting.length === 5) for (const end of waiting) end();
    });
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      addPinned(rig, name, { source: urlSource('1.0'), version: '1.0', updates: { kind: 'pypi', package: name } });
    }
    const rows = await outdatedRows(rig, ['--jobs', '5'], { DCOS_BUILD_PYPI_URL: server.url });
    expect(rows.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'current'));
  });
});

test('Debian’s archive: packages by their revision, tarballs by upstream’s version, and exit status 4 on demand', async () => {
  using rig = new Rig();
  const archive = new DebianArchive(rig.path('debian'));
  const content = gzipSync('tarball');
  archive.addSource({ package: 'curl', version: '7.88.1-10', file: 'curl_7.88.1.orig.tar.gz', content });
  archive.addSource({ package: 'curl', version: '7.88.1-11', file: 'curl_7.88.1.orig.tar.gz', content });
  archive.addSource({ package: 'openssl', version: '3.0.20-1', file: 'openssl_3.0.20.orig.tar.gz', content });
  archive.addPackage({ name: 'python3-six', version: '1.16.0-4' });
  const tarball = (name: string, version: string, file: string) => ({
    kind: 'deb_source',
    package: name,
    version,
    file,
    sha256: NO_HASH,
  });
  addPinned(rig, 'curl', { source: tarball('curl', '7.88.1-10', 'curl_7.88.1.orig.tar.gz'), version: '7.88.1' });
  addPinned(rig, 'gone', { source: tarball('gone', '1-1', 'gone_1.orig.tar.gz'), version: '1' });
  addPinned(rig, 'openssl', {
    source: tarball('openssl', '3.0.19-1', 'openssl_3.0.19.orig.tar.gz'),
    version: '3.0.19',
  });
  const deb = { package: 'python3-six', version: '1.16.0-3', architecture: ARCHITECTURE, sha256: NO_HASH };
  addPinned(rig, 'six', { source: { kind: 'deb', packages: [deb] }, version: '1.16.0' });
  const all = await runWithArchive(rig, archive, ['outdated', '--json']);
  expect(pinsOf(all.stdout).map((row) => [row.component, row.status, row.newest])).toEqual(
    [
      ['curl', 'current', '7.88.1-11'],
      ['gone', 'failed', null],
      ['openssl', 'outdated', '3.0.20-1'],
      ['six', 'outdated', '1.16.0-4'],
    ].map(([name, status, newest]) => [name, status, newest ?? undefined]),
  );
  expect(all.status).toBe(1);
  expect((await runWithArchive(rig, archive, ['outdated', 'curl', 'six', '--exit-code'])).status).toBe(4);
  expect((await runWithArchive(rig, archive, ['outdated', 'curl', 'six'])).status).toBe(0);
  expect((await runWithArchive(rig, archive, ['outdated', 'curl', '--exit-code'])).status).toBe(0);
});

function pinsOf(
  stdout: string,
): readonly { readonly component: string; readonly status: string; readonly newest?: string }[] {
  return JSON.parse(stdout).pins;
}
