import { expect, test } from 'vitest';
import { formatFullBuildInfo, formatPackageInfo } from '../../src/build/package-files.ts';
import { parsePackageInfo } from '../../src/build/package-info.ts';
import { parsePackageId } from '../../src/model/package-id.ts';
import type { PlannedComponent } from '../../src/resolve/plan.ts';

const ID = parsePackageId('curl--0123456789abcdef0123456789abcdef01234567');
const ZLIB = parsePackageId('zlib--0123456789abcdef0123456789abcdef01234567');
const OPENSSL = parsePackageId('openssl--0123456789abcdef0123456789abcdef01234567');

const CURL: PlannedComponent = {
  key: 'curl|null',
  name: 'curl',
  variant: undefined,
  id: ID,
  buildIds: {
    name: 'curl',
    variant: '',
    requires: [ZLIB, OPENSSL],
    sources: { curl: { downloaded_sha1: 'aa' }, patches: { commit: 'bb' } },
    extra_source: 'cc',
    environment: { NUMBER: 12_345_678_901_234_567_890n },
  },
  folder: '/tree/packages/curl',
  buildScript: 'build',
  extra: {},
  sources: new Map(),
  rawSources: {
    curl: { kind: 'url_extract', url: 'https://curl.se/curl.tar.gz', sha1: 'aa' },
    patches: { kind: 'git', git: 'https://example.org/p.git', ref: 'bb', ref_origin: 'main' },
  },
  builder: { name: 'debian', kind: 'root', id: 'sha256:dd' },
  requires: ['openssl|null', 'zlib|null'],
  closure: [OPENSSL, ZLIB],
  packageInfo: {
    environment: { NUMBER: 12_345_678_901_234_567_890n },
    requires: ['openssl', { name: 'zlib', variant: null }],
    state_directory: false,
    username: 'dcos_curl',
  },
};

test('buildinfo.full.json: sources with what was hashed of them, requires sorted, variant null', () => {
  expect(formatFullBuildInfo(CURL)).toMatchInlineSnapshot(`
    "{
      "build_ids":{
        "environment":{
          "NUMBER":12345678901234567890
        },
        "extra_source":"cc",
        "name":"curl",
        "requires":[
          "openssl--0123456789abcdef0123456789abcdef01234567",
          "zlib--0123456789abcdef0123456789abcdef01234567"
        ],
        "sources":{
          "curl":{
            "downloaded_sha1":"aa"
          },
          "patches":{
            "commit":"bb"
          }
        },
        "variant":""
      },
      "extra_source":"cc",
      "name":"curl",
      "package_version":"0123456789abcdef0123456789abcdef01234567",
      "sources":{
        "curl":{
          "downloaded_sha1":"aa",
          "kind":"url_extract",
          "sha1":"aa",
          "url":"https://curl.se/curl.tar.gz"
        },
        "patches":{
          "commit":"bb",
          "git":"https://example.org/p.git",
          "kind":"git",
          "ref":"bb",
          "ref_origin":"main"
        }
      },
      "variant":null
    }"
  `);
});

test('a component without extra has no such key, a variant its name', () => {
  const { extra_source: _extra, ...buildIds } = CURL.buildIds;
  const text = formatFullBuildInfo({ ...CURL, buildIds, variant: 'ee' });
  expect(text).not.toContain('extra_source');
  expect(text).toContain('"variant":"ee"');
});

test('pkginfo.json comes back as activation needs it', () => {
  expect(parsePackageInfo(ID, formatPackageInfo(CURL))).toEqual({
    id: ID,
    name: 'curl',
    environment: new Map([['NUMBER', '12345678901234567890']]),
    requires: ['openssl', 'zlib'],
    username: 'dcos_curl',
    group: undefined,
    hasState: false,
    sysctl: {},
  });
});

test.each([
  ['{"state_directory": true}', true],
  ['{"state_directory": false}', false],
])('of %s activation knows whether a package keeps state', (text, hasState) => {
  expect(parsePackageInfo(ID, text).hasState).toBe(hasState);
});

test.each([
  [undefined, /is missing/],
  ['', /is no JSON/],
  ['[]', /is no object/],
  ['{"requires": "zlib"}', /no list at requires/],
  ['{"requires": [{}]}', /names no package/],
  ['{"environment": []}', /no object at environment/],
  ['{"environment": {"A": ["x y"]}}', /at environment\.A/],
  ['{"username": 5}', /no text at username/],
])('a pkginfo.json that is %j is refused', (text, message) => {
  expect(() => parsePackageInfo(ID, text)).toThrow(message);
  expect(() => parsePackageInfo(ID, text)).toThrow(ID);
});
