import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sha1, sha256 } from '../../src/model/digest.ts';
import { allPins, NO_HASH, readPins, writePins } from '../rig/pin-files.ts';
import { Rig } from '../rig/rig.ts';
import { serveFiles } from '../rig/sources.ts';
import { serve } from '../rig/web-server.ts';

/** A URL source in a style that no printer of ours has. */
function urlRecipe(url: string, hash: string): string {
  return `{\n\t"docker":"x",\n\t"sources" : {\n\t\t"boost": {"kind":"url", "url": "${url}",   "sha256":"${hash}"}\n\t}\n}`;
}

const BOOST = `{
    "version": "1.53.0", "summary": "Boost 1.53.0.",
    "licence": "BSL-1.0",
    "purl": "pkg:generic/boost@1.53.0",
    "cpe": "cpe:2.3:a:boost:boost:1.53.0:*:*:*:*:*:*:*",
    "notes": "1.53.0 is the newest that compiles."
}
`;

describe('a URL', () => {
  test('both files follow the version, and no byte but the values changes', async () => {
    using rig = new Rig();
    const now = Buffer.from('new boost');
    await using server = await serveFiles({ '/1.54.0/boost_1_54_0.tar.gz': now });
    const url = (version: string): string => `${server.url}/${version}/boost_${version.replaceAll('.', '_')}.tar.gz`;
    writePins(rig, 'boost', { buildinfo: urlRecipe(url('1.53.0'), NO_HASH), component: BOOST });
    writePins(rig, 'other', { buildinfo: '{}' });
    const { status, stdout, stderr } = await rig.run('pin', 'boost', '1.54.0');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('boost  1.53.0  →  1.54.0');
    expect(stdout).toContain('Wrote packages/boost/buildinfo.json and packages/boost/component.json.');
    expect(readPins(rig, 'boost/buildinfo.json')).toBe(urlRecipe(url('1.54.0'), sha256(now)));
    expect(readPins(rig, 'boost/component.json')).toBe(
      BOOST.replaceAll('1.53.0', '1.54.0').replace('Boost 1.54.0.', 'Boost 1.53.0.'),
    );
    // What was downloaded is what a build takes.
    expect(readFileSync(rig.path('out/cache/sources/sha256', sha256(now)))).toEqual(now);
  });

  test('a pin by sha1 alone gets its sha256, too', async () => {
    using rig = new Rig();
    const now = Buffer.from('new');
    await using server = await serveFiles({ '/x-1.1.tgz': now });
    const recipe = (version: string, hashes: string): string =>
      `{\n  "single_source": {\n    "kind": "url",\n    "url": "${server.url}/x-${version}.tgz",\n    ${hashes}\n  }\n}\n`;
    writePins(rig, 'x', { buildinfo: recipe('1.0', `"sha1": "${'0'.repeat(40)}"`) });
    expect((await rig.run('pin', 'x', '1.1')).status).toBe(0);
    expect(readPins(rig, 'x/buildinfo.json')).toBe(
      recipe('1.1', `"sha1": "${sha1(now)}",\n    "sha256": "${sha256(now)}"`),
    );
  });

  test('PyPI tells the address and the hash of the file that is of the same kind', async () => {
    using rig = new Rig();
    const wheel = Buffer.from('wheel');
    await using server = await serve((request, response) => {
      const file = (filename: string, digest: string): object => ({
        filename,
        url: `${server.url}/files/ab/${filename}`,
        digests: { sha256: digest },
      });
      const files = [file('six-1.11.0.tar.gz', NO_HASH), file('six-1.11.0-py2.py3-none-any.whl', sha256(wheel))];
      const answer = {
        releases: { '1.10.0': files, '1.11.0': files, '2.0.0': [file('six-2.0.0-py2.py3-none-any.whl', NO_HASH)] },
      };
      if (request.url === '/pypi/six/json') response.end(JSON.stringify(answer));
      else if (/^\/files\/ab\/six-\S+\.whl$/.test(request.url ?? '')) response.end(wheel);
      else response.writeHead(404).end();
    });
    const old = `${server.url}/packages/six-1.10.0-py2.py3-none-any.whl`;
    const component = JSON.stringify({
      version: '1.10.0',
      summary: 'Six.',
      licence: 'MIT',
      updates: { kind: 'pypi', package: 'six', range: '^1' },
    });
    writePins(rig, 'six', { buildinfo: urlRecipe(old, NO_HASH), component });
    const env = { DCOS_BUILD_PYPI_URL: server.url };
    const before = await allPins(rig);
    const wrong = await rig.start(['pin', 'six', '2.0.0'], env).end;
    expect(wrong.status).toBe(1);
    expect(wrong.stderr).toContain(`upstream announces the sha256 ${NO_HASH}`);
    expect(wrong.stderr).toContain('[SOURCE_MISMATCH]');
    expect(await allPins(rig)).toBe(before);
    expect((await rig.start(['pin', 'six'], env).end).status).toBe(0);
    expect(readPins(rig, 'six/buildinfo.json')).toBe(
      urlRecipe(`${server.url}/files/ab/six-1.11.0-py2.py3-none-any.whl`, sha256(wheel)),
    );
    expect(JSON.parse(readPins(rig, 'six/component.json')).version).toBe('1.11.0');
  });

  test('npm and GitHub tell the address and the hash, too', async () => {
    using rig = new Rig();
    const [tarball, asset] = [Buffer.from('tarball'), Buffer.from('asset')];
    await using server = await serve((request, response) => {
      const dist = { tarball: `${server.url}/ui/-/ui-1.1.0.tgz`, shasum: sha1(tarball) };
      const named = (name: string): object => ({
        name,
        browser_download_url: `${server.url}/dl/${name}`,
        digest: `sha256:${sha256(asset)}`,
      });
      const answers: Readonly<Record<string, string | Buffer>> = {
        '/ui': JSON.stringify({ versions: { '1.1.0': { dist } } }),
        '/ui/-/ui-1.1.0.tgz': tarball,
        '/repos/dcos/cli/releases?per_page=100&page=1': JSON.stringify([
          { tag_name: 'v1.1.0', assets: [named('cli-1.1.0.sig'), named('cli-1.1.0.zip')] },
        ]),
        '/dl/cli-1.1.0.zip': asset,
      };
      const answer = answers[request.url ?? ''];
      if (answer === undefined) response.writeHead(404);
      response.end(answer);
    });
    const described = (updates: object): string =>
      JSON.stringify({ version: '1.0.0', summary: 'It.', licence: 'MIT', updates });
    const ui = described({ kind: 'npm', package: 'ui' });
    const cli = described({ kind: 'github', repository: 'dcos/cli', base: server.url });
    writePins(rig, 'ui', { buildinfo: urlRecipe(`${server.url}/ui/-/ui-1.0.0.tgz`, NO_HASH), component: ui });
    writePins(rig, 'cli', {
      buildinfo: urlRecipe('https://example.org/v1.0.0/cli-1.0.0.zip', NO_HASH),
      component: cli,
    });
    // What npm itself is told to ask.
    const env = { npm_config_registry: server.url };
    for (const name of ['ui', 'cli']) expect((await rig.start(['pin', name], env).end).stderr).toBe('');
    expect(readPins(rig, 'ui/buildinfo.json')).toBe(urlRecipe(`${server.url}/ui/-/ui-1.1.0.tgz`, sha256(tarball)));
    expect(readPins(rig, 'cli/buildinfo.json')).toBe(urlRecipe(`${server.url}/dl/cli-1.1.0.zip`, sha256(asset)));
  });

  test('that only mirrors serve is moved by hand', async () => {
    using rig = new Rig();
    writePins(rig, 'boost', { buildinfo: urlRecipe('mirror:///boost_1_53_0.tar.gz', NO_HASH), component: BOOST });
    const { status, stderr } = await rig.run('pin', 'boost', '1.54.0');
    expect(status).toBe(1);
    expect(stderr).toContain('boost: boost is on no server, so there is nothing to look at.');
  });

  test('that does not spell the version is refused', async () => {
    using rig = new Rig();
    const component = JSON.stringify({ version: '1.53.0', summary: 'x', licence: 'MIT' });
    writePins(rig, 'boost', { buildinfo: urlRecipe('https://example.org/latest.tgz', NO_HASH), component });
    const { status, stderr } = await rig.run('pin', 'boost', '1.54.0');
    expect(status).toBe(2);
    expect(stderr).toContain('the URL https://example.org/latest.tgz does not spell the version that is pinned.');
  });

  test('a network that cuts off in the middle leaves both files as they were', async () => {
    using rig = new Rig();
    await using server = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('some', () => response.destroy());
    });
    writePins(rig, 'boost', { buildinfo: urlRecipe(`${server.url}/boost_1_53_0.tar.gz`, NO_HASH), component: BOOST });
    const before = await allPins(rig);
    const { status, stderr } = await rig.run('pin', 'boost', '1.54.0');
    expect(status).toBe(1);
    expect(stderr).toContain('[SOURCE_UNAVAILABLE]');
    expect(stderr).toContain('nothing was changed');
    expect(await allPins(rig)).toBe(before);
  });

  test('a file that was replaced under the same version is never taken silently', async () => {
    using rig = new Rig();
    const replaced = Buffer.from('replaced');
    await using server = await serveFiles({ '/boost_1_53_0.tar.gz': replaced });
    const url = `${server.url}/boost_1_53_0.tar.gz`;
    writePins(rig, 'boost', { buildinfo: urlRecipe(url, NO_HASH), component: BOOST });
    const before = await allPins(rig);
    const { status, stderr } = await rig.run('pin', 'boost', '1.53.0');
    expect(status).toBe(1);
    expect(stderr).toContain(
      `boost: boost 1.53.0 was pinned with the sha256 ${NO_HASH}, and now has ${sha256(replaced)}.`,
    );
    expect(stderr).toContain('--accept-changed-hash');
    expect(await allPins(rig)).toBe(before);
    expect((await rig.run('pin', 'boost', '1.53.0', '--accept-changed-hash')).status).toBe(0);
    expect(readPins(rig, 'boost/buildinfo.json')).toBe(urlRecipe(url, sha256(replaced)));
    expect(readPins(rig, 'boost/component.json')).toBe(BOOST);
  });
});

describe('bad input', () => {
  test.each([
    [['pin', 'crul'], 'The tree has no component "crul".', 'COMPONENT_UNKNOWN'],
    [['pin', 'curl', '--source', 'x'], 'curl has no source "x".', 'USAGE'],
    [['pin', 'curl', '1.0'], 'curl has several sources, which do not share a version.', 'USAGE'],
    [['pin', 'empty'], 'empty has no sources, so there is nothing to pin.', 'USAGE'],
    [['pin', 'forked'], 'forked has several variants, and no default one.', 'COMPONENT_UNKNOWN'],
    [['pin'], 'An argument is missing', 'USAGE'],
  ])('%j', async (args, message, code) => {
    using rig = new Rig();
    const url = (name: string): object => ({ kind: 'url', url: `https://example.org/${name}-1.0`, sha256: NO_HASH });
    writePins(rig, 'curl', { buildinfo: JSON.stringify({ sources: { a: url('a'), b: url('b') } }) });
    writePins(rig, 'empty', { buildinfo: '{}' });
    rig.write('packages/forked/one.buildinfo.json', '{}');
    rig.write('packages/forked/two.buildinfo.json', '{}');
    const { status, stderr } = await rig.run(...args);
    expect(stderr).toContain(message);
    expect(stderr).toContain(`[${code}]`);
    expect(status).toBe(2);
  });

  test('a source of which nothing says where to look stays, with the reason', async () => {
    using rig = new Rig();
    writePins(rig, 'x', { buildinfo: urlRecipe('https://example.org/x-1.0.tgz', NO_HASH) });
    const { status, stdout } = await rig.run('pin', 'x');
    expect(status).toBe(0);
    expect(stdout).toContain('x: boost stays: component.json does not say where to look.');
  });
});
