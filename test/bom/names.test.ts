import { expect, test } from 'vitest';
import { repositoryKey } from '../../src/bom/affected-range.ts';
import { parseCpe } from '../../src/bom/cpe.ts';
import { debianRelease } from '../../src/bom/debian-release.ts';
import { debianSources } from '../../src/bom/debian-source.ts';
import { parsePurl } from '../../src/bom/purl.ts';

test('a package URL in its parts, with escapes', () => {
  expect(parsePurl('pkg:deb/debian/python3-boto3@1.26.27%2Bdfsg-1?arch=all&distro=bookworm#sub/path')).toEqual({
    type: 'deb',
    namespace: 'debian',
    name: 'python3-boto3',
    version: '1.26.27+dfsg-1',
    qualifiers: new Map([
      ['arch', 'all'],
      ['distro', 'bookworm'],
    ]),
  });
});

test.each([
  ['pkg:npm/%40scope/name@1.0.0', ['npm', '@scope', 'name', '1.0.0']],
  ['pkg:npm/@scope/name', ['npm', '@scope', 'name', undefined]],
  ['pkg:golang/github.com/a/b@v1.2.3', ['golang', 'github.com/a', 'b', 'v1.2.3']],
  ['PKG:PyPI/Name@1%', ['pypi', '', 'Name', '1%']],
])('%s is taken apart', (text, [type, namespace, name, version]) => {
  expect(parsePurl(text)).toMatchObject({ type, namespace, name, version });
});

test.each(['', 'pypi/name', 'pkg:pypi', 'pkg:pypi/'])('"%s" is no package URL', (text) => {
  expect(parsePurl(text)).toBeUndefined();
});

test.each([
  ['cpe:2.3:a:haxx:curl:7.88.1:*:*:*:*:*:*:*', 'a:haxx:curl', '7.88.1'],
  ['cpe:2.3:a:erlang:erlang\\/otp:25.2.3:*:*:*:*:*:*:*', 'a:erlang:erlang/otp', '25.2.3'],
  ['cpe:2.3:a:a\\:b:C:*:*:*:*:*:*:*:*', 'a:a:b:c', undefined],
  ['cpe:/a:haxx:curl:7.88.1', 'a:haxx:curl', '7.88.1'],
  ['cpe:/a:x:y%2fz', 'a:x:y/z', undefined],
])('%s names %s', (text, product, version) => {
  expect(parseCpe(text)).toEqual({ product, version });
});

test.each(['cpe:2.3:*:*:*:*:*:*:*:*:*:*:*', 'cpe:2.4:a:b:c', 'curl'])('"%s" names no product', (text) => {
  expect(parseCpe(text)).toBeUndefined();
});

test.each([
  'https://github.com/curl/curl.git',
  'https://user:secret@github.com/curl/curl/',
  'git@github.com:curl/curl.git',
  'ssh://git@github.com:22/Curl/curl',
  'git+https://github.com/curl/curl',
])('%s is the repository github.com/curl/curl', (address) => {
  expect(repositoryKey(address)).toBe('github.com/curl/curl');
});

test.each([
  ['bookworm', '12'],
  ['bookworm-security', '12'],
  ['debian-12', '12'],
  ['12.4', '12'],
  ['sid', 'sid'],
  ['constructor', 'constructor'],
])('%s is the Debian release %s', (text, release) => {
  expect(debianRelease(text)).toBe(release);
});

test.each([
  ['python3-flask', 'flask'],
  ['python3-yaml', 'pyyaml'],
  ['python3-six', 'six'],
  ['openjdk-17-jre-headless', 'openjdk-17'],
  ['libyaml-0-2', 'libyaml'],
  ['libevent-2.1-7', 'libevent'],
  ['libpython3.11-stdlib', 'python3.11'],
  ['curl', 'curl'],
])('the binary package %s may be of the source package %s', (binary, source) => {
  expect(debianSources(binary)).toContain(source);
});
