import { expect, test } from 'vitest';
import { runWithArchive } from '../rig/apt-machine.ts';
import { DebianArchive } from '../rig/debian-archive.ts';
import { addPinned, urlSource } from '../rig/outdated-tree.ts';
import { Rig } from '../rig/rig.ts';

test('what was never published is not looked for; what comes out of Debian is', async () => {
  using rig = new Rig();
  const source = { kind: 'git', git: 'https://git.example.org/x', ref: 'a'.repeat(40), ref_origin: 'main' };
  const tool = {
    kind: 'deb_source',
    package: 'tool',
    version: '1-1',
    file: 'tool_1.orig.tar.gz',
    sha256: '0'.repeat(64),
  };
  rig.component('closed', { buildinfo: { sources: { closed: source, tool } } });
  const description = { version: '1.0', summary: 'It.', licence: 'MIT', availability: 'private' };
  rig.write('packages/closed/component.json', JSON.stringify(description));
  const { stdout } = await runWithArchive(rig, new DebianArchive(rig.path('debian')), ['outdated']);
  expect(stdout).toMatch(/^closed +tool .* failed .*Debian's archive/m);
  expect(stdout).toMatch(/^closed +closed .* not looked at +Its sources were never published\.$/m);
});

test('an unknown component, with what was probably meant', async () => {
  using rig = new Rig();
  addPinned(rig, 'curl', { source: urlSource('1.0'), version: '1.0' });
  const { status, stderr } = await rig.run('outdated', 'crul');
  expect(status).toBe(2);
  expect(stderr).toContain('The tree has no component "crul".');
  expect(stderr).toContain('Did you mean "curl"? [COMPONENT_UNKNOWN]');
});

test.each([
  [
    { kind: 'debain', source: 'x' },
    '"updates.kind" is wrong.',
    'It must be one of debian, git, pypi, npm, github, none.',
  ],
  [{ kind: 'pypi' }, '"updates.package" is missing.', 'It must be of type string.'],
  [
    { kind: 'git', range: 'newest' },
    '"updates.range" is wrong.',
    'It must be a range of versions, such as "^1.2" or ">=2.0 <3".',
  ],
  [{ kind: 'git', tagprefix: 'v' }, 'has the unknown key "tagprefix".', 'Did you mean "tag_prefix"?'],
  [{ kind: 'git', sources: { crul: { kind: 'git' } } }, 'there is no source "crul".', 'Did you mean "curl"?'],
  [{ kind: 'github', repository: 'x' }, '"updates.repository" is wrong.', 'It must be "owner/name".'],
])('updates %j are refused with place and hint', async (updates, message, hint) => {
  using rig = new Rig();
  addPinned(rig, 'curl', { source: urlSource('1.0'), version: '1.0', updates });
  const { status, stderr } = await rig.run('outdated');
  expect(status).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr).toContain(`hint: ${hint} [RECIPE_INVALID]`);
  expect(stderr).toContain('  at packages/curl/component.json');
});

test('a base URL that is none', async () => {
  using rig = new Rig();
  const { status, stderr } = await rig.start(['outdated'], { DCOS_BUILD_NPM_URL: 'proxy' }).end;
  expect(status).toBe(2);
  expect(stderr).toContain('The variable DCOS_BUILD_NPM_URL holds "proxy", which is no http or https URL.');
});
