import { readFileSync, rmSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { openApt } from '../../src/host/apt.ts';
import { sha256 } from '../../src/model/digest.ts';
import { DebianArchive } from '../rig/debian-archive.ts';
import { Scratch } from '../rig/scratch.ts';

const architecture = 'amd64';
const suite = 'bookworm';

function archiveIn(scratch: Scratch): DebianArchive {
  return new DebianArchive(scratch.path('debian'));
}

function openOn(archive: DebianArchive, scratch: Scratch, warnings: string[] = []) {
  const sources = [archive.sourceList(suite, 'copy')];
  return openApt({ folder: scratch.path('apt'), architecture, sources, onWarning: (text) => void warnings.push(text) });
}

test('a package and a source file are found by their hash, with address, pool path and size', async () => {
  using scratch = new Scratch();
  const archive = archiveIn(scratch);
  const deb = archive.addPackage({ name: 'one', version: '2:1.0+b1' });
  const content = Buffer.from('tarball');
  const orig = archive.addSource({ package: 'src', version: '1.0-2', file: 'src_1.0.orig.tar.gz', content });
  archive.publish(suite, architecture);
  const apt = await openOn(archive, scratch);
  const root = `copy:${archive.folder}/`;
  expect(await apt.findDeb({ package: 'one', version: '2:1.0+b1', architecture: 'all', sha256: deb })).toMatchObject({
    urls: [`${root}pool/main/o/one/one_1.0%2Bb1_all.deb`],
    path: 'pool/main/o/one/one_1.0+b1_all.deb',
    listed: true,
  });
  const query = { package: 'src', version: '1.0-1', file: 'src_1.0.orig.tar.gz', sha256: orig };
  expect(await apt.findSource(query)).toEqual({
    urls: [`${root}pool/main/s/src/src_1.0.orig.tar.gz`],
    path: 'pool/main/s/src/src_1.0.orig.tar.gz',
    bytes: content.length,
    listed: true,
    versions: ['1.0-2'],
  });
  expect(apt.poolUrls('pool/x+y')).toEqual([`${root}pool/x%2By`]);
});

test('an older version is looked for beside the newer ones; an unknown package is nowhere', async () => {
  using scratch = new Scratch();
  const archive = archiveIn(scratch);
  archive.addPackage({ name: 'one', version: '1.1' });
  archive.publish(suite, architecture);
  const apt = await openOn(archive, scratch);
  const old = await apt.findDeb({ package: 'one', version: '1:1.0', architecture: 'all', sha256: '0'.repeat(64) });
  expect(old).toMatchObject({ listed: false, bytes: undefined, versions: ['1.1'] });
  expect(old.urls).toEqual([`copy:${archive.folder}/pool/main/o/one/one_1.0_all.deb`]);
  const none = await apt.findDeb({ package: 'on', version: '1.0', architecture: 'all', sha256: '0'.repeat(64) });
  expect(none).toMatchObject({ urls: [], listed: false, versions: [] });
});

test('a miss fetches the indexes anew, once per process; when they cannot be, the old ones serve', async () => {
  using scratch = new Scratch();
  const archive = archiveIn(scratch);
  const old = archive.addPackage({ name: 'one', version: '1.0' });
  archive.publish(suite, architecture);
  const query = { package: 'one', architecture: 'all' };
  await (await openOn(archive, scratch)).findDeb({ ...query, version: '1.0', sha256: old });
  const newer = archive.addPackage({ name: 'one', version: '1.1' });
  archive.publish(suite, architecture);
  const second = await openOn(archive, scratch);
  expect(await second.findDeb({ ...query, version: '1.1', sha256: newer })).toMatchObject({ listed: true });
  rmSync(`${archive.folder}/dists`, { recursive: true });
  const warnings: string[] = [];
  const third = await openOn(archive, scratch, warnings);
  expect(await third.findDeb({ ...query, version: '1.1', sha256: newer })).toMatchObject({ listed: true });
  expect(warnings).toEqual([]);
  expect(await third.findDeb({ ...query, version: '1.2', sha256: '0'.repeat(64) })).toMatchObject({ listed: false });
  expect(warnings).toEqual([expect.stringContaining('The indexes of an earlier run are used.')]);
});

test('a root is resolved to every package that it needs: essential, required, asked for and what these depend on', async () => {
  using scratch = new Scratch();
  const archive = archiveIn(scratch);
  const other = ['Priority: optional'];
  archive.addPackage({ name: 'base-files', version: '12', fields: ['Essential: yes', 'Priority: required'] });
  archive.addPackage({ name: 'tzdata', version: '1', fields: ['Priority: required', 'Depends: libz'] });
  const libz = archive.addPackage({ name: 'libz', version: '1:1.2~rc+1', architecture, fields: other });
  archive.addPackage({ name: 'tool', version: '3', fields: [...other, 'Depends: lib', 'Recommends: nicety'] });
  archive.addPackage({ name: 'lib', version: '1', fields: other });
  archive.addPackage({ name: 'lib', version: '2', fields: other });
  archive.addPackage({ name: 'nicety', version: '1', fields: other });
  archive.addPackage({ name: 'unasked', version: '1', fields: other });
  archive.publish(suite, architecture);
  const apt = await openOn(archive, scratch);
  const resolved = await apt.resolve(['tool']);
  const names = resolved.map(({ package: name, version }) => `${name} ${version}`);
  expect(names).toEqual(['base-files 12', 'lib 2', 'libz 1:1.2~rc+1', 'tool 3', 'tzdata 1']);
  expect(resolved[2]).toMatchObject({ path: 'pool/main/l/libz/libz_1.2~rc+1_amd64.deb', sha256: libz, architecture });
  await expect(apt.resolve(['no-such-tool'])).rejects.toMatchObject({
    code: 'APT_UNRESOLVED',
    message: expect.stringContaining('Unable to locate package no-such-tool'),
  });
});

test('an archive that cannot be read at all is an error with apt’s words', async () => {
  using scratch = new Scratch();
  const archive = archiveIn(scratch);
  const apt = await openApt({
    folder: scratch.path('apt'),
    sources: [archive.sourceList(suite)],
    retryBaseMs: 1,
  });
  await expect(apt.resolve(['x'])).rejects.toThrow(/cannot be fetched: Failed to fetch/);
});

test('a list of mirrors, as cloud images have it, is read for the addresses in it', async () => {
  using scratch = new Scratch();
  const archive = archiveIn(scratch);
  const deb = archive.addPackage({ name: 'one', version: '1' });
  archive.publish(suite, architecture);
  const mirrors = scratch.write(
    'mirrors/debian.list',
    `file:${archive.folder}/\tpriority:1\nfile:${archive.folder}-2\n`,
  );
  const list = scratch.write('sources.list', `deb [trusted=yes] mirror+file:${mirrors} ${suite} main\n`);
  const apt = await openApt({ folder: scratch.path('apt'), architecture, sources: [list] });
  const found = await apt.findDeb({ package: 'one', version: '1', architecture: 'all', sha256: deb });
  const path = 'pool/main/o/one/one_1_all.deb';
  expect(found.urls).toEqual([`file:${archive.folder}/${path}`, `file:${archive.folder}-2/${path}`]);
  expect(apt.poolUrls(path)).toEqual(found.urls);
});

test('apt itself fetches what only apt knows how to reach, and checks its hash', async () => {
  using scratch = new Scratch();
  const archive = archiveIn(scratch);
  const deb = archive.addPackage({ name: 'one', version: '1' });
  archive.publish(suite, architecture);
  const apt = await openOn(archive, scratch);
  const { urls } = await apt.findDeb({ package: 'one', version: '1', architecture: 'all', sha256: deb });
  const [url = ''] = urls;
  await apt.download(url, scratch.path('got'), deb);
  expect(sha256(readFileSync(scratch.path('got')))).toBe(deb);
  await expect(apt.download(url, scratch.path('bad'), '0'.repeat(64))).rejects.toThrow('Hash Sum mismatch');
});

test('a machine without a stanza of Debian’s is told so', async () => {
  using scratch = new Scratch();
  const list = scratch.write(
    'third.list',
    `deb [signed-by=/etc/apt/other.gpg] ${pathToFileURL('/nowhere').href}/debian x main\n`,
  );
  await expect(openApt({ folder: scratch.path('apt'), sources: [list] })).rejects.toMatchObject({
    code: 'HOST_INCOMPLETE',
  });
});
