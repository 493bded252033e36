import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { GitRepository } from '../rig/git-repository.ts';
import { readPins, writePins } from '../rig/pin-files.ts';
import { Rig } from '../rig/rig.ts';

function upstream(rig: Rig): { git: string; one: string; two: string; repository: GitRepository } {
  const repository = new GitRepository(rig.path('upstream'));
  const one = repository.commit('one');
  repository.git('tag', 'v1.0.0');
  const two = repository.commit('two');
  repository.git('tag', '-a', '-m', 'two', 'v1.1.0');
  repository.git('tag', 'v2.0.0-rc1');
  return { git: pathToFileURL(repository.folder).href, one, two, repository };
}

function recipe(git: string, ref: string, origin: string): string {
  const source = { kind: 'git', git, ref, ref_origin: origin };
  return JSON.stringify({ single_source: source }, undefined, 2);
}

test('a tag becomes the commit behind it, and the package URL follows', async () => {
  using rig = new Rig();
  const { git, one, two } = upstream(rig);
  const described = (version: string, commit: string): string =>
    JSON.stringify({ version, summary: 'x', licence: 'MIT', purl: `pkg:github/dcos/x@${commit}` });
  writePins(rig, 'x', { buildinfo: recipe(git, one, 'v1.0.0'), component: described('1.0.0', one) });
  const { status, stdout } = await rig.run('pin', 'x', '--json');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    moves: [{ source: 'x', from: 'v1.0.0', to: 'v1.1.0' }],
    isWritten: true,
  });
  expect(readPins(rig, 'x/buildinfo.json')).toBe(recipe(git, two, 'v1.1.0'));
  expect(readPins(rig, 'x/component.json')).toBe(described('1.1.0', two));
  expect((await rig.run('pin', 'x')).stdout).toBe('x is up to date: nothing to change.\n');
});

test('variants keep their own pins, and are named', async () => {
  using rig = new Rig();
  const { git, one, two } = upstream(rig);
  writePins(rig, 'x', { buildinfo: recipe(git, one, 'v1.0.0') });
  rig.write('packages/x/quick.buildinfo.json', recipe(git, one, 'v1.0.0'));
  rig.write('packages/x/bare.buildinfo.json', '{}');
  const { stdout } = await rig.run('pin', 'x');
  expect(stdout).toMatch(
    /^x\/quick has pins of its own, which stay where they are: see "dcos-build outdated x\/quick"\.$/m,
  );
  expect(stdout).not.toContain('bare');
  expect((await rig.run('pin', 'x/quick')).status).toBe(0);
  expect(readPins(rig, 'x/quick.buildinfo.json')).toBe(recipe(git, two, 'v1.1.0'));
});

test.each([
  ['a range', '~1.0.0', 'v1.0.0', 0],
  ['an early version by its name', '2.0.0-rc1', 'v2.0.0-rc1', 1],
  ['a branch', 'main', 'main', 1],
])('%s can be asked for', async (_what, wanted, origin, index) => {
  using rig = new Rig();
  const { git, one, two } = upstream(rig);
  writePins(rig, 'x', { buildinfo: recipe(git, two, 'v1.1.0') });
  expect((await rig.run('pin', 'x', wanted)).status).toBe(0);
  expect(readPins(rig, 'x/buildinfo.json')).toBe(recipe(git, [one, two][index] ?? '', origin));
});

test('a tag that was moved is told as a changed commit', async () => {
  using rig = new Rig();
  const { git, one, two, repository } = upstream(rig);
  writePins(rig, 'x', { buildinfo: recipe(git, one, 'v1.0.0') });
  repository.git('tag', '--force', 'v1.0.0', two);
  const { status, stderr } = await rig.run('pin', 'x', '1.0.0');
  expect(status).toBe(1);
  expect(stderr).toContain(`x: x v1.0.0 was pinned with the commit ${one}, and now has ${two}.`);
});

test.each([
  [
    'a version that is not there',
    '1.0.5',
    'x: x has no version 1.0.5; the nearest are v1.0.0 and v1.1.0 (git tags of file://',
    'VERSION_UNKNOWN',
  ],
  [
    'a range that nothing satisfies',
    '>=3',
    'x: x has no version in the range >=3; the nearest is v2.0.0-rc1 (git tags of',
    'VERSION_UNKNOWN',
  ],
  [
    'a range with early versions alone',
    '>=2.0.0-0',
    'x: x has no version in the range >=2.0.0-0 but early ones, such as v2.0.0-rc1 (git',
    'VERSION_UNKNOWN',
  ],
  ['what is neither', 'newest', '"newest" is neither a version nor a range of versions.', 'USAGE'],
])('%s is refused', async (_what, wanted, message, code) => {
  using rig = new Rig();
  const { git, one } = upstream(rig);
  writePins(rig, 'x', { buildinfo: recipe(git, one, 'v1.0.0') });
  const { status, stderr } = await rig.run('pin', 'x', wanted);
  expect(stderr).toContain(message);
  expect(stderr).toContain(`[${code}]`);
  expect(status).toBe(2);
});
