/** Every rule of buildinfo.json, seen through the errors and ids of a tree with one component. */
import { describe, expect, test } from 'vitest';
import { messagesOf, planMemory } from '../rig/memory-plan.ts';

const REF = '0123456789abcdef0123456789abcdef01234567';
const GIT = { kind: 'git', git: 'https://example.invalid/r.git', ref: REF, ref_origin: 'main' };
const URL = { kind: 'url', url: 'https://example.invalid/f.bin', sha1: REF };

/** The id of component `a`, if it is accepted. */
function idOf(buildinfo: object | string): string | undefined {
  return planMemory({ 'a/buildinfo.json': buildinfo }).plan.components.get('a|null')?.id;
}

function wrong(buildinfo: object | string): readonly string[] {
  return messagesOf({ 'a/buildinfo.json': buildinfo }).map((message) =>
    message.replace('packages/a/buildinfo.json', 'F'),
  );
}

const EMPTY = idOf('');

describe('accepted as pkgpanda does', () => {
  test('blanks only are an empty object', () => {
    expect(idOf(' \n')).toBe(idOf({}));
    expect(EMPTY).toMatch(/^a--[0-9a-f]{40}$/);
  });

  test('defaults can be spelled out', () => {
    expect(idOf({ environment: {}, requires: [], sources: {}, state_directory: false, build_script: 'build' })).toBe(
      EMPTY,
    );
    expect(idOf({ docker: 'dcos/dcos-builder:dcos-builder_dockerdir-latest' })).toBe(EMPTY);
  });

  test("single_source is a source of the component's own name", () => {
    expect(idOf({ single_source: URL })).toBe(idOf({ sources: { a: URL } }));
    expect(idOf({ single_source: URL })).not.toBe(idOf({ sources: { b: URL } }));
  });

  test('state_directory may be 1 or 0, which are hashed as numbers', () => {
    expect(new Set([false, true, 0, 1].map((value) => idOf({ state_directory: value }))).size).toBe(4);
    expect(idOf('{"state_directory": -0}')).toBe(idOf({ state_directory: 0 }));
  });

  test.each([
    { username: 'dcos_x' },
    { username: 'dcos_1\n' },
    { group: '' },
    { username: 'dcos_x', group: '_a-1' },
    { sysctl: 5 },
    { sysctl: { mesos: { 'vm.max_map_count': '1' } } },
    { environment: 'text' },
    { environment: [[1, 2], [1]] },
    { environment: { a: [true, 0, 2], b: [{ c: 1 }] } },
    { sources: { 'a b': URL, 'é/f': GIT } },
    { sources: { '': URL } },
    { single_source: { ...GIT, ref: `0x${REF.slice(2)}` } },
    { single_source: { ...GIT, ref: `0_1_${REF.slice(4)}` } },
    { single_source: { ...URL, sha1: 'no hash' } },
  ])('%j', (buildinfo) => {
    expect(idOf(buildinfo)).toMatch(/^a--/);
    expect(idOf(buildinfo)).not.toBe(EMPTY);
  });

  test('address, kind and URL are not in the id; the hashes are, as they are spelled', () => {
    expect(idOf({ single_source: URL })).toBe(
      idOf({ single_source: { ...URL, kind: 'url_extract', url: 'file://x' } }),
    );
    expect(idOf({ single_source: GIT })).toBe(idOf({ single_source: { ...GIT, git: 'x', ref_origin: 'y' } }));
    expect(idOf({ single_source: GIT })).not.toBe(idOf({ single_source: { ...GIT, ref: REF.toUpperCase() } }));
  });

  test('whole numbers of any size are told apart', () => {
    const big = '{"environment": {"n": 12345678901234567890123}}';
    expect(idOf(big)).not.toBe(idOf(big.replace('123}', '124}')));
    expect(idOf(big)).toBe(idOf({ environment: { n: '12345678901234567890123' } }));
  });
});

describe('refused, each for its own cause', () => {
  test.each([
    [{ colour: 1 }, 'F has the unknown key "colour".'],
    [{ name: 'a' }, 'F has the key "name", which must not be there.'],
    [{ build: 'x' }, 'F has the key "build", which must not be there.'],
    [{ extra_source: 'x' }, 'F has the unknown key "extra_source".'],
    [{ sources: {}, single_source: URL }, 'F has both "sources" and "single_source".'],
    [{ sources: [] }, 'F has a list as "sources".'],
    [{ sources: null }, 'F has null as "sources".'],
    [{ sources: { s: null } }, 'F: source "s" is null, not an object.'],
    [{ single_source: null }, 'F: source "a" is null, not an object.'],
    [{ sources: { latest: URL } }, 'F: source "latest" has a name that pkgpanda keeps for itself.'],
    [{ sources: { '../x': URL } }, 'F: source "../x" has a name that leads out of its folder.'],
    [{ single_source: {} }, 'F: source "a" lacks the key "kind".'],
    [{ single_source: { kind: 'svn' } }, 'F: source "a" has the unknown kind "svn".'],
    [{ single_source: { ...GIT, x: 1 } }, 'F: source "a" has the unknown key "x".'],
    [{ single_source: { kind: 'git', git: 'x', ref: REF } }, 'F: source "a" lacks the key "ref_origin".'],
    [
      { single_source: { ...GIT, ref: '0'.repeat(40) } },
      `F: source "a" has "${'0'.repeat(40)}" as "ref", which is no commit.`,
    ],
    [{ single_source: { ...GIT, ref: 'main' } }, 'F: source "a" has "main" as "ref", which is no commit.'],
    [{ single_source: { ...GIT, ref: 5 } }, 'F: source "a" has 5 as "ref".'],
    [
      { single_source: { ...URL, url: 'example.invalid' } },
      'F: source "a" has "example.invalid" as "url", which has no "://".',
    ],
    [
      { single_source: { ...URL, url: 'mirror://x/y.tar' } },
      'F: source "a" has "mirror://x/y.tar" as "url", which names no file.',
    ],
    [
      { single_source: { kind: 'git_local', rel_path: '/x' } },
      'F: source "a" has "/x" as "rel_path", an absolute path.',
    ],
    [{ build_script: 'nope' }, 'F: the build script packages/a/nope does not exist.'],
    [{ build_script: '' }, 'F has "" as "build_script".'],
    [{ build_script: null }, 'F has null as "build_script".'],
    [{ docker: null }, 'F has null as "docker".'],
    [{ environment: null }, 'F: "environment" is null, which cannot enter an id.'],
    [{ environment: { a: [1.5] } }, 'F: "environment.a.0" is a number with a fraction, which cannot enter an id.'],
    [
      { environment: { a: ['x', 1] } },
      'F: "environment.a" is a list whose elements have no order (of different types, or objects).',
    ],
    [
      { environment: [{}, {}] },
      'F: "environment" is a list whose elements have no order (of different types, or objects).',
    ],
    [
      { environment: { '\ud800': 1 } },
      'F: "environment.\ud800" holds half of a surrogate pair, which UTF-8 cannot spell.',
    ],
    [{ sysctl: null }, 'F: "sysctl" is null, which cannot enter an id.'],
    [{ state_directory: 'true' }, 'F has "true" as "state_directory".'],
    [{ state_directory: 2 }, 'F has 2 as "state_directory".'],
    ['{"state_directory": 1.0}', 'F: "state_directory" is a number with a fraction, which cannot enter an id.'],
    [{ username: null }, 'F has null as "username".'],
    [{ username: 'root' }, 'F has "root" as "username".'],
    [{ username: 'dcos_x\n\n' }, 'F has "dcos_x\\n\\n" as "username".'],
    [{ group: 'A' }, 'F has "A" as "group".'],
    [{ version_extra: 'rc1' }, 'F has the key "version_extra", with which no package id can be valid.'],
    [{ requires: {} }, 'F has an object as "requires", which must be a list.'],
    [{ requires: [5] }, 'F requires 5.'],
    [{ requires: [{ name: 'b' }] }, 'F has a requirement that lacks "variant".'],
    [{ requires: [{ variant: 'b' }] }, 'F has a requirement that lacks "name".'],
    [{ requires: ['b--1'] }, 'F requires the package id "b--1".'],
    [{ requires: ['b'] }, 'F requires "b", which is no component of this tree.'],
    ['[]', 'F must hold an object, but it holds a list.'],
    ['{"a": 1,}', 'F is not valid JSON. A key in double quotes is missing before "}".'],
  ])('%j', (buildinfo, message) => {
    expect(wrong(buildinfo)).toEqual([message]);
  });

  test.each(['a-', 'a--b', '.a', '-a', 'é', 'a b'])('a component named %j', (name) => {
    expect(messagesOf({ [`${name}/buildinfo.json`]: '' })).toEqual([
      `packages/${name}/buildinfo.json: "${name}" cannot be the name of a component.`,
    ]);
  });

  test.each(['xbuildinfo.json', '.buildinfo.json'])('a file named %s', (name) => {
    expect(messagesOf({ [`a/${name}`]: '' })).toEqual([
      `packages/a/${name} is neither buildinfo.json nor <variant>.buildinfo.json.`,
    ]);
  });
});

test('all mistakes of a component are named, the one first that pkgpanda would name', () => {
  const buildinfo = {
    colour: 1,
    group: 5,
    docker: 5,
    build_script: 'no',
    sources: { s: {}, r: {} },
    build: 1,
    name: 1,
  };
  expect(wrong({ ...buildinfo, environment: null, version_extra: 1 })).toEqual([
    'F has the key "name", which must not be there.',
    'F: source "r" lacks the key "kind".',
    'F: source "s" lacks the key "kind".',
    'F: the build script packages/a/no does not exist.',
    'F has the key "build", which must not be there.',
    'F has 5 as "docker".',
    'F has 5 as "group".',
    'F has the unknown key "colour".',
    'F: "environment" is null, which cannot enter an id.',
    'F has the key "version_extra", with which no package id can be valid.',
  ]);
});

test('mistakes are placed, and near names are offered', () => {
  const { errors } = planMemory({ 'a/buildinfo.json': '{\n "sources": {"x": {"kind": "gti"}},\n "requries": []\n}' });
  expect(errors.map(({ hint, place }) => ({ hint, place }))).toEqual([
    {
      hint: 'Did you mean "git"?',
      place: { file: 'packages/a/buildinfo.json', line: 2, column: 20, key: 'sources.x.kind' },
    },
    {
      hint: 'Did you mean "requires"?',
      place: { file: 'packages/a/buildinfo.json', line: 3, column: 2, key: 'requries' },
    },
  ]);
});

test('what is accepted but hardly meant is warned about', () => {
  const files = {
    'treeinfo.json': { exlude: [] },
    'a/buildinfo.json': { environment: [], group: 'x', single_source: URL, state_directory: 1 },
  };
  expect(planMemory(files).survey.warnings.map(({ message }) => message)).toEqual([
    'packages/treeinfo.json has the unknown key "exlude", which does nothing. Did you mean "exclude"?',
    'packages/a/buildinfo.json has a list as "environment", which is no object: the package cannot be activated.',
    'packages/a/buildinfo.json has 1 as "state_directory", which should be true or false.',
    'packages/a/buildinfo.json has "x" as "group", without a "username": the package cannot be activated.',
    '1 source is pinned by SHA-1 alone, which can be forged: add "sha256" (the id stays the same), first in packages/a/buildinfo.json.',
  ]);
});
