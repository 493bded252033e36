import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareDebian, parseDebianVersion } from '../../src/model/debian-version.ts';
import { parseRange, satisfies } from '../../src/model/version-range.ts';
import { compareVersions, parseVersion, rankVersions, type Version } from '../../src/model/version-scheme.ts';
import { withoutPrefix } from '../../src/model/version.ts';

function version(text: string, scheme: 'generic' | 'semver' | 'debian' = 'generic'): Version {
  const parsed = parseVersion(text, scheme);
  if (parsed === undefined) throw new Error(`${text} is no version`);
  return parsed;
}

/** Each list is upstream's own order. */
const UPSTREAM_ORDERS: Readonly<Record<string, readonly string[]>> = {
  OpenSSL: [
    '0.9.8',
    '0.9.8z',
    '0.9.8za',
    '0.9.8zh',
    '1.0.2-beta1',
    '1.0.2',
    '1.0.2a',
    '1.0.2g',
    '1.0.2zk',
    '1.1.1-pre9',
    '1.1.1',
    '3.0.20',
  ],
  'OpenSSL, tags': ['OpenSSL_1_0_2', 'OpenSSL_1_0_2g', 'OpenSSL_1_0_2h', 'OpenSSL_1_1_0'],
  'time zones': ['2015g', '2016a', '2016b', '2016j', '2017a'],
  Erlang: [
    'R13B04',
    'R14A',
    'R14B',
    'R14B01',
    'R15B03',
    'R15B03-1',
    'R16A_RELEASE_CANDIDATE',
    'R16B',
    'R16B01',
    'R16B03-1',
    '17.0-rc1',
    '17.0',
    '17.1.2',
  ],
  'Erlang, tags': ['OTP_R15B03', 'OTP_R16B03-1', 'OTP-17.0-rc2', 'OTP-17.0', 'OTP-25.2.3'],
  'PEP 440': ['1.0.dev1', '1.0a1.dev1', '1.0a1', '1.0b2', '1.0rc1', '1.0', '1.0.post1', '1.1.dev1', '1.1', '1!0.1'],
  'with a tilde': ['7.0.0~beta2', '7.0.0~rc1', '7.0.0', '7.0.1~rc1'],
  'with v': ['v0.9.10', 'v1.0.0-rc.2', 'v1.0.0-rc.10', 'v1.0.0', 'v1.10.0'],
  'with release-': ['release-1.9.9', 'release-1.10.0', 'release-1.22.1'],
  curl: ['curl-7_9_8', 'curl-7_46_0', 'curl-7_88_1', 'curl-8_0_0'],
  libevent: ['release-2.1.8-stable', 'release-2.1.12-stable'],
  dates: ['20150426', '20160104', '20250419'],
  'dates with hyphens': ['2015-12-31', '2016-01-15', '2016-02-01'],
  Maven: ['2.0-alpha-1', '2.0-M1', '2.0-M2', '2.0-rc1', '2.0-SNAPSHOT', '2.0', '2.0.1'],
  LuaJIT: ['2.0.5', '2.1.0-beta3', '2.1-20220111', '2.1-20230119'],
  'packed again': ['0.1.5', '0.1.5-1', '0.1.5-3', '0.1.6'],
  'four numbers': ['17.0.9', '17.0.21', '17.0.21.1', '17.1'],
};

describe('generic versions', () => {
  test.each(Object.entries(UPSTREAM_ORDERS))('%s: the order is upstream’s', (_name, texts) => {
    const shuffled = texts.toReversed().map((text) => version(text));
    expect(shuffled.toSorted(compareVersions).map(({ text }) => text)).toEqual(texts);
  });

  test.each([
    ['1.0', 'v1.0.0'],
    ['2.1.12-stable', '2.1.12'],
    ['curl-7_88_1', '7.88.1'],
    ['R16B03', '16.1.3'],
    ['1.0c1', '1.0rc1'],
    ['jdk-17.0.9', '17.0.9'],
  ])('%s and %s are one version', (one, other) => {
    expect(rankVersions(version(one), version(other))).toBe(0);
  });

  test.each(['', 'latest', 'master', '1.x', 'nightly-1.2', 'test/1.0', 'v', '1.0 beta', 'constructor'])(
    '"%s" is none',
    (text) => {
      expect(parseVersion(text)).toBeUndefined();
    },
  );

  test.each([
    ['1.0.2-beta1', true],
    ['1.0b1', true],
    ['7.0.0~rc1', true],
    ['R14A', true],
    ['1.0.2b', false],
    ['2016a', false],
    ['1.0.post1', false],
  ])('%s is early: %s', (text, expected) => {
    expect(version(text).isPrerelease).toBe(expected);
  });
});

const word = fc.constantFrom(
  'a',
  'b',
  'c',
  'rc',
  'beta',
  'alpha',
  'dev',
  'M',
  'post',
  'p',
  'stable',
  'g',
  'SNAPSHOT',
  'constructor',
);
const number = fc.integer({ min: 0, max: 12 }).map(String);
const anyVersion = fc
  .tuple(
    fc.constantFrom('', 'v', 'release-', '1!'),
    fc.array(number, { minLength: 1, maxLength: 4 }),
    fc.array(fc.tuple(fc.constantFrom('', '-', '.', '~', '+', '_'), fc.oneof(word, number)), { maxLength: 3 }),
  )
  .map(([prefix, release, tail]) => prefix + release.join('.') + tail.flat().join(''))
  .filter((text) => parseVersion(text) !== undefined)
  .map((text) => version(text));

const debianText = fc
  .tuple(
    fc.constantFrom('', '', '1:', '2:'),
    fc.stringMatching(/^[0-9][0-9a-cA-C.+~]{0,6}$/),
    fc.option(fc.stringMatching(/^[0-9a-c.+~]{1,5}$/), { nil: undefined }),
  )
  .map(([epoch, upstream, revision]) => `${epoch}${upstream}${revision === undefined ? '' : `-${revision}`}`);

describe('laws', () => {
  test.each([
    ['generic', anyVersion],
    [
      'debian',
      debianText.filter((text) => parseVersion(text, 'debian') !== undefined).map((text) => version(text, 'debian')),
    ],
  ])('the order of %s versions is total', (_scheme, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, arbitrary, arbitrary, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
        expect(compareVersions(a, b) === 0).toBe(a.text === b.text);
        const [first, second, third] = [a, b, c].toSorted(compareVersions);
        if (first === undefined || second === undefined || third === undefined) throw new Error('lost');
        expect(
          [compareVersions(first, second), compareVersions(second, third), compareVersions(first, third)].some(
            (sign) => sign > 0,
          ),
        ).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});

/** Versions of one scheme: how upstream orders them, and how it spells them. */
type Scheme = fc.Arbitrary<{ readonly rank: readonly number[]; readonly text: string }>;

const small = fc.nat({ max: 12 });
const dotted = (...numbers: readonly number[]): string => numbers.join('.');
const letters = ['', ...'abcdefghijklmnopqrstuvwxyz'.split(''), 'za', 'zb', 'zh', 'zk'];
const letter = fc.nat({ max: letters.length - 1 });
const stages = ['.dev', 'a', 'b', 'rc', '', '.post'];

const SCHEMES: Readonly<Record<string, Scheme>> = {
  OpenSSL: fc.tuple(small, small, small, letter).map(([a, b, c, at]) => ({
    rank: [a, b, c, at],
    text: dotted(a, b, c) + letters[at],
  })),
  'time zones': fc
    .tuple(fc.integer({ min: 1996, max: 2030 }), fc.nat({ max: 26 }))
    .map(([year, at]) => ({ rank: [year, at], text: `${year}${letters[at]}` })),
  Erlang: fc.tuple(fc.integer({ min: 10, max: 16 }), fc.nat({ max: 12 }), fc.nat({ max: 3 })).map(([a, b, c]) => ({
    rank: [a, b, b === 0 ? 0 : c],
    text: `R${a}B${b === 0 ? '' : String(b).padStart(2, '0')}${b === 0 || c === 0 ? '' : `-${c}`}`,
  })),
  'PEP 440': fc.tuple(small, small, fc.nat({ max: 5 }), small).map(([a, b, stage, n]) => ({
    rank: [a, b, stage, stage === 4 ? 0 : n],
    text: `${dotted(a, b)}${stages[stage]}${stage === 4 ? '' : n}`,
  })),
  'with a tilde': fc.tuple(small, small, small, small).map(([a, b, c, rc]) => ({
    rank: [a, b, c, rc === 0 ? Infinity : rc],
    text: `${dotted(a, b, c)}${rc === 0 ? '' : `~rc${rc}`}`,
  })),
  'with underscores': fc.tuple(small, small, small).map((rank) => ({ rank, text: `curl-${rank.join('_')}` })),
  dates: fc
    .tuple(fc.integer({ min: 1990, max: 2030 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
    .map(([year, ...rest]) => ({
      rank: [year, ...rest],
      text: [year, ...rest.map((one) => String(one).padStart(2, '0'))].join('-'),
    })),
  'packed again': fc.tuple(small, small, small, small).map(([a, b, c, build]) => ({
    rank: [a, b, c, build],
    text: `${dotted(a, b, c)}${build === 0 ? '' : `-${build}`}`,
  })),
};

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((one, index) => one !== b[index]);
  return at < 0 ? 0 : Math.sign((a[at] ?? 0) - (b[at] ?? 0));
}

describe('whatever the numbers', () => {
  test.each(Object.entries(SCHEMES))('%s: the order is upstream’s, in ranges too', (_name, scheme) => {
    fc.assert(
      fc.property(scheme, scheme, (a, b) => {
        const order = compareRanks(a.rank, b.rank);
        expect(Math.sign(rankVersions(version(a.text), version(b.text)))).toBe(order);
        const range = parseRange(`>=${withoutPrefix(b.text)}`);
        expect(range !== undefined && satisfies(version(a.text), range)).toBe(order >= 0);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('Debian versions', () => {
  test('the order is that of dpkg', () => {
    const pairs = fc.sample(fc.tuple(debianText, debianText), 150);
    for (const [one, other] of pairs) {
      const [a, b] = [parseDebianVersion(one), parseDebianVersion(other)];
      if (a === undefined || b === undefined) throw new Error(`${one} or ${other}`);
      const expected = isSo(one, 'lt', other) ? -1 : isSo(one, 'gt', other) ? 1 : 0;
      expect([one, other, Math.sign(compareDebian(a, b))]).toEqual([one, other, expected]);
    }
  });

  test.each([
    ['7.88.1-10+deb12u15', '7.88.1'],
    ['1:25.2.3+dfsg-1+deb12u4', '25.2.3'],
    ['1.26.27+dfsg-1', '1.26.27'],
    ['1.29.27+repack-1', '1.29.27'],
    ['17.0.21.1+2-1~deb12u1', '17.0.21.1'],
    ['2.1.12-stable-8', '2.1.12'],
    ['20250419~deb12u2', '20250419'],
    ['7.0.0~rc1-1', '7.0.0~rc1'],
    ['2.1-20230119-1', '2.1-20230119'],
    ['1:4.0+really3.2-1', '3.2'],
  ])('%s is upstream’s %s', (text, upstream) => {
    expect(version(text, 'debian').upstream).toBe(upstream);
  });
});

describe('semver', () => {
  test('everything behind a hyphen comes before the release', () => {
    const texts = [
      '1.0.0-0',
      '1.0.0-1',
      '1.0.0-2',
      '1.0.0-10',
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-beta',
      '1.0.0',
      '1.0.1',
    ];
    const versions = texts.toReversed().map((text) => version(text, 'semver'));
    expect(versions.toSorted(compareVersions).map(({ text }) => text)).toEqual(texts);
    expect(version('1.0.0-1', 'semver').isPrerelease).toBe(true);
  });
});

function isSo(one: string, relation: 'lt' | 'gt', other: string): boolean {
  try {
    execFileSync('dpkg', ['--compare-versions', one, relation, other], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
