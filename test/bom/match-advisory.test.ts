import { expect, test } from 'vitest';
import type { Advisory } from '../../src/bom/advisory.ts';
import type { AnyComponent } from '../../src/bom/any-bill.ts';
import type { BillSource } from '../../src/bom/bill.ts';
import { matchAdvisory } from '../../src/bom/match-advisory.ts';
import { indexSubjects } from '../../src/bom/subjects.ts';
import { billOf, component } from './bills.ts';
import { osv, range, tracker } from './cve-databases.ts';

/** Kind of the verdict, the version that mends it, and why, for each thing that the advisory is about. */
function judged(advisory: Advisory | undefined, ...components: readonly AnyComponent[]): unknown[] {
  if (advisory === undefined) throw new Error('no advisory');
  return matchAdvisory(advisory, indexSubjects(billOf(...components))).map(({ verdict, why }) => {
    return { kind: verdict.kind, fixed: verdict.kind === 'affected' ? verdict.fixed : undefined, why };
  });
}

const docopt = component('python-docopt', { version: '0.6.2', purl: 'pkg:pypi/docopt@0.6.2' });
const pypi = { ecosystem: 'PyPI', name: 'DocOpt' };

test('a package of PyPI matches by its folded name, in the order of Python', () => {
  const ranges = [range('ECOSYSTEM', { introduced: '0' }, { fixed: '0.6.2.post1' })];
  expect(judged(osv('PYSEC-1', [{ package: pypi, ranges }]), docopt)).toEqual([
    { kind: 'affected', fixed: '0.6.2.post1', why: 'PyPI docopt 0.6.2: below 0.6.2.post1' },
  ]);
});

test.each([
  ['before it was introduced', [{ introduced: '0.7' }], 'unaffected'],
  ['in the version that introduced it', [{ introduced: '0.6.2' }], 'affected'],
  ['in the version that mends it', [{ introduced: '0' }, { fixed: '0.6.2' }], 'unaffected'],
  ['in the last version that has it', [{ introduced: '0' }, { last_affected: '0.6.2' }], 'affected'],
  ['after the last version that has it', [{ introduced: '0' }, { last_affected: '0.6.1' }], 'unaffected'],
  ['introduced again later', [{ introduced: '0.6.2' }, { introduced: '0' }, { fixed: '0.5' }], 'affected'],
  [
    'between two stretches',
    [{ introduced: '0.7' }, { fixed: '0.8' }, { introduced: '0' }, { fixed: '0.6' }],
    'unaffected',
  ],
  ['never introduced', [{ fixed: '0.8' }], 'unaffected'],
  ['a bound that is no version', [{ introduced: '0' }, { fixed: 'soon' }], 'undecided'],
])('a range: %s', (_, events, kind) => {
  const found = judged(osv('X-1', [{ package: pypi, ranges: [range('ECOSYSTEM', ...events)] }]), docopt);
  expect(found).toMatchObject([{ kind }]);
});

test('of several fixed versions, the one of our own branch is told', () => {
  const events = [
    { introduced: '0' },
    { fixed: '0.5.9' },
    { introduced: '0.6' },
    { fixed: '0.6.5' },
    { introduced: '0.7' },
    { fixed: '0.7.3' },
  ];
  expect(judged(osv('X-1', [{ package: pypi, ranges: [range('ECOSYSTEM', ...events)] }]), docopt)).toEqual([
    { kind: 'affected', fixed: '0.6.5', why: 'PyPI docopt 0.6.2: from 0.6 below 0.6.5' },
  ]);
});

test('listed versions count beside ranges, and where there are none', () => {
  const ranges = [range('ECOSYSTEM', { introduced: '0' }, { fixed: '0.1' })];
  expect(judged(osv('X-1', [{ package: pypi, ranges, versions: ['0.6.2.0'] }]), docopt)).toMatchObject([
    { kind: 'affected' },
  ]);
  expect(judged(osv('X-2', [{ package: pypi, versions: ['0.6.1'] }]), docopt)).toMatchObject([{ kind: 'unaffected' }]);
});

test('packages of npm match by scope and name, in the order of semantic versions', () => {
  const ui = component('ui', { purl: 'pkg:npm/%40dcos/ui@2.0.0-rc.1' });
  const affected = {
    package: { ecosystem: 'npm', name: '@dcos/ui' },
    ranges: [range('SEMVER', { introduced: '0' }, { fixed: '2.0.0' })],
  };
  expect(judged(osv('GHSA-1', [affected]), ui)).toEqual([
    { kind: 'affected', fixed: '2.0.0', why: 'npm @dcos/ui 2.0.0-rc.1: below 2.0.0' },
  ]);
  expect(judged(osv('GHSA-2', [{ ...affected, package: { ecosystem: 'npm', name: 'ui' } }]), ui)).toEqual([]);
  expect(judged(osv('GHSA-3', [{ ...affected, package: { ecosystem: 'PyPI', name: '@dcos/ui' } }]), ui)).toEqual([]);
});

test('a package URL of the database matches any kind of package', () => {
  const erlang = component('erlang', { purl: 'pkg:generic/erlang-otp@25.2.3' });
  const affected = {
    package: { purl: 'pkg:generic/erlang-otp' },
    ranges: [range('SEMVER', { introduced: '25.0' }, { fixed: '25.3' })],
  };
  expect(judged(osv('X-1', [affected]), erlang)).toEqual([
    { kind: 'affected', fixed: '25.3', why: 'pkg:generic/erlang-otp 25.2.3: from 25.0 below 25.3' },
  ]);
});

const curl = component('curl', {
  version: '7.88.1',
  purl: 'pkg:generic/curl@7.88.1',
  cpe: 'cpe:2.3:a:haxx:curl:7.88.1:*:*:*:*:*:*:*',
});

test('a CPE name anywhere in an entry matches by vendor and product', () => {
  const cpe = 'cpe:2.3:a:haxx:curl:*:*:*:*:*:*:*:*';
  const ranges = [{ ...range('SEMVER', { introduced: '7.69.0' }, { fixed: '8.4.0' }), database_specific: { cpe } }];
  expect(judged(osv('CVE-1', [{ ranges }]), curl)).toEqual([
    { kind: 'affected', fixed: '8.4.0', why: 'CPE a:haxx:curl 7.88.1: from 7.69.0 below 8.4.0' },
  ]);
  expect(
    judged(
      osv('CVE-2', [{ ranges: [] }], { database_specific: { cpes: ['cpe:2.3:a:haxx:libcurl:*:*:*:*:*:*:*:*'] } }),
      curl,
    ),
  ).toEqual([]);
});

test.each([
  ['7.88.1', 'affected'],
  ['7.88.0', 'unaffected'],
])('a CPE name with the version %s names that version alone', (version, kind) => {
  const cpes = [`cpe:2.3:a:haxx:curl:${version}:*:*:*:*:*:*:*`];
  expect(judged(osv('CVE-1', [{ database_specific: { cpes } }]), curl)).toMatchObject([{ kind }]);
});

test('tags of git count as versions for a CPE name', () => {
  const affected = {
    ranges: [{ ...range('GIT', { introduced: 'aaaa' }), repo: 'https://github.com/curl/curl.git' }],
    versions: ['curl-7_88_0', 'curl-7_88_1'],
    database_specific: { cpes: ['cpe:2.3:a:haxx:curl:*:*:*:*:*:*:*:*'] },
  };
  expect(judged(osv('CVE-1', [affected]), curl)).toMatchObject([{ kind: 'affected' }]);
});

const BAD = 'a'.repeat(40);
const GOOD = 'b'.repeat(40);
const OTHER = 'c'.repeat(40);

function fromGit(commit: string): AnyComponent {
  const source: BillSource = {
    name: 'marathon',
    kind: 'git',
    urls: ['https://github.com/mesosphere/marathon.git'],
    commit,
    hashes: [],
    packages: [],
  };
  return component('marathon', { version: '1.1.1', sources: [source] });
}

function gitRange(...events: readonly object[]): object {
  return { ...range('GIT', ...events), repo: 'https://github.com/mesosphere/marathon' };
}

test.each([
  ['introduced it', BAD, 'affected'],
  ['mended it', GOOD, 'unaffected'],
  ['stands somewhere else', OTHER, 'undecided'],
])('a pinned commit that %s', (_, commit, kind) => {
  const ranges = [gitRange({ introduced: BAD }, { fixed: GOOD })];
  expect(judged(osv('CVE-1', [{ ranges }]), fromGit(commit))).toMatchObject([{ kind }]);
});

test('a pinned commit of which only the history tells: a list of tags decides, if there is one', () => {
  const ranges = [gitRange({ introduced: '0' }, { fixed: GOOD })];
  expect(judged(osv('CVE-1', [{ ranges, versions: ['v1.1.1'] }]), fromGit(OTHER))).toMatchObject([
    { kind: 'affected' },
  ]);
  expect(judged(osv('CVE-1', [{ ranges, versions: ['v1.1.0'] }]), fromGit(OTHER))).toMatchObject([
    { kind: 'unaffected' },
  ]);
  const open = [gitRange({ introduced: '0' })];
  expect(judged(osv('CVE-1', [{ ranges: open }]), fromGit(OTHER))).toMatchObject([
    { kind: 'affected', fixed: undefined },
  ]);
});

test('a repository that only the package URL names is looked for by its tag', () => {
  const marathon = component('marathon', { version: '1.1.1', purl: 'pkg:github/mesosphere/marathon@v1.1.1' });
  const affected = { ranges: [gitRange({ introduced: BAD }, { fixed: GOOD })], versions: ['v1.1.1'] };
  expect(judged(osv('CVE-1', [affected]), marathon)).toMatchObject([
    { kind: 'affected', why: 'github.com/mesosphere/marathon at v1.1.1: listed' },
  ]);
});

test('an entry of another repository, or of another kind of package with the same name, is about nothing of ours', () => {
  const ranges = [{ ...range('GIT', { introduced: '0' }), repo: 'https://github.com/other/marathon' }];
  expect(judged(osv('CVE-1', [{ ranges }]), fromGit(OTHER))).toEqual([]);
  const action = {
    package: { ecosystem: 'GitHub Actions', name: 'mesosphere/marathon' },
    ranges: [range('ECOSYSTEM', { introduced: '0' })],
  };
  expect(judged(osv('GHSA-1', [action]), fromGit(OTHER))).toEqual([]);
});

function fromDebian(name: string, version: string, architecture: string, purl?: string): AnyComponent {
  const packages = [{ package: name, version, architecture, sha256: 'a'.repeat(64) }];
  const kind = architecture === 'source' ? 'deb_source' : 'deb';
  return component(name, { purl, sources: [{ name, kind, urls: [], commit: undefined, hashes: [], packages }] });
}

const resolved = (fixed_version: string): object => ({ status: 'resolved', fixed_version, urgency: 'high' });

test("Debian's tracker: the release of the version counts, and Debian's order", () => {
  const releases = { bookworm: resolved('2.2.2-3+deb12u2'), bullseye: resolved('1.1.2-2'), sid: resolved('2.2.5-1') };
  const [advisory] = tracker('flask', { 'CVE-2023-30861': releases });
  expect(judged(advisory, fromDebian('python3-flask', '2.2.2-3+deb12u1', 'all'))).toEqual([
    {
      kind: 'affected',
      fixed: '2.2.2-3+deb12u2',
      why: 'Debian python3-flask 2.2.2-3+deb12u1 of flask in bookworm: below 2.2.2-3+deb12u2',
    },
  ]);
  expect(judged(advisory, fromDebian('python3-flask', '2.2.2-3+deb12u10', 'all'))).toMatchObject([
    { kind: 'unaffected' },
  ]);
});

test.each([
  ['open', { status: 'open', urgency: 'medium' }, 'affected'],
  ['never affected', resolved('0'), 'unaffected'],
  ['undetermined', { status: 'undetermined', urgency: 'not yet assigned' }, 'undecided'],
])("Debian's tracker: %s", (_, bookworm, kind) => {
  const [advisory] = tracker('flask', { 'CVE-1': { bookworm } });
  expect(
    judged(advisory, fromDebian('python3-flask', '2.2.2-3', 'all', 'pkg:deb/debian/x@1?distro=bookworm')),
  ).toMatchObject([{ kind }]);
});

test("upstream's tarball has none of the patches of Debian's revisions", () => {
  const [patched] = tracker('curl', {
    'CVE-2023-38545': { bookworm: resolved('7.88.1-10+deb12u4'), sid: resolved('8.3.0-3') },
  });
  const tarball = fromDebian('curl', '7.88.1-10+deb12u15', 'source');
  expect(judged(patched, tarball)).toEqual([
    {
      kind: 'affected',
      fixed: '8.3.0-3 of sid',
      why: "Debian curl 7.88.1-10+deb12u15 in bookworm, upstream's file without Debian's patches: below 7.88.1-10+deb12u4",
    },
  ]);
  const [released] = tracker('curl', { 'CVE-2023-23916': { bookworm: resolved('7.88.1-1') } });
  expect(judged(released, tarball)).toMatchObject([{ kind: 'unaffected' }]);
  expect(judged(patched, fromDebian('curl', '7.88.1-10+deb12u15', 'amd64'))).toMatchObject([{ kind: 'unaffected' }]);
});

test('a release that a package does not tell is that of the others, or the one that has its version now', () => {
  const releases = {
    bookworm: { ...resolved('1.16.0-5'), repositories: { bookworm: '1.16.0-4' } },
    sid: { ...resolved('1.16.0-5'), repositories: { sid: '1.16.0-6' } },
    trixie: { ...resolved('1.16.0-3'), repositories: { trixie: '1.16.0-6' } },
  };
  const [advisory] = tracker('six', { 'CVE-1': releases });
  const six = fromDebian('python3-six', '1.16.0-4', 'all');
  expect(judged(advisory, six)).toMatchObject([
    { kind: 'affected', fixed: '1.16.0-5', why: expect.stringContaining('in bookworm') },
  ]);
  const trixie = component('other', { purl: 'pkg:deb/debian/other@1?distro=trixie' });
  expect(judged(advisory, six, trixie)).toMatchObject([{ kind: 'unaffected' }]);
});

test('a rebuilt package has the version of its source, and a package URL may name its source package', () => {
  const [advisory] = tracker('pyyaml', { 'CVE-1': { bookworm: resolved('6.0-3') } });
  expect(judged(advisory, fromDebian('python3-yaml', '6.0-3+b2', 'amd64'))).toMatchObject([{ kind: 'unaffected' }]);
  const named = component('tls', { purl: 'pkg:deb/debian/libssl3@3.0.1-1?distro=debian-12&upstream=openssl' });
  const [openssl] = tracker('openssl', { 'CVE-2': { bookworm: resolved('3.0.2-1') } });
  expect(judged(openssl, named)).toMatchObject([{ kind: 'affected' }]);
});

test("Debian's entries of OSV count as those of its tracker", () => {
  const affected = ['11', '12'].map((release) => ({
    package: { ecosystem: `Debian:${release}`, name: 'flask' },
    ranges: [range('ECOSYSTEM', { introduced: '0' }, { fixed: release === '11' ? '1.1.2-2' : '2.2.2-3+deb12u2' })],
  }));
  expect(judged(osv('DSA-1', affected), fromDebian('python3-flask', '2.2.2-3+deb12u1', 'all'))).toMatchObject([
    { kind: 'affected', fixed: '2.2.2-3+deb12u2' },
  ]);
});
