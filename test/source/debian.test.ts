import { mkdirSync, readFileSync, readlinkSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { openSources, type SourceRequest } from '../../src/source/index.ts';
import { DebianArchive } from '../rig/debian-archive.ts';
import { Scratch } from '../rig/scratch.ts';
import { tarBytes } from '../rig/tar-bytes.ts';

const suite = 'bookworm';
const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';

function debRequest(packages: readonly (readonly [name: string, version: string, hex: string])[]): SourceRequest {
  const files = packages.map(([name, version, hex]) => ({
    package: name,
    version,
    architecture: 'all',
    checksum: { algorithm: 'sha256', hex } as const,
  }));
  return { owner: 'six', name: 'deb', source: { kind: 'deb', packages: files } };
}

function tarballRequest(name: string, version: string, file: string, hex: string): SourceRequest {
  const checksum = { algorithm: 'sha256', hex } as const;
  return { owner: name, name: 'orig', source: { kind: 'deb_source', package: name, version, file, checksum } };
}

test.each(['file', 'copy'] as const)(
  'packages and tarballs of a "%s:" archive come through apt, and are laid out',
  async (method) => {
    using scratch = new Scratch();
    const archive = new DebianArchive(scratch.path('debian'));
    const one = archive.addPackage({ name: 'one', version: '1', files: { 'usr/share/one': '1', 'etc/one': 'conf' } });
    const two = archive.addPackage({ name: 'two', version: '1:2', files: { 'usr/share/two': '2' } });
    const content = gzipSync(
      tarBytes([
        { name: 'otp-OTP-25/a', content: 'a' },
        { name: 'otp-OTP-25/b', type: '2', target: 'a' },
      ]),
    );
    const orig = archive.addSource({ package: 'erlang', version: '25-1', file: 'erlang_25.orig.tar.gz', content });
    archive.publish(suite, architecture);
    const apt = { sources: [archive.sourceList(suite, method)] };
    const sources = openSources({ cache: scratch.path('cache'), apt });
    const requests = [
      debRequest([
        ['one', '1', one],
        ['two', '1:2', two],
      ]),
      tarballRequest('erlang', '25-1', 'erlang_25.orig.tar.gz', orig),
    ];
    await sources.fetch(requests);
    mkdirSync(scratch.path('src'));
    for (const request of requests) await sources.checkout(request, scratch.path('src'), { epoch: 3 });
    expect(['usr/share/one', 'usr/share/two', 'etc/one'].map((path) => scratch.read(`src/deb/${path}`))).toEqual([
      '1',
      '2',
      'conf',
    ]);
    expect([scratch.read('src/orig/a'), readlinkSync(scratch.path('src/orig/b'))]).toEqual(['a', 'a']);
  },
);

test('a file that the archive lists and does not have is reported with its address', async () => {
  using scratch = new Scratch();
  const archive = new DebianArchive(scratch.path('debian'));
  const content = Buffer.from('gone');
  const orig = archive.addSource({ package: 'six', version: '1-1', file: 'six_1.orig.tar.gz', content });
  archive.publish(suite, architecture);
  archive.lose('six/six_1.orig.tar.gz');
  const sources = openSources({ cache: scratch.path('cache'), apt: { sources: [archive.sourceList(suite)] } });
  await expect(sources.fetch([tarballRequest('six', '1-1', 'six_1.orig.tar.gz', orig)])).rejects.toMatchObject({
    code: 'SOURCE_UNAVAILABLE',
    message: expect.stringMatching(/six: orig: six_1\.orig\.tar\.gz cannot be had:\n {2}file:.*: no such file there/),
    hint: expect.stringContaining('kind "deb"'),
  });
});

// The one test that leaves the loopback interface: that apt on this machine and Debian's archive are as we think.
test('a real tarball and a real package come out of Debian’s archive', async () => {
  using scratch = new Scratch();
  mkdirSync(scratch.path('src'));
  const sources = openSources({ cache: scratch.path('cache'), apt: { suite } });
  const logrotate = '1680947a9431de1aaa629fedde358696ff49a808ae903feecf996682949e3cff';
  const six = 'fd189e9cecbcf17a1fc20aec30055c8afa9c1eec00cd6e7ab385087a2ab3b0d3';
  const requests = [
    tarballRequest('logrotate', '3.21.0-1', 'logrotate_3.21.0.orig.tar.gz', logrotate),
    debRequest([['python3-six', '1.16.0-4', six]]),
  ];
  await sources.fetch(requests);
  for (const request of requests) await sources.checkout(request, scratch.path('src'));
  expect(readFileSync(scratch.path('src/orig/configure.ac'), 'utf8')).toContain('logrotate');
  expect(scratch.read('src/deb/usr/lib/python3/dist-packages/six.py')).toContain('__version__ = "1.16.0"');
});
