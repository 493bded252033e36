import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/model/digest.ts';
import { runWithArchive } from '../rig/apt-machine.ts';
import { DebianArchive } from '../rig/debian-archive.ts';
import { NO_HASH, readPins, writePins } from '../rig/pin-files.ts';
import { Rig } from '../rig/rig.ts';

const tarball = (version: string, file: string, hash: string): object => ({
  kind: 'deb_source',
  package: 'curl',
  version,
  file,
  sha256: hash,
});
const described = (version: string): string =>
  `${JSON.stringify({ version, summary: 'x', licence: 'curl', purl: `pkg:generic/curl@${version}`, updates: { kind: 'debian', source: 'curl' } }, undefined, 2)}\n`;
const recipe = (sources: object): string => `${JSON.stringify({ sources }, undefined, 2)}\n`;

test('a dry run prints a diff that patch applies, and writes nothing', async () => {
  using rig = new Rig();
  const archive = new DebianArchive(rig.path('debian'));
  const hash = archive.addSource({
    package: 'curl',
    version: '7.90.0-1',
    file: 'curl_7.90.0.orig.tar.xz',
    content: gzipSync('new'),
  });
  const before = recipe({ curl: tarball('7.88.1-10', 'curl_7.88.1.orig.tar.gz', NO_HASH) });
  writePins(rig, 'curl', { buildinfo: before, component: described('7.88.1') });
  const { status, stdout } = await runWithArchive(rig, archive, ['pin', 'curl', '--dry-run']);
  expect(status).toBe(0);
  expect(readPins(rig, 'curl/buildinfo.json')).toBe(before);
  writeFileSync(rig.path('change.patch'), stdout);
  expect((await rig.shell('git apply -p1 change.patch')).stderr).toBe('');
  expect(readPins(rig, 'curl/buildinfo.json')).toBe(
    recipe({ curl: tarball('7.90.0-1', 'curl_7.90.0.orig.tar.xz', hash) }),
  );
  expect(readPins(rig, 'curl/component.json')).toBe(described('7.90.0'));
});

test('a new revision with the old tarball changes the revision alone; another tarball under the old name is refused', async () => {
  using rig = new Rig();
  const archive = new DebianArchive(rig.path('debian'));
  const content = gzipSync('same');
  archive.addSource({ package: 'curl', version: '7.88.1-11', file: 'curl_7.88.1.orig.tar.gz', content });
  writePins(rig, 'curl', {
    buildinfo: recipe({ curl: tarball('7.88.1-10', 'curl_7.88.1.orig.tar.gz', sha256(content)) }),
    component: described('7.88.1'),
  });
  expect((await runWithArchive(rig, archive, ['pin', 'curl'])).status).toBe(0);
  expect(readPins(rig, 'curl/buildinfo.json')).toBe(
    recipe({ curl: tarball('7.88.1-11', 'curl_7.88.1.orig.tar.gz', sha256(content)) }),
  );
  expect(readPins(rig, 'curl/component.json')).toBe(described('7.88.1'));
  writePins(rig, 'curl', { buildinfo: recipe({ curl: tarball('7.88.1-10', 'curl_7.88.1.orig.tar.gz', NO_HASH) }) });
  const { status, stderr } = await runWithArchive(rig, archive, ['pin', 'curl']);
  expect(status).toBe(1);
  expect(stderr).toContain(`was pinned with the sha256 ${NO_HASH}, and now has ${sha256(content)}.`);
});

test('packages of one source move together, or the one that is named; what is not in the index is refused', async () => {
  using rig = new Rig();
  const archive = new DebianArchive(rig.path('debian'));
  const click = archive.addPackage({ name: 'python3-click', version: '8.1.3-2' });
  const flask = archive.addPackage({ name: 'python3-flask', version: '2.2.3-1' });
  const deb = (name: string, version: string, hash: string): object => ({
    package: name,
    version,
    architecture: 'all',
    sha256: hash,
  });
  const packages = (...list: object[]): string => recipe({ flask: { kind: 'deb', packages: list } });
  const oldClick = deb('python3-click', '8.1.0-1', NO_HASH);
  const component = (version: string, full: string): string =>
    JSON.stringify({
      version,
      summary: 'x',
      licence: 'MIT',
      purl: `pkg:deb/debian/python3-flask@${full}?arch=all`,
      notes: 'With click 8.1.0.',
    });
  writePins(rig, 'flask', {
    buildinfo: packages(oldClick, deb('python3-flask', '2.2.2-3', NO_HASH)),
    component: component('2.2.2', '2.2.2-3'),
  });
  const gone = await runWithArchive(rig, archive, ['pin', 'flask', '2.2.2-3']);
  expect(gone.status).toBe(2);
  expect(gone.stderr).toContain('flask/python3-flask has no version 2.2.2-3; the nearest is 2.2.3-1 (Debian');
  expect((await runWithArchive(rig, archive, ['pin', 'flask', '2.2.3'])).status).toBe(0);
  expect(readPins(rig, 'flask/buildinfo.json')).toBe(packages(oldClick, deb('python3-flask', '2.2.3-1', flask)));
  expect(readPins(rig, 'flask/component.json')).toBe(component('2.2.3', '2.2.3-1'));
  expect((await runWithArchive(rig, archive, ['pin', 'flask', '--source', 'python3-click'])).status).toBe(0);
  expect(readPins(rig, 'flask/buildinfo.json')).toBe(
    packages(deb('python3-click', '8.1.3-2', click), deb('python3-flask', '2.2.3-1', flask)),
  );
  expect(readPins(rig, 'flask/component.json')).toContain('With click 8.1.3.');
});

test('an archive that has nothing newer leaves the pin where it is', async () => {
  using rig = new Rig();
  const archive = new DebianArchive(rig.path('debian'));
  archive.addSource({
    package: 'curl',
    version: '7.80.0-1',
    file: 'curl_7.80.0.orig.tar.gz',
    content: gzipSync('old'),
  });
  writePins(rig, 'curl', {
    buildinfo: recipe({ curl: tarball('7.88.1-10', 'curl_7.88.1.orig.tar.gz', NO_HASH) }),
    component: described('7.88.1'),
  });
  const { status, stdout } = await runWithArchive(rig, archive, ['pin', 'curl']);
  expect(status).toBe(0);
  expect(stdout).toContain('curl: curl stays: the newest that there is, 7.80.0-1, is older.');
});
