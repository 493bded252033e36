import { expect, test } from 'vitest';
import type { Advisory } from '../../src/bom/advisory.ts';
import { countsFor, FindingCollector, type Findings } from '../../src/bom/findings.ts';
import { matchAdvisory } from '../../src/bom/match-advisory.ts';
import { indexSubjects } from '../../src/bom/subjects.ts';
import type { CveIgnore } from '../../src/recipe/cve-ignores.ts';
import { billOf, component } from './bills.ts';
import { osv, range, tracker } from './cve-databases.ts';

const TODAY = '2026-11-23';
const flask = component('flask', {
  version: '2.2.2',
  purl: 'pkg:deb/debian/python3-flask@2.2.2-3%2Bdeb12u1?distro=bookworm',
  cpe: 'cpe:2.3:a:palletsprojects:flask:2.2.2:*:*:*:*:*:*:*',
});
const docopt = component('docopt', { version: '0.6.2', purl: 'pkg:pypi/docopt@0.6.2' });
const bill = billOf(flask, docopt);

function collect(advisories: readonly Advisory[], ignores: readonly CveIgnore[] = []): Findings {
  const collector = new FindingCollector();
  const index = indexSubjects(bill);
  for (const advisory of advisories) collector.add(matchAdvisory(advisory, index));
  return collector.collect(ignores, TODAY);
}

const every = [range('ECOSYSTEM', { introduced: '0' })];
const onPypi = [{ package: { ecosystem: 'PyPI', name: 'docopt' }, ranges: every }];
const byCpe = [{ ranges: every, database_specific: { cpes: ['cpe:2.3:a:palletsprojects:flask:*:*:*:*:*:*:*:*'] } }];

test('entries of one CVE are one finding, with the worst rating and every reason', () => {
  const ghsa = osv('GHSA-x', onPypi, {
    aliases: ['CVE-2020-1'],
    database_specific: { severity: 'MODERATE' },
    summary: 'One\nmore',
  });
  const pysec = osv('PYSEC-1', onPypi, {
    aliases: ['CVE-2020-1'],
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
  });
  expect(collect([ghsa, pysec]).findings).toEqual([
    {
      component: 'docopt',
      version: '0.6.2',
      id: 'CVE-2020-1',
      aliases: ['GHSA-x', 'PYSEC-1'],
      severity: 'critical',
      score: 9.8,
      summary: 'One',
      fixed: [],
      why: ['PyPI docopt 0.6.2: every version'],
      ignored: undefined,
      expired: undefined,
    },
  ]);
});

test('an entry about several CVEs stays one of its own', () => {
  const dsa = osv('DSA-1', onPypi, { upstream: ['CVE-2020-1', 'CVE-2020-2'] });
  expect(collect([dsa, osv('CVE-2020-1', onPypi)]).findings.map(({ id }) => id)).toEqual(['CVE-2020-1', 'DSA-1']);
});

test('what Debian has patched in its package is no finding by its CPE name, what it has not patched is', () => {
  const cpe = osv('CVE-2023-1', byCpe);
  const resolved = (fixed: string) =>
    tracker('flask', { 'CVE-2023-1': { bookworm: { status: 'resolved', fixed_version: fixed } } });
  expect(collect([cpe]).findings).toHaveLength(1);
  expect(collect([cpe, ...resolved('2.2.2-3')])).toEqual({ findings: [], undecided: [] });
  expect(collect([cpe, ...resolved('2.2.2-3+deb12u2')]).findings).toMatchObject([
    { fixed: ['2.2.2-3+deb12u2'], why: [expect.stringContaining('CPE'), expect.stringContaining('Debian')] },
  ]);
});

test('of two source packages that a binary package may be of, the one that has its version counts', () => {
  const state = (repositories: object) => ({ bookworm: { status: 'open', repositories } });
  const right = tracker('flask', { 'CVE-1': state({ bookworm: '2.2.2-3+deb12u1' }) });
  const wrong = tracker('python-flask', { 'CVE-2': state({ bookworm: '9' }) });
  expect(collect([...wrong, ...right]).findings.map(({ id }) => id)).toEqual(['CVE-1']);
});

test('what no version decides is told apart, unless something else decides it', () => {
  const open = tracker('flask', { 'CVE-1': { bookworm: { status: 'undetermined' } } });
  expect(collect(open)).toMatchObject({ findings: [], undecided: [{ component: 'flask', id: 'CVE-1' }] });
  expect(collect([...open, osv('CVE-1', byCpe)])).toMatchObject({ findings: [{ id: 'CVE-1' }], undecided: [] });
});

test('the worst of a component comes first', () => {
  const rated = (id: string, severity: string) => osv(id, onPypi, { database_specific: { severity } });
  const { findings } = collect([rated('X-1', 'LOW'), osv('CVE-1', byCpe), rated('X-2', 'HIGH'), rated('X-0', 'LOW')]);
  expect(findings.map(({ component: name, id }) => `${name} ${id}`)).toEqual([
    'docopt X-2',
    'docopt X-0',
    'docopt X-1',
    'flask CVE-1',
  ]);
});

test('an ignore holds on its last day, and not on the day after', () => {
  const advisory = osv('GHSA-x', onPypi, { aliases: ['CVE-2020-1'] });
  const ignore = (expires: string): CveIgnore => ({ id: 'GHSA-x', reason: 'Not reachable.', expires });
  expect(collect([advisory], [ignore(TODAY)]).findings).toMatchObject([
    { ignored: { expires: TODAY }, expired: undefined },
  ]);
  expect(collect([advisory], [ignore('2026-11-22')]).findings).toMatchObject([
    { ignored: undefined, expired: { expires: '2026-11-22' } },
  ]);
});

test('an ignore of one component is none of another', () => {
  const advisory = osv('CVE-1', onPypi);
  const ignore = (of: string): CveIgnore => ({ id: 'CVE-1', component: of, reason: 'x', expires: '2030-01-01' });
  expect(collect([advisory], [ignore('flask')]).findings[0]?.ignored).toBeUndefined();
  expect(collect([advisory], [ignore('docopt')]).findings[0]?.ignored).toBeDefined();
});

test.each([
  ['low', 'unknown', true],
  ['low', 'low', true],
  ['low', 'none', false],
  ['medium', 'unknown', false],
  ['high', 'medium', false],
  ['high', 'high', true],
  ['critical', 'critical', true],
] as const)('a gate at %s stops %s: %s', (level, severity, stops) => {
  const [finding] = collect([osv('CVE-1', onPypi)]).findings;
  if (finding === undefined) throw new Error('no finding');
  expect(countsFor(level, { ...finding, severity })).toBe(stops);
  const ignored = { id: 'CVE-1', reason: 'x', expires: '2030-01-01' };
  expect(countsFor(level, { ...finding, severity, ignored })).toBe(false);
});
