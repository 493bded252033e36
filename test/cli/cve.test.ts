import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/model/digest.ts';
import { Rig } from '../rig/rig.ts';
import { serve, serveCut } from '../rig/web-server.ts';

const IMAGE = 'image:1';

/** docopt from PyPI, and curl as an upstream tarball out of Debian. */
function shop(): Rig {
  const rig = new Rig();
  rig.write('builders.lock.json', JSON.stringify({ [IMAGE]: 'sha256:1' }));
  const curl = { kind: 'deb_source', package: 'curl', version: '7.88.1-10+deb12u15', file: 'curl_7.88.1.orig.tar.gz' };
  rig.component('curl', { buildinfo: { docker: IMAGE, sources: { curl: { ...curl, sha256: 'a'.repeat(64) } } } });
  rig.component('docopt', { buildinfo: { docker: IMAGE } });
  describe(rig, 'curl', { version: '7.88.1', licence: 'curl', cpe: 'cpe:2.3:a:haxx:curl:7.88.1:*:*:*:*:*:*:*' });
  describe(rig, 'docopt', { version: '0.6.2', licence: 'MIT', purl: 'pkg:pypi/docopt@0.6.2' });
  return rig;
}

function describe(rig: Rig, name: string, facts: object): void {
  rig.write(`packages/${name}/component.json`, JSON.stringify({ summary: 'A part.', ...facts }));
}

const DOCOPT = {
  id: 'GHSA-xxxx',
  modified: '2026-01-01T00:00:00Z',
  aliases: ['CVE-2020-1'],
  summary: 'Options run wild',
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
  affected: [
    {
      package: { ecosystem: 'PyPI', name: 'docopt' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '0.7' }] }],
    },
  ],
};
const OTHER = {
  ...DOCOPT,
  id: 'GHSA-yyyy',
  aliases: [],
  affected: [{ package: { ecosystem: 'PyPI', name: 'other' } }],
};
const CURL = {
  curl: {
    'CVE-2023-38545': {
      description: 'SOCKS5 heap overflow',
      releases: {
        bookworm: { status: 'resolved', fixed_version: '7.88.1-10+deb12u4', urgency: 'not yet assigned' },
        sid: { status: 'resolved', fixed_version: '8.3.0-3', urgency: 'not yet assigned' },
      },
    },
  },
};

test('the table tells component, id, severity, where it is fixed, and why it matched', async () => {
  using rig = shop();
  rig.write('osv.json', JSON.stringify([DOCOPT, OTHER]));
  rig.write('tracker.json', JSON.stringify(CURL));
  const { status, stdout, stderr } = await rig.run('cve', '--database', 'osv.json', '--database', 'tracker.json');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatchInlineSnapshot(`
    "2 known vulnerabilities in 2 of 2 components; 3 entries looked at.

    COMPONENT  VERSION  ID              SEVERITY      FIXED IN        WHY
    curl       7.88.1   CVE-2023-38545  unknown       8.3.0-3 of sid  Debian curl 7.88.1-10+deb12u15 in bookworm, upstream's file without Debian's patches: below 7.88.1-10+deb12u4
    docopt     0.6.2    CVE-2020-1      critical 9.8  0.7             PyPI docopt 0.6.2: below 0.7
    "
  `);
});

test('as JSON there are the same findings', async () => {
  using rig = shop();
  rig.write('osv.json', JSON.stringify({ vulns: [DOCOPT, OTHER] }));
  const { stdout } = await rig.run('cve', '--json', '--database', 'osv.json');
  expect(JSON.parse(stdout)).toMatchObject({
    findings: [
      {
        component: 'docopt',
        id: 'CVE-2020-1',
        aliases: ['GHSA-xxxx'],
        severity: 'critical',
        score: 9.8,
        fixed: ['0.7'],
      },
    ],
    undecided: [],
    components: 2,
    advisories: 2,
  });
});

test.each([
  ['one entry', (rig: Rig) => rig.write('db', JSON.stringify(DOCOPT))],
  ['a folder', (rig: Rig) => rig.write('db/PyPI/GHSA-xxxx.json', JSON.stringify(DOCOPT))],
  [
    'a zip',
    (rig: Rig) => {
      mkdirSync(rig.path('entries'));
      writeFileSync(rig.path('entries/GHSA-xxxx.json'), JSON.stringify(DOCOPT));
      writeFileSync(rig.path('entries/notes.txt'), 'not JSON');
      const script = 'import shutil; shutil.make_archive("made", "zip", "entries")';
      execFileSync('python3', ['-c', script], { cwd: rig.folder });
      execFileSync('mv', ['made.zip', 'db'], { cwd: rig.folder });
    },
  ],
])('a database may be %s', async (_, write) => {
  using rig = shop();
  write(rig);
  const { stdout } = await rig.run('cve', '--database', 'db');
  expect(stdout).toContain('1 known vulnerability in 1 of 2 components; 1 entry looked at.');
});

test('a database is fetched, and must hash to what is asked for', async () => {
  using rig = shop();
  const body = JSON.stringify([DOCOPT]);
  await using server = await serve((_, response) => response.end(body));
  const good = await rig.run('cve', '--database', `${server.url}/osv.json#sha256=${sha256(body)}`);
  expect(good).toMatchObject({ status: 0, stderr: '' });
  expect(good.stdout).toContain('CVE-2020-1');
  const wrong = '0'.repeat(64);
  const bad = await rig.run('cve', '--database', `${server.url}/osv.json#sha256=${wrong}`);
  expect(bad.status).toBe(1);
  expect(bad.stderr).toContain(`has the SHA-256 ${sha256(body)}, and not ${wrong}.`);
  expect(bad.stderr).toContain('SOURCE_MISMATCH');
  expect((await rig.shell('ls -A out/work')).stdout).toBe('');
});

test('a server that cuts off in the middle gives an error, and nothing is taken for the database', async () => {
  using rig = shop();
  const body = Buffer.from(JSON.stringify([DOCOPT]));
  await using server = await serve((_, response) => serveCut(response, body, 20, {}));
  const { status, stderr } = await rig.run('cve', '--database', `${server.url}/osv.json`);
  expect(status).toBe(1);
  expect(stderr).toContain('DATABASE_UNAVAILABLE');
});

test('--fail-on ends with 4 at that severity and above; what nobody has rated counts at low alone', async () => {
  using rig = shop();
  rig.write('osv.json', JSON.stringify([DOCOPT]));
  rig.write('tracker.json', JSON.stringify(CURL));
  expect((await rig.run('cve', '--database', 'osv.json', '--fail-on', 'critical')).status).toBe(4);
  const unrated = await rig.run('cve', '--database', 'tracker.json', '--fail-on', 'medium');
  expect(unrated.status).toBe(0);
  expect(unrated.stdout).toContain(
    'Nobody has rated 1 of them: --fail-on medium does not count those, --fail-on low does.',
  );
  expect((await rig.run('cve', '--database', 'tracker.json', '--fail-on', 'low')).status).toBe(4);
});

test('ignores hold until they expire; then it counts again, and that is told', async () => {
  using rig = shop();
  rig.write('osv.json', JSON.stringify([DOCOPT]));
  const ignore = {
    id: 'CVE-2020-1',
    component: 'docopt',
    reason: 'Only trusted options reach it.',
    expires: '2999-01-31',
  };
  rig.write('cve-ignores.json', JSON.stringify({ ignores: [ignore] }));
  const held = await rig.run('cve', '--database', 'osv.json', '--fail-on', 'low');
  expect(held).toMatchObject({ status: 0, stderr: '' });
  expect(held.stdout).toMatchInlineSnapshot(`
    "No known vulnerability in 2 components, 1 ignored; 1 entry looked at.

    Ignored:
      docopt  CVE-2020-1  until 2999-01-31  Only trusted options reach it.
    "
  `);
  rig.write('other.json', JSON.stringify({ ignores: [{ ...ignore, expires: '2020-01-31' }] }));
  const expired = await rig.run('cve', '--database', 'osv.json', '--fail-on', 'low', '--ignores', 'other.json');
  expect(expired.status).toBe(4);
  expect(expired.stdout).toContain(
    'Ignored once, and expired:\n  docopt  CVE-2020-1  on 2020-01-31  Only trusted options reach it.',
  );
});

test('ignores that no database knows, that name no component, or that match nothing, are warned of', async () => {
  using rig = shop();
  rig.write('osv.json', JSON.stringify([DOCOPT, OTHER]));
  const ignores = [{ id: 'CVE-1999-1' }, { id: 'CVE-2020-1', component: 'docotp' }, { id: 'GHSA-yyyy' }];
  const whole = ignores.map((ignore) => ({ ...ignore, reason: 'Because.', expires: '2999-01-31' }));
  rig.write('cve-ignores.json', JSON.stringify({ ignores: whole }));
  const { status, stderr } = await rig.run('cve', '--database', 'osv.json');
  expect(status).toBe(0);
  expect(stderr).toMatchInlineSnapshot(`
    "warning: cve-ignores: CVE-1999-1 is in none of the databases. Look whether the id is right, or remove it.
    warning: cve-ignores: CVE-2020-1 names the component "docotp", which is not there. Did you mean "docopt"?
    warning: cve-ignores: GHSA-yyyy matches nothing any more. Remove it.
    "
  `);
});

test.each([
  [{ ignores: [{ id: 'CVE-1', reason: 'x' }] }, '"ignores.0.expires" is missing or wrong.'],
  [{ ignores: [{ id: 'CVE-1', reason: 'x', expires: 'soon' }] }, '"ignores.0.expires" is missing or wrong.'],
  [{ ignores: [{ id: 'CVE-1', reason: ' ', expires: '2999-01-31' }] }, '"ignores.0.reason" is missing or wrong.'],
  [{ ignores: [{ id: 'CVE-1', reason: 'x', expires: '2999-01-31', untill: 1 }] }, 'the unknown key "ignores.0.untill"'],
  [{}, '"ignores" is missing or wrong.'],
])('the file of ignores %j is refused with its place', async (ignores, message) => {
  using rig = shop();
  rig.write('osv.json', JSON.stringify([DOCOPT]));
  rig.write('cve-ignores.json', JSON.stringify(ignores));
  const { status, stderr } = await rig.run('cve', '--database', 'osv.json');
  expect(status).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr).toContain('at cve-ignores.json');
});

test('bills of other tools, and trees elsewhere, are looked at as well', async () => {
  using rig = shop();
  rig.write('osv.json', JSON.stringify([DOCOPT]));
  const components = [{ type: 'library', name: 'docopt', version: '0.5', purl: 'pkg:pypi/docopt@0.5' }];
  rig.write('bom.json', JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.4', components }));
  expect((await rig.run('cve', 'bom.json', '--database', 'osv.json')).stdout).toContain('PyPI docopt 0.5: below 0.7');
  rig.write('elsewhere/file', '');
  const { stdout } = await rig.run('cve', '--tree', '.', '--database', 'osv.json');
  expect(stdout).toContain('PyPI docopt 0.6.2: below 0.7');
});

test.each([
  ['no database', [], 'database', 'USAGE', 2],
  [
    'a release that there is not',
    ['--database', 'osv.json', '--debian-release', 'bookwrom'],
    '"bookwrom" is no release of Debian.\n  hint: Did you mean "bookworm"?',
    'USAGE',
    2,
  ],
  ['a file that is not there', ['--database', 'none.json'], 'There is no none.json.', 'DATABASE_INVALID', 2],
  [
    'a file that was cut off',
    ['--database', 'cut.json'],
    'cut.json is not valid JSON, or was cut off',
    'DATABASE_INVALID',
    2,
  ],
  [
    'another kind of JSON',
    ['--database', 'odd.json'],
    "odd.json is neither OSV nor the JSON of Debian's security tracker.",
    'DATABASE_INVALID',
    2,
  ],
  [
    'an entry without an id',
    ['--database', 'nameless.json'],
    'nameless.json has an entry without "id"',
    'DATABASE_INVALID',
    2,
  ],
  ['a folder without JSON', ['--database', 'packages/curl/extra'], 'holds no JSON file', 'DATABASE_INVALID', 2],
  ['a hash that is none', ['--database', 'odd.json#sha256=12'], '"12" is no SHA-256.', 'USAGE', 2],
  ['a broken zip', ['--database', 'broken.zip'], 'broken.zip cannot be read', 'DATABASE_INVALID', 2],
  ['ignores that are not there', ['--database', 'odd.json', '--ignores', 'none'], 'There is no none.', 'USAGE', 2],
] as const)('%s is refused', async (_, words, message, code, status) => {
  using rig = shop();
  rig.write('cut.json', JSON.stringify([DOCOPT]).slice(0, 50));
  rig.write('odd.json', '{"a": 1}');
  rig.write('nameless.json', '[{"affected": []}]');
  rig.write('packages/curl/extra/file', '');
  rig.write('broken.zip', 'PK\x03\x04 and no more');
  const end = await rig.run('cve', ...words);
  expect(end.status).toBe(status);
  expect(end.stderr).toContain(message);
  expect(end.stderr).toContain(code);
});
