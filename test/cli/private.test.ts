/** Components whose sources were never published: named by every command, and built only from a mirror. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/model/digest.ts';
import { Rig } from '../rig/rig.ts';
import { serveFiles } from '../rig/sources.ts';

const NOBODY_KNOWS = '0'.repeat(64);

/** A public component, and two private ones of which one requires it. */
function mixed(pin = NOBODY_KNOWS): Rig {
  const rig = Rig.withBuilder();
  rig.component('open', { script: 'touch $PKG_PATH/open' });
  const source = (name: string) => ({ kind: 'url_extract', url: `mirror:///${name}.tar`, sha256: pin });
  rig.component('closed', {
    buildinfo: { single_source: source('closed'), requires: ['open'] },
    script: 'cp /pkg/src/closed/secret $PKG_PATH/secret',
  });
  rig.component('hidden', {
    buildinfo: { single_source: source('hidden') },
    script: 'cp /pkg/src/hidden/secret $PKG_PATH/hidden',
  });
  for (const name of ['closed', 'hidden'])
    rig.write(`packages/${name}/component.json`, '{"version": "1", "availability": "private"}');
  return rig;
}

/** An archive with a folder on top, as the owner of the sources packs it. */
function archive(): Buffer {
  using rig = new Rig();
  rig.write('closed-1/secret', 'the source\n');
  execFileSync('tar', ['--create', '--file', rig.path('a.tar'), '-C', rig.folder, 'closed-1']);
  return readFileSync(rig.path('a.tar'));
}

test('tree and plan name the private components that are still to be built', async () => {
  using rig = mixed();
  const { stdout } = await rig.run('tree');
  expect(stdout).toMatch(/^closed +1 +\S+ +private /m);
  expect(stdout).toMatch(/^open +- +\S+ +to build /m);
  const note = `
The sources of these were never published; a build needs a mirror that has them (--mirror):
  closed, hidden
`;
  expect(stdout).toContain(note);
  expect((await rig.run('plan')).stdout).toContain(note);
  expect((await rig.run('build', '--dry-run', 'open')).stdout).not.toContain('never published');
  const listed: { readonly components: readonly { readonly component: string; readonly availability: string }[] } =
    JSON.parse((await rig.run('tree', '--json')).stdout);
  expect(listed.components.map((each) => [each.component, each.availability])).toEqual([
    ['closed', 'private'],
    ['hidden', 'private'],
    ['open', 'public'],
  ]);
  const plan = JSON.parse((await rig.run('plan', '--json')).stdout);
  expect(plan.components['closed|null'].availability).toBe('private');
  expect(plan.components['open|null'].availability).toBe('public');
});

test('a build refuses at once, in one sentence that names them all, and builds nothing', async () => {
  using rig = mixed();
  const { status, stderr } = await rig.run('build');
  expect(status).toBe(1);
  expect(stderr).toContain(
    'closed, hidden are private: their sources were never published, and no mirror here has them.',
  );
  expect(stderr).toContain('[SOURCE_PRIVATE]');
  expect(existsSync(rig.path('out/repository/packages'))).toBe(false);
  const offline = await rig.run('build', '--offline', 'hidden');
  expect(offline.stderr).toContain('hidden is private: its sources were never published, and no mirror here has them.');
  expect((await rig.run('build', 'open')).status).toBe(0);
});

test('--keep-going builds what does not need them', async () => {
  using rig = mixed();
  const { status, stderr } = await rig.run('build', '--keep-going');
  expect(status).toBe(1);
  expect(stderr).toContain('closed: closed: closed.tar cannot be had: no address is known for it.');
  expect(existsSync(rig.path('out/repository/packages/open'))).toBe(true);
});

test('whoever has the sources builds them from a mirror: a folder, or a server', async () => {
  const bytes = archive();
  using rig = mixed(sha256(bytes));
  rig.write(`mirror/sha256/${sha256(bytes)}`, bytes);
  const { status, stderr } = await rig.run('build', '--mirror', 'mirror');
  expect(stderr).not.toContain('warning');
  expect(status).toBe(0);
  expect((await rig.run('tree')).stdout).not.toContain('private');
  using other = mixed(sha256(bytes));
  await using server = await serveFiles({ [`/m/sha256/${sha256(bytes)}`]: bytes });
  expect((await other.run('build', '--mirror', `${server.url}/m`)).status).toBe(0);
  expect(server.requests).toHaveLength(1);
});

test('whoever has the packages needs no sources', async () => {
  const bytes = archive();
  using owner = mixed(sha256(bytes));
  owner.write(`mirror/sha256/${sha256(bytes)}`, bytes);
  await owner.run('build', '--mirror', 'mirror');
  using rig = mixed(sha256(bytes));
  expect((await rig.run('build', '--repository', owner.path('out/repository'))).status).toBe(0);
});

test('a mistake in "availability" is told once, and makes nothing private', async () => {
  using rig = mixed();
  for (const name of ['closed', 'hidden']) rig.write(`packages/${name}/component.json`, '{"version": "1"}');
  rig.write('packages/open/component.json', '{"availability": "closed"}');
  const { stdout, stderr } = await rig.run('tree');
  expect(stderr).toBe(
    'warning: packages/open/component.json has "closed" as "availability". It must be one of "public", "private".\n',
  );
  expect(stdout).not.toContain('private');
});
